"""What people do with words: an agency writes its own, an editor approves them in Wagtail."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.images.models import Image
from wagtail.models import TaskState, WorkflowContentType, WorkflowState

from cms.models import AgencyProfile
from cms.site import ensure_site, ensure_workflow
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import log
from marketplace.core.errors import WrongState

__all__ = ["Picture", "WordsState", "ensure_site", "ensure_workflow", "state_of_words", "submit_words"]


@dataclass(frozen=True)
class Picture:
    """A picture with its caption."""

    image: Image
    caption: str


@dataclass(frozen=True)
class WordsState:
    """Where an agency's text stands: `tone` as in the state chips, and the editor's comment when it came back."""

    label: str
    tone: str
    comment: str = ""


@transaction.atomic
def submit_words(
    agency: Agency, *, slogan: str, intro: str, pictures: list[Picture], logo: Image | None, by: Actor
) -> AgencyProfile:
    """Keep the text as a draft revision and hand it to an editor; what is public stays until the editor approves.

    `intro` is plain text, blank lines part paragraphs. NotAllowed, WrongState (agency not admitted).
    """
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    if not agency.is_public:
        raise WrongState(_("机构入驻后才能提交展示内容。"))
    profile, _created = AgencyProfile.objects.get_or_create(
        credit_code=agency.organisation.credit_code,
        defaults={"name": agency.organisation.name, "live": False, "has_unpublished_changes": True},
    )
    draft = profile.get_latest_revision_as_object()
    draft.name, draft.slogan, draft.logo = agency.organisation.name, slogan, logo or draft.logo
    draft.intro = paragraphs(intro)
    draft.body = [("picture", {"image": picture.image, "caption": picture.caption}) for picture in pictures]
    running = profile.current_workflow_state
    if running is not None:
        running.cancel(user=by.user)
    draft.save_revision(user=by.user)
    _workflow().start(profile, by.user)
    log.record("agency.words", agency, by=by, data={"slogan": slogan})
    return profile


def state_of_words(profile: AgencyProfile | None) -> WordsState:
    """How the agency's text stands with the editors."""
    if profile is None:
        return WordsState(_("尚未填写"), "plain")
    last = (
        WorkflowState.objects.filter(
            object_id=str(profile.pk), base_content_type=ContentType.objects.get_for_model(AgencyProfile)
        )
        .order_by("-created_at", "-pk")
        .first()
    )
    if last is not None and last.status == WorkflowState.STATUS_NEEDS_CHANGES:
        task: Any = last.task_states.filter(status=TaskState.STATUS_REJECTED).order_by("-pk").first()
        return WordsState(_("已退回修改"), "warn", task.comment if task else "")
    if last is not None and last.status == WorkflowState.STATUS_IN_PROGRESS:
        return WordsState(_("待编辑审核"), "waiting")
    return WordsState(_("已发布"), "ok") if profile.live else WordsState(_("草稿"), "draft")


def paragraphs(text: str) -> str:
    """Plain text as safe rich text: blank lines part paragraphs, single ones break lines."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return "".join(f"<p>{escape(block).replace(chr(10), '<br/>')}</p>" for block in blocks)


def _workflow() -> Any:
    kind = ContentType.objects.get_for_model(AgencyProfile, for_concrete_model=False)
    found = WorkflowContentType.objects.select_related("workflow").filter(content_type=kind).first()
    return found.workflow if found else ensure_workflow()
