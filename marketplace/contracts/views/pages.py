"""The list, one contract, and the contract to print."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed
from marketplace.contracts import history, presentation, queries, rules, versions
from marketplace.contracts.filters import ContractFilter
from marketplace.contracts.forms import AnswerForm, ConfirmForm
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import ROLES, Side
from marketplace.contracts.turns import to_pay, turns
from marketplace.contracts.views.shared import find
from payments.capitals import capitals

PER_PAGE = 20


@login_needed
@require_GET
def contract_list(request: HttpRequest) -> HttpResponse:
    """Contracts of the actor's organisation, newest first, each with what it waits for."""
    actor = acting(request)
    narrowed = ContractFilter(request.GET, queryset=queries.with_parts(queries.visible_to(actor)))
    page = Paginator(narrowed.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"contract": c, "side": queries.side_of(c, actor), "turns": turns(c)} for c in page]
    return render(request, "contracts/list.html", {"page": page, "rows": rows, "filter": narrowed})


@login_needed
@require_GET
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """One contract: where it stands, who has the ball, what it says, what was delivered, what both said after."""
    return contract_page(request, find(request, number))


@login_needed
@require_GET
def contract_of(request: HttpRequest, number: str) -> HttpResponse:
    """The contract that came of the tender with this number, for those who know only the tender."""
    mine = queries.visible_to(acting(request)).filter(award__tender__number=number)
    return redirect("contract", get_object_or_404(mine).number)


@login_needed
@require_GET
def contract_print(request: HttpRequest, number: str) -> HttpResponse:
    """The whole contract on paper."""
    found = find(request, number)
    articles = presentation.articles(found.terms)
    context = {"contract": found, "capitals": capitals(found.amount), "articles": articles}
    return render(request, "contracts/print.html", context)


def contract_page(request: HttpRequest, found: Contract, status: int = 200, **more: Any) -> HttpResponse:
    """The contract's page; `more` replaces what a failed form wants to show."""
    actor = acting(request)
    side = queries.side_of(found, actor)
    acts = side is not None and actor.acts_for(actor.organisation, ROLES[side])
    milestones = list(found.milestones.all())
    paid = queries.payments_of(found)
    waiting = [*turns(found), *to_pay(found, paid.values())]
    context = {
        "contract": found,
        "side": side,
        "acts": acts,
        "my_turns": [turn for turn in waiting if acts and turn.side == side],
        "other_turns": [turn for turn in waiting if not acts or turn.side != side],
        "life": presentation.life(found),
        "articles": presentation.articles(found.terms),
        "milestones": [{"row": m, "payment": paid.get(m.pk)} for m in milestones],
        "changes": _changes(request, found),
        "confirm_form": _confirm_form(found, side, acts, actor),
        "may_revise": acts and side == Side.BUYER and rules.CONTRACT.may(found.state, "revise"),
        "may_ask": acts and side == Side.AGENCY and rules.CONTRACT.may(found.state, "revise"),
        "may_terminate": acts and rules.CONTRACT.may(found.state, "terminate"),
        "reviews": presentation.reviews(found, actor),
        "answer_form": AnswerForm(actor=actor),
        "performance": queries.performance(found) if found.filed_at else None,
        "history": history.history(found),
    }
    return render(request, "contracts/contract.html", {**context, **more}, status=status)


def _confirm_form(found: Contract, side: Side | None, acts: bool, actor: Actor) -> ConfirmForm | None:
    if not acts or found.state not in rules.UNSIGNED or found.state == f"signed_{side}":
        return None
    return ConfirmForm(actor=actor, initial={"version": found.version})


def _changes(request: HttpRequest, found: Contract) -> dict[str, Any] | None:
    """What has changed since the version that `?since=` names."""
    since = request.GET.get("since", "")
    if not since.isdecimal() or not 0 < int(since) < found.version:
        return None
    return {"since": int(since), "rows": versions.changes_since(found, int(since))}
