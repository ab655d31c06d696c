"""Proposing the next version of the rules, and approving it by a second person who sees what differs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views import generic

from marketplace.catalogue import queries, services
from marketplace.catalogue.admin.base import DeskViewSet, ThroughService
from marketplace.catalogue.admin.forms import RuleSetForm
from marketplace.catalogue.models import RuleSet
from marketplace.catalogue.rules import RuleData, differences
from marketplace.core.desk_lists import ReadableRecord
from marketplace.core.errors import DomainError


class ProposeView(ThroughService, generic.CreateView):
    """A draft of the next version."""

    form: RuleSetForm

    def save_instance(self) -> RuleSet:
        data = self.form.cleaned_data
        return services.propose_ruleset(data["rules"], data["effective_from"], by=self.request.actor)

    def get_success_buttons(self) -> list[Any]:
        return []


class ReviewView(ReadableRecord):
    """A version, what it changes, and the two answers to a proposal."""

    template_name = "catalogue/admin/ruleset.html"
    page_title = _("选取规则")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ruleset: RuleSet = self.object
        before = queries.predecessor(ruleset)
        old = RuleData.from_json(before.data) if before else None
        actor = self.request.actor
        return super().get_context_data(
            **kwargs,
            ruleset=ruleset,
            before=before,
            differences=differences(old, RuleData.from_json(ruleset.data)),
            waiting=ruleset.state == RuleSet.State.DRAFT,
            own=ruleset.proposed_by_id is not None and ruleset.proposed_by_id == actor.user.pk,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve, or refuse with a reason."""
        try:
            if "approve" in request.POST:
                services.approve_ruleset(self.object, by=request.actor)  # type: ignore[attr-defined]
                messages.success(request, _("已批准，自生效日起适用于新发布的采购。"))
            else:
                services.refuse_ruleset(self.object, request.POST.get("reason", ""), by=request.actor)  # type: ignore[attr-defined]
                messages.success(request, _("已退回，原因已告知提出人。"))
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        return redirect(self.index_url_name)


class RuleSetViewSet(DeskViewSet):
    """Versions of the rules. None is ever edited: a change is a new version."""

    model = RuleSet
    name = "ruleset"
    icon = "clipboard-list"
    menu_label = _("选取规则")
    add_view_class = ProposeView
    inspect_view_class = ReviewView
    inspect_view_enabled = True
    inspect_template_name = "catalogue/admin/ruleset.html"
    list_display = ["__str__", "state", "effective_from", "proposed_by", "approved_by"]
    list_filter = ["state", "region_code"]
    list_export = ["region_code", "version", "state", "effective_from", "proposed_by", "approved_by"]

    def get_form_class(self, for_update: bool = False) -> type[RuleSetForm]:
        return RuleSetForm
