"""What people do with words: an agency writes its own, an editor approves them in Wagtail."""

import secrets
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images.models import Image
from wagtail.models import Workflow, WorkflowState

from cms import words
from cms.models import AgencyProfile
from cms.site import ensure_site, ensure_workflow
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import locks, log
from marketplace.core.errors import WrongState

__all__ = ["Picture", "ensure_site", "ensure_workflow", "submit_words"]


@dataclass(frozen=True)
class Picture:
    """A picture with its caption; an upload was inspected before and is stored together with the words."""

    image: Image | UploadedFile
    caption: str


@transaction.atomic
def submit_words(
    agency: Agency,
    *,
    slogan: str,
    intro: str,
    pictures: list[Picture],
    logo: Image | UploadedFile | None,
    by: Actor,
) -> AgencyProfile:
    """Keep the text as a draft revision and hand it to an editor; what is public stays until the editor approves.

    `intro` is plain text as in `words.to_rich`; `logo` None keeps the present one. The same words once more change
    nothing while they wait. NotAllowed, WrongState (agency not admitted).
    """
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    agency = locks.exclusive(Agency, agency.pk)
    if not agency.is_public:
        raise WrongState(_("机构入驻后才能提交展示内容。"))
    profile = _profile_of(agency)
    draft: AgencyProfile = profile.get_latest_revision_as_object()
    before = _content(draft)
    draft.name, draft.slogan, draft.intro = agency.organisation.name, slogan, words.to_rich(intro)
    draft.logo = _stored(logo) or draft.logo
    draft.body = [
        *(("picture", {"image": _stored(each.image), "caption": each.caption}) for each in pictures),
        *((block.block_type, block.value) for block in draft.body if block.block_type != "picture"),
    ]
    running: WorkflowState | None = profile.current_workflow_state
    if running is not None:
        if running.status == WorkflowState.STATUS_IN_PROGRESS and _content(draft) == before:
            return profile
        running.cancel(user=by.person)
    draft.save_revision(user=by.person)
    _workflow(profile).start(profile, by.person)
    log.record("agency.words", agency, by=by, data={"slogan": slogan})
    return profile


def _profile_of(agency: Agency) -> AgencyProfile:
    profile, _created = AgencyProfile.objects.get_or_create(
        credit_code=agency.organisation.credit_code,
        defaults={"name": agency.organisation.name, "live": False, "has_unpublished_changes": True},
    )
    return profile


def _content(draft: AgencyProfile) -> tuple[object, ...]:
    shown = [block.value for block in draft.body if block.block_type == "picture"]
    pictures = [(value["image"].pk, value["caption"]) for value in shown]
    return draft.name, draft.slogan, draft.intro, draft.logo_id, pictures


def _stored(picture: Image | UploadedFile | None) -> Image | None:
    if picture is None or isinstance(picture, Image):
        return picture
    picture.seek(0)
    title = (picture.name or "")[:200]
    # Published pictures lie where everybody may fetch them: before the editor approves, only their name hides them.
    picture.name = f"{secrets.token_hex(16)}{PurePath(title).suffix.lower()}"
    image = Image(title=title, file=picture)
    image.save()
    return image


def _workflow(profile: AgencyProfile) -> Workflow:
    found: Workflow | None = profile.get_workflow()
    return found if found is not None else ensure_workflow()
