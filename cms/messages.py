"""What agencies are told about their texts, when an editor has looked at them."""

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState, WorkflowState

from cms.models import AgencyProfile
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies.models import Agency
from marketplace.core import inbox
from marketplace.core.inbox import Kind

KINDS = {
    "cms__waiting": Kind(_("展示内容待审核：%(agency)s"), _("%(agency)s 提交了展示内容，请审核。"), mail=False),
    "cms__approved": Kind(_("展示内容已发布"), _("%(agency)s 的展示内容已通过编辑审核，现已公开显示。")),
    "cms__returned": Kind(
        _("展示内容已退回修改"), _("%(agency)s 的展示内容被编辑退回。意见：%(comment)s。请修改后重新提交。")
    ),
}


def submitted(sender: Any, instance: WorkflowState, **kwargs: Any) -> None:
    """Editors hear of a text that waits."""
    profile = instance.content_object
    if isinstance(profile, AgencyProfile):
        url = reverse("wagtailsnippets_cms_agencyprofile:edit", args=[profile.pk])
        inbox.tell(accounts.staff(StaffRole.EDITOR), "cms.waiting", url=url, agency=profile.name)


def approved(sender: Any, instance: WorkflowState, **kwargs: Any) -> None:
    """The agency hears that its text is public."""
    profile = instance.content_object
    if isinstance(profile, AgencyProfile):
        with translation.override("zh-hans"):
            url = reverse("agency", args=[profile.credit_code])
        inbox.tell(_people(profile), "cms.approved", url=url, agency=profile.name)


def returned(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    """The agency hears what the editor wants changed."""
    profile = instance.workflow_state.content_object
    if isinstance(profile, AgencyProfile):
        with translation.override("zh-hans"):
            url = reverse("agency_words")
        comment = instance.get_comment() or "—"
        inbox.tell(_people(profile), "cms.returned", url=url, agency=profile.name, comment=comment)


def _people(profile: AgencyProfile) -> list[User]:
    agency = Agency.objects.select_related("organisation").get(organisation__credit_code=profile.credit_code)
    return accounts.people_of(agency.organisation, MemberRole.BID_AUTHOR)
