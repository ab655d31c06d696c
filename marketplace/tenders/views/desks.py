"""The desks: a buyer's tenders, an agency's chances and responses."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.core.errors import NotAllowed
from marketplace.tenders import afterwards, presentation, queries, screens
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.views.finding import agency_of

S = Tender.State
SHELVES: dict[str, tuple[str, ...]] = {
    "draft": (S.DRAFT, S.CHECKING),
    "running": (S.SCHEDULED, S.PUBLISHED, S.CLOSED, S.SELECTING, S.SELECTED, S.PUBLICITY, S.SUSPENDED),
    "serving": (S.NOTIFIED, S.CONTRACTED, S.IN_SERVICE, S.ACCEPTED),
    "ended": (S.CLOSED_OK, S.FAILED, S.CANCELLED, S.TERMINATED),
}
PER_PAGE = 20


@login_needed
@require_safe
def my_tenders(request: HttpRequest) -> HttpResponse:
    """The buyer's purchases with their state and next act."""
    actor = acting(request)
    shelf = request.GET.get("state", "")
    found = queries.of_buyer(actor)
    if shelf in SHELVES:
        found = found.filter(state__in=SHELVES[shelf])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = {"": _("全部"), "draft": _("草稿"), "running": _("进行中"), "serving": _("履约"), "ended": _("已结束")}
    context = {
        "page": page,
        "rows": _rows(page),
        "tabs": [_tab("my_tenders", label, "state", key, shelf) for key, label in names.items()],
        "may_buy": actor.acts_for(actor.organisation, MemberRole.BUYER),
    }
    return render(request, "tenders/my_tenders.html", context)


def _rows(page: Iterable[Tender]) -> list[dict[str, Any]]:
    """Each purchase with its next act, and a draft with how far it has come."""
    found = list(page)
    drafts = [tender for tender in found if tender.state == S.DRAFT]
    asked = Prefetch("requirements", Requirement.objects.select_related("type"))
    prefetch_related_objects(drafts, asked, "region", "chosen_agency__organisation")
    data = catalogue.current_rules() if drafts else None
    return [
        {
            "tender": tender,
            "act": presentation.next_act(tender),
            "standing": screens.standing(tender, data) if data and tender.state == S.DRAFT else None,
        }
        for tender in found
    ]


@member_needed(MemberRole.BID_AUTHOR)
@require_safe
def my_bids(request: HttpRequest) -> HttpResponse:
    """What the agency may respond to, what it misses for others, and its own responses."""
    actor = acting(request)
    agency = agency_of(actor)
    if agency is None:
        raise NotAllowed(_("本单位还没有入驻，入驻后才能参加采购。"), url=reverse("agency_desk"), act=_("办理入驻"))
    view = request.GET.get("view", "open")
    context: dict[str, Any] = {"agency": agency, "view": view}
    page: Any
    if view == "mine":
        page = Paginator(queries.bids_of(actor), PER_PAGE).get_page(request.GET.get("page"))
        context["lines"] = afterwards.lines(page)
    else:
        found = queries.open_for(agency)
        wanted = [pair for pair in found if pair[1].is_eligible == (view != "missing")]
        page = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
        sealed = queries.bids_of(actor).filter(state="sealed", tender__in=[tender for tender, _report in page])
        context["answered"] = set(sealed.values_list("tender_id", flat=True))
        context["others"] = len(found) - len(wanted)
        context["invitations"] = _invitations(agency, actor) if view == "open" else []
    names = {"open": _("可参加"), "missing": _("还差条件"), "mine": _("我的报价")}
    context |= {"page": page, "tabs": [_tab("my_bids", label, "view", key, view) for key, label in names.items()]}
    return render(request, "tenders/my_bids.html", context)


def _invitations(agency: Agency, actor: Actor) -> list[dict[str, Any]]:
    """What the agency was asked to quote for, and whether it has."""
    asked = list(queries.invited_to(agency))
    sealed = queries.bids_of(actor).filter(state="sealed", tender__in=asked)
    answered = set(sealed.values_list("tender_id", flat=True)) if asked else set()
    return [{"tender": tender, "answered": tender.pk in answered} for tender in asked]


def _tab(page: str, label: str, name: str, value: str, current: str) -> dict[str, Any]:
    query = f"?{name}={value}" if value else ""
    return {"label": label, "url": f"{reverse(page)}{query}", "current": value == current}
