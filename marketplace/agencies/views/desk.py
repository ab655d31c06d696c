"""The desk's first page, the application's steps, and what an admitted agency may ask for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries, rules, services
from marketplace.agencies.forms import ChangeForm
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.core import display
from marketplace.core.errors import DomainError, Incomplete, NotAllowed
from marketplace.core.forms import service_errors

author_needed = member_needed(MemberRole.BID_AUTHOR)


def mine(request: HttpRequest) -> tuple[Actor, Agency]:
    """The actor and the agency profile of its organisation. NotAllowed before one was begun."""
    actor = acting(request)
    agency = queries.of_actor(actor)
    if agency is None:
        raise NotAllowed(_("本单位还没有开始办理机构入驻，请先在“机构工作台”中开始。"))
    return actor, agency


def rail(agency: Agency, current: str = "") -> dict[str, Any]:
    """What the rail of sections needs."""
    sections = rules.sections(queries.application(agency))
    done = sum(section.done for section in sections)
    return {
        "agency": agency,
        "sections": sections,
        "done": done,
        "whole": len(sections),
        "is_complete": not any(section.problems for section in sections),
        "current": current,
        "next_section": next(iter(sections[n + 1 :][0:1]), None) if (n := _place(sections, current)) >= 0 else None,
        "periods": catalogue.current_rules().periods,
    }


def _place(sections: Sequence[Any], key: str) -> int:
    return next((n for n, section in enumerate(sections) if section.key == key), -1)


@login_needed
@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """Where the application or the agency stands, and the next act; who has no organisation yet registers one first."""
    actor = acting(request)
    if actor.organisation is None and not actor.is_staff:
        return redirect(f"{reverse('organisation_register')}?for=agency")
    return _own_desk(request)


@author_needed
def _own_desk(request: HttpRequest) -> HttpResponse:
    agency = queries.of_actor(acting(request))
    if agency is None:
        context = {"organisation": acting(request).organisation, "periods": catalogue.current_rules().periods}
        return render(request, "agencies/start.html", context)
    return _desk(request, agency)


def _desk(request: HttpRequest, agency: Agency, problems: Any = (), status: int = 200) -> HttpResponse:
    context = {
        **rail(agency),
        "problems": problems,
        "change": agency.change_requests.first(),
        "facts": queries.facts(agency),
        "history": agency.credit_entries.all()[:10],
        "steps": _steps(agency),
        "off_asked": _off_asked(agency) if agency.second_person_off_by_id else "",
        "may_agree": _may_agree(acting(request), agency),
        "may_manage": acting(request).acts_for(agency.organisation_id, MemberRole.ADMINISTRATOR),
    }
    return render(request, "agencies/desk.html", context, status=status)


def _may_agree(actor: Actor, agency: Agency) -> bool:
    """Whether another one wants the release switched off, and the actor may agree."""
    asked = agency.second_person_off_by_id
    return asked not in (None, actor.person.pk) and actor.acts_for(agency.organisation_id, MemberRole.RELEASER)


def _steps(agency: Agency) -> list[dict[str, str]]:
    """The life of an admission, for components/steps.html."""
    order = ["draft", "submitted", "public_notice", "active"]
    names = [_("填写"), _("审核"), _("公示"), _("入驻")]
    state = "draft" if agency.state == "returned" else agency.state
    if state not in order:
        return []
    now = order.index(state)
    marks = ["done" if n < now or state == "active" else "now" if n == now else "" for n in range(len(order))]
    return [{"label": name, "state": mark} for name, mark in zip(names, marks, strict=True)]


@author_needed
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin the application, or begin again after it was closed."""
    services.start_admission(by=acting(request))
    return redirect("agency_basics")


@author_needed
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Hand the application in; whatever is missing is listed at once."""
    actor, agency = mine(request)
    try:
        services.submit_admission(agency, by=actor)
    except Incomplete as error:
        agency.refresh_from_db()
        return _desk(request, agency, problems=error.problems, status=422)
    days = catalogue.current_rules().periods.admission_review
    sentence = _("申请已提交。运营人员将在 %(days)d 个工作日内审核，一次告知全部问题。")
    messages.success(request, sentence % {"days": days})
    return redirect("agency_desk")


@author_needed
def change(request: HttpRequest) -> HttpResponse:
    """Ask for other key data."""
    actor, agency = mine(request)
    form = ChangeForm(request.POST or None, request.FILES or None, actor=actor, agency=agency)
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            services.request_change(agency, form.after(), form.cleaned_data["evidence"], by=actor)
            messages.success(request, _("变更申请已提交，审核通过后生效。"), extra_tags="draft:agency-change")
            return redirect("agency_desk")
    waiting = agency.change_requests.filter(state="submitted").first()
    context = {**rail(agency), "form": form, "waiting": waiting}
    return render(request, "agencies/change.html", context, status=422 if form.errors else 200)


@member_needed(MemberRole.RELEASER)
@require_POST
def second_person(request: HttpRequest) -> HttpResponse:
    """Decide whether a second person must release the agency's responses."""
    actor, agency = mine(request)
    act = (
        services.agree_to_one_person
        if "agree" in request.POST
        else partial(services.set_second_person, wanted="on" in request.POST)
    )
    try:
        agency = act(agency, by=actor)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
    else:
        if agency.second_person_off_by_id is not None:
            messages.info(request, _off_asked(agency))
        elif agency.second_person:
            messages.success(request, _("报价从现在起须由另一人放行。"))
        else:
            messages.success(request, _("报价不再须经放行。"))
    return redirect("agency_desk")


def _off_asked(agency: Agency) -> str:
    until = services.off_on(agency)
    if until is None:
        return _("已请另一位报价复核人或管理员同意；同意以前，报价仍须放行。")
    return _("没有其他人可以同意：%(at)s 起不再须经放行，此前报价仍须放行，可以撤回。") % {"at": display.moment(until)}


def _step(act: Callable[..., Agency], sentence: str | Promise) -> Callable[..., HttpResponseBase]:
    """A view that does one step of the agency's own standing."""

    @author_needed
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        actor, agency = mine(request)
        act(agency, by=actor)
        messages.success(request, str(sentence))
        return redirect("agency_desk")

    return view


doze = _step(services.doze, gettext_lazy("已转为休眠，不再收到采购邀请。"))
wake = _step(services.wake, gettext_lazy("已恢复在驻。"))
withdraw = _step(services.withdraw, gettext_lazy("已退出。"))
