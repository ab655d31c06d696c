"""Agreeing on a text: edit, ask for changes, confirm."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed
from marketplace.contracts import rules, services, versions
from marketplace.contracts.forms import ConfirmForm, MilestoneFormSet, RemarkForm, TermsForm
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import Side
from marketplace.contracts.views.pages import contract_page
from marketplace.contracts.views.shared import back, find, require
from marketplace.core.errors import AlreadyDone
from marketplace.core.submission import post_or_back, submitted

PREFIX = "milestones"


@login_needed
def terms(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer edits text and milestones."""
    found, actor = find(request, number), acting(request)
    require(found, Side.BUYER, actor)
    rules.CONTRACT.target(found.state, "revise")
    if request.method != "POST":
        return _terms_page(request, found, *_filled(request, found))
    form = TermsForm(request.POST, actor=actor)
    rows = MilestoneFormSet(request.POST, prefix=PREFIX)
    stale: dict[str, Any] = {}

    def act(data: dict[str, Any]) -> Contract:
        try:
            milestones = rows.milestones(found.amount)
            return services.propose_terms(found, data["terms"], milestones, version=data["version"], by=actor)
        except rules.StaleVersion as error:
            stale.update(changes=error.changes, current=error.current)
            raise

    if rows.is_valid() & form.is_valid() and submitted(request, form, act, _("合同已保存。")):
        return back(found)
    if stale:  # whoever has read the changes may go on from the newest version
        form.data = request.POST | {"version": str(stale["current"])}
    return _terms_page(request, found, form, rows, status=422, **stale)


@login_needed
def ask_changes(request: HttpRequest, number: str) -> HttpResponse:
    """The agency says what it would have changed."""
    found, actor = find(request, number), acting(request)
    require(found, Side.AGENCY, actor)
    rules.CONTRACT.target(found.state, "revise")
    form = RemarkForm(request.POST or None, actor=actor, initial={"remark": found.remark})
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.ask_changes(found, data["remark"], by=actor),
        _("修改意见已发送给采购人。"),
    ):
        return back(found)
    return render(request, "contracts/ask_changes.html", {"contract": found, "form": form}, status=_status(form))


@post_or_back("contract")
@login_needed
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """A side confirms the version it has read; a stale one is answered by what has changed."""
    found, actor = find(request, number), acting(request)
    form = ConfirmForm(request.POST, actor=actor)
    if not form.is_valid():
        return contract_page(request, found, status=422)
    try:
        services.confirm(found, version=form.cleaned_data["version"], by=actor)
    except rules.StaleVersion as error:
        messages.warning(request, str(error))
        return redirect(f"{reverse('contract', args=[number])}?since={error.seen}#changes")
    except AlreadyDone as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("已确认合同。"))
    return back(found)


def _filled(request: HttpRequest, found: Contract) -> tuple[TermsForm, Any]:
    form = TermsForm(actor=acting(request), initial={"terms": found.terms, "version": found.version})
    rows = [{"title": m.title, "amount": m.amount, "days": m.days} for m in versions.terms_of(found).milestones]
    return form, MilestoneFormSet(prefix=PREFIX, initial=rows)


def _terms_page(
    request: HttpRequest, found: Contract, form: TermsForm, rows: Any, status: int = 200, **stale: Any
) -> HttpResponse:
    context = {"contract": found, "form": form, "rows": rows, "offered_days": found.award.days, **stale}
    return render(request, "contracts/terms.html", context, status=status)


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
