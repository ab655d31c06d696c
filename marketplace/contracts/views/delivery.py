"""Delivering, accepting, returning."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed
from marketplace.contracts import queries, rules, services
from marketplace.contracts.forms import DeliverForm, ReturnForm
from marketplace.contracts.models import Contract, Deliverable
from marketplace.contracts.rules import ROLES, Side
from marketplace.contracts.views.shared import back, find, find_deliverable, find_milestone, require
from marketplace.core.forms import ActorForm
from marketplace.core.submission import submitted
from marketplace.tenders.queries import rules_of


@login_needed
def deliver(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The agency uploads what it owes for a milestone."""
    found, actor = find(request, number), acting(request)
    milestone = find_milestone(found, position)
    require(found, Side.AGENCY, actor)
    form = DeliverForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST":
        if submitted(
            request,
            form,
            lambda data: services.deliver(milestone, data["file"], data["note"], by=actor),
            _("成果已提交，等待采购人验收。"),
        ):
            return back(found, f"#milestone-{position}")
    elif not rules.MILESTONE.may(milestone.state, "deliver"):
        messages.info(request, _("这个节点现在不需要提交成果。"))
        return back(found, f"#milestone-{position}")
    context = {"contract": found, "milestone": milestone, "form": form, "last": _last(milestone)}
    return render(request, "contracts/deliver.html", context, status=_status(form))


@login_needed
def deliverable(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One deliverable; the buyer accepts or returns it here."""
    found = find(request, number)
    return _page(request, found, find_deliverable(found, pk))


@login_needed
def accept(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The buyer accepts."""
    found, actor = find(request, number), acting(request)
    chosen = find_deliverable(found, pk)
    if request.method != "POST":
        return redirect("contract_deliverable", number, pk)
    form = ActorForm(request.POST, actor=actor)
    if submitted(request, form, lambda data: services.accept(chosen, by=actor), _("验收通过，付款单已生成。")):
        return back(found, f"#milestone-{chosen.milestone.position}")
    return _page(request, found, chosen, accept_form=form, status=409)


@login_needed
def return_(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The buyer returns it, with all reasons."""
    found, actor = find(request, number), acting(request)
    chosen = find_deliverable(found, pk)
    if request.method != "POST":
        return redirect("contract_deliverable", number, pk)
    form = ReturnForm(request.POST, actor=actor)
    done = _("成果已退回，机构已收到通知。")
    if submitted(request, form, lambda data: services.return_deliverable(chosen, data["reason"], by=actor), done):
        return back(found, f"#milestone-{chosen.milestone.position}")
    return _page(request, found, chosen, return_form=form, status=422)


@login_needed
def grant_round(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The buyer ends a dispute by letting the agency try once more."""
    found, actor = find(request, number), acting(request)
    milestone = find_milestone(found, position)
    if request.method == "POST":
        form = ActorForm(request.POST, actor=actor)
        submitted(request, form, lambda data: services.grant_round(milestone, by=actor), _("机构可以再提交一次。"))
    return back(found, f"#milestone-{position}")


def _page(request: HttpRequest, found: Contract, chosen: Deliverable, status: int = 200, **forms: Any) -> HttpResponse:
    actor = acting(request)
    is_buyer = queries.side_of(found, actor) == Side.BUYER and actor.acts_for(found.buyer, ROLES[Side.BUYER])
    waiting = is_buyer and rules.DELIVERABLE.may(chosen.state, "accept")
    last = _last(chosen.milestone)
    settling = is_buyer and chosen.milestone.state == "disputed" and last is not None and last.pk == chosen.pk
    most = rules_of(found.award.tender).periods.deliverable_returns
    context = {
        "contract": found,
        "deliverable": chosen,
        "milestone": chosen.milestone,
        "waiting": waiting,
        "settling": settling,
        "would_dispute": rules.is_dispute(chosen.round, most),
        "return_form": ReturnForm(actor=actor) if waiting else None,
    }
    return render(request, "contracts/deliverable.html", {**context, **forms}, status=status)


def _last(milestone: Any) -> Deliverable | None:
    rounds = list(milestone.deliverables.all())
    return rounds[-1] if rounds else None


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
