"""An agency beside its scans: what it says, what a machine could check, and the operators' answers."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.agencies import queries, rules, services
from marketplace.agencies.admin.forms import CreditForm, FreezeForm, ReasonForm, ReturnForm
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.core import calendar, log
from marketplace.core.errors import DomainError
from marketplace.core.forms import ActorForm, service_errors
from marketplace.core.models import StoredFile

FORMS: dict[str, type[ActorForm]] = {
    "return": ReturnForm,
    "object": ReasonForm,
    "freeze": FreezeForm,
    "unfreeze": ReasonForm,
    "expel": ReasonForm,
    "credit": CreditForm,
}
ABOUT = {
    "qualifications": "qualification",
    "practitioners": "practitioner",
    "past_work": "past_work",
    "offers": "offer",
}
SAID = {
    "return": gettext_lazy("已退回，全部原因已告知申请人。"),
    "object": gettext_lazy("已登记异议成立，不予入驻。"),
    "freeze": gettext_lazy("已冻结。"),
    "unfreeze": gettext_lazy("已解除冻结。"),
    "expel": gettext_lazy("已清退。"),
    "credit": gettext_lazy("已记入信用记录。"),
}


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: reviewed while its application waits, looked at and acted upon afterwards."""
    actor = acting(request)
    agency = get_object_or_404(queries.visible_to(actor), pk=pk)
    act = request.POST.get("act", "")
    form: ActorForm | None = None
    if request.method == "POST" and act == "pass":
        return _pass(request, agency, actor)
    if request.method == "POST" and act in FORMS:
        form = FORMS[act](request.POST, actor=actor, prefix=act)
        if form.is_valid():
            with service_errors(form):
                _carry_out(act, agency, form, actor)
                messages.success(request, str(SAID[act]))
                return _onward(agency)
        agency.refresh_from_db()
    status = 422 if form is not None else 200
    return render(request, "agencies/admin/review.html", _context(request, agency, actor, act, form), status=status)


def _pass(request: HttpRequest, agency: Agency, actor: Actor) -> HttpResponse:
    try:
        services.pass_admission(agency, by=actor)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
        return redirect("agencies_review", agency.pk)
    messages.success(request, _("已通过审核，%(agency)s 进入公示。") % {"agency": agency})
    return _onward(agency)


def _carry_out(act: str, agency: Agency, form: Any, by: Actor) -> None:
    data = form.cleaned_data
    acts: dict[str, Callable[[], Any]] = {
        "return": lambda: services.return_admission(agency, form.all_reasons(), by=by),
        "object": lambda: services.object_admission(agency, data["reason"], by=by),
        "freeze": lambda: services.freeze(agency, data["until"], data["reason"], by=by),
        "unfreeze": lambda: services.unfreeze(agency, data["reason"], by=by),
        "expel": lambda: services.expel(agency, data["reason"], by=by),
        "credit": lambda: _credit(agency, form, by),
    }
    acts[act]()


def _credit(agency: Agency, form: CreditForm, by: Actor) -> None:
    points, rule = form.chosen()
    services.add_credit(agency, points, rule, form.cleaned_data["reason"], by=by)


def _onward(agency: Agency) -> HttpResponse:
    """On to the oldest application that waits, or back to this one."""
    following = queries.admissions_waiting().exclude(pk=agency.pk).first()
    waited = agency.state == Agency.State.SUBMITTED
    return redirect("agencies_review", following.pk if following and waited else agency.pk)


def _context(request: HttpRequest, agency: Agency, actor: Actor, act: str, form: ActorForm | None) -> dict[str, Any]:
    checks = rules.machine_checks(queries.application(agency))
    beside: dict[str, list[rules.Check]] = defaultdict(list)
    for check in checks:
        beside[check.about].append(check)
    scans = scans_of(agency)
    bound = {key: form if key == act and form is not None else FORMS[key](actor=actor, prefix=key) for key in FORMS}
    waits = agency.state == Agency.State.SUBMITTED and agency.submitted_at is not None
    days = catalogue.current_rules().periods.admission_review
    return {
        "agency": agency,
        "general": beside[""],
        "unsure": sum(check.ok is not True for check in checks),
        "rows": {
            section: [{"row": row, "checks": beside[f"{ABOUT[section]}:{row.pk}"]} for row in rows]
            for section, rows in _rows(agency).items()
        },
        "scans": scans,
        "scan": chosen_scan(request, scans),
        "forms": bound,
        "due_at": calendar.closes_at(agency.submitted_at, days) if waits and agency.submitted_at else None,
        "is_waiting": waits,
        "may_decide": actor.has_staff_role(StaffRole.OPERATOR),
        "may_sanction": [key for key in ("freeze", "unfreeze", "expel") if rules.ADMISSION.may(agency.state, key)],
        "entries": [(entry, entry.get_action_display()) for entry in log.history(agency).order_by("-at", "-id")[:20]],
        **frame(_("入驻审核"), str(agency), "agencies:index", _("中介服务机构")),
    }


def _rows(agency: Agency) -> dict[str, Any]:
    papers = agency.qualifications.exclude(state="superseded").select_related("type", "scan")
    return {
        "qualifications": papers,
        "practitioners": agency.practitioners.filter(left_on=None).select_related("scan"),
        "past_work": agency.past_work.select_related("item", "evidence"),
        "offers": agency.offers.select_related("item").prefetch_related("regions"),
    }


def scans_of(agency: Agency) -> list[tuple[str, StoredFile]]:
    """Every file of the application with its words."""
    rows = _rows(agency)
    found = [(str(row), row.scan) for row in rows["qualifications"]]
    found += [(str(row), row.scan) for row in rows["practitioners"]]
    found += [(str(row), row.evidence) for row in rows["past_work"]]
    found.append((_("承诺书"), agency.commitment))
    return [(label, file) for label, file in found if file is not None]


def chosen_scan(request: HttpRequest, scans: list[tuple[str, StoredFile]]) -> StoredFile | None:
    """The file to show: the one asked for, else the first."""
    wanted = request.GET.get("scan", "")
    files = [file for _label, file in scans]
    return next((file for file in files if str(file.pk) == wanted), files[0] if files else None)


def frame(title: str, subtitle: str, list_name: str, list_label: str) -> dict[str, Any]:
    """What Wagtail's page needs round the content."""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("首页")},
        {"url": reverse(list_name), "label": list_label},
        {"url": "", "label": subtitle},
    ]
    return {"header_title": f"{title} · {subtitle}", "page_title": title, "breadcrumbs_items": crumbs}
