"""Reviews, answers, and ending a contract early."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed
from marketplace.contracts import queries, rules, services
from marketplace.contracts.forms import AnswerForm, ReviewForm, TerminateForm
from marketplace.contracts.models import Contract, Review
from marketplace.contracts.views.pages import contract_page
from marketplace.contracts.views.shared import back, find, require
from marketplace.core.errors import NotAllowed
from marketplace.core.submission import post_or_back, submitted
from marketplace.tenders.queries import rules_of


@login_needed
def review(request: HttpRequest, number: str) -> HttpResponse:
    """A side reviews the other; its author may change it within a day, until publication."""
    found, actor = find(request, number), acting(request)
    side = queries.side_of(found, actor)
    if side is None:
        raise NotAllowed
    require(found, side, actor)
    mine = next((r for r in found.reviews.all() if r.side == side), None)
    up_to = rules_of(found.award.tender).rating.text_needed_up_to
    form = ReviewForm(
        request.POST or None, actor=actor, side=side, text_needed_up_to=up_to, initial=_written(mine, actor)
    )
    if request.method == "POST":
        other_has_written = any(r.side == rules.other_side(side) for r in found.reviews.all())
        done = (
            _("评价已提交。双方都已评价，现在公布。")
            if other_has_written
            else _("评价已提交。对方也评价后或评价期满后公布。")
        )
        act = lambda data: services.write_review(found, form.scores(), data["text"], by=actor)  # noqa: E731
        if submitted(request, form, act, done):
            return back(found, "#reviews")
    elif found.state != Contract.State.COMPLETED or (mine is not None and not _may_edit(mine, actor)):
        messages.info(request, _("现在没有待您填写的评价。"))
        return back(found, "#reviews")
    context = {"contract": found, "form": form, "side": side, "mine": mine, "performance": queries.performance(found)}
    return render(request, "contracts/review.html", context, status=422 if form.is_bound and form.errors else 200)


@post_or_back("contract")
@login_needed
def answer(request: HttpRequest, number: str, side: str) -> HttpResponse:
    """The reviewed side answers, once."""
    found, actor = find(request, number), acting(request)
    chosen = next((r for r in found.reviews.all() if r.side == side and r.published_at), None)
    if chosen is None:
        raise Http404
    form = AnswerForm(request.POST, actor=actor)
    act = lambda data: services.answer_review(chosen, data["answer"], by=actor)  # noqa: E731
    if submitted(request, form, act, _("回复已公布。")):
        return back(found, "#reviews")
    return contract_page(request, found, answer_form=form, status=422)


@login_needed
def terminate(request: HttpRequest, number: str) -> HttpResponse:
    """A side ends the contract, with its reason."""
    found, actor = find(request, number), acting(request)
    side = queries.side_of(found, actor)
    if side is None:
        raise NotAllowed
    require(found, side, actor)
    if request.method != "POST":
        rules.CONTRACT.target(found.state, "terminate")
    form = TerminateForm(request.POST or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.terminate(found, data["reason"], by=actor),
        _("合同已终止，对方已收到通知。"),
    ):
        return back(found)
    context = {"contract": found, "form": form}
    return render(request, "contracts/terminate.html", context, status=422 if form.is_bound and form.errors else 200)


def _may_edit(mine: Review, actor: Any) -> bool:
    return mine.state == Review.State.SUBMITTED and mine.author_id == actor.user.pk


def _written(mine: Review | None, actor: Any) -> dict[str, Any]:
    if mine is None or not _may_edit(mine, actor):
        return {}
    return {**{name: getattr(mine, name) for name in rules.DIMENSIONS}, "text": mine.text}
