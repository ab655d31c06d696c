"""Amendments: the buyer makes one, its authors confirm their sealed responses."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core import calendar, clock
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.tenders import presentation, queries, rules, services
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.forms import AmendmentForm, RequirementFormSet, requirement_rows
from marketplace.tenders.models import Tender
from marketplace.tenders.services.bidding import report_for
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views import around
from marketplace.tenders.views.finding import agency_of, tender_at


@login_needed
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Change an announced tender, with a reason."""
    found, actor = tender_at(request, number), acting(request)
    if not acts_for_buyer(found, actor):
        raise Http404
    if not around.takes_responses(found):
        messages.info(request, _("报名已经截止，不能再变更公告。"))
        return redirect("tender", number)
    posted = request.method == "POST"
    form = AmendmentForm(*([request.POST, request.FILES] if posted else []), tender=found, actor=actor)
    rows = RequirementFormSet(request.POST if posted else None, initial=requirement_rows(found))
    if posted and form.is_valid() and rows.is_valid() and _amended(request, found, form, rows, actor):
        return redirect("tender", number)
    close = found.closes_at
    assert close is not None
    context = {
        "form": form,
        "rows": rows,
        "tender": found,
        "closes_then": rules.amended_close(
            clock.now(), close, found.response_days, is_material=True, is_workday=calendar.is_workday
        ),
    }
    return render(request, "tenders/amend.html", context, status=422 if form.errors else 200)


@never_cache
@member_needed(MemberRole.BID_AUTHOR)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The agency looks at the amendments and confirms its sealed response, or goes on to replace it."""
    found, actor = tender_at(request, number), acting(request)
    agency = agency_of(actor)
    own = queries.live_bid(found, agency) if agency is not None else None
    if own is None or agency is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            services.confirm_bid(own, amended=_number(request.POST.get("amended")), by=actor)
            messages.success(request, _("报价已确认，回执已更新。"))
            return redirect("receipt", own.pk)
        except AlreadyDone as done:
            messages.info(request, str(done))
            return redirect("receipt", own.pk)
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = str(refused)
    context = {
        "tender": found,
        "own_bid": own,
        "amendments": presentation.amendments(queries.amendments(found).filter(number__gt=own.amended)),
        "waits": around.takes_responses(found) and own.amended < found.amended,
        "report": report_for(found, agency),
        "error": error,
    }
    return render(request, "tenders/confirm.html", context, status=409 if error else 200)


def _amended(request: HttpRequest, found: Tender, form: AmendmentForm, rows: Any, actor: Actor) -> bool:
    """Hand it to the service; False when the form is to be shown again with what is wrong."""
    try:
        amendment = services.amend(
            found,
            form.values(),
            rows.asked(),
            form.stored_files(),
            reason=form.cleaned_data["reason"],
            by=actor,
        )
    except NotPublishable as error:
        for problem in error.found:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        return False
    except DomainError as error:
        if error.status == 403:
            raise
        form.refuse(error)
        return False
    checking = amendment.state == amendment.State.CHECKING
    text = _("变更已提交核对，通过后生效。") if checking else _("变更已发布，截止时间和差异已公开。")
    messages.success(request, text, extra_tags=f"draft:amend-{found.number}")
    return True


def _number(value: str | None) -> int:
    return int(value) if value is not None and value.isdecimal() and len(value) < 6 else -1
