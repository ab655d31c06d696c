"""What changes of an admitted agency: key data and certificates, each beside what it replaces."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.agencies import services
from marketplace.agencies.admin.forms import ReasonForm
from marketplace.agencies.admin.review import frame
from marketplace.agencies.models import Agency, ChangeRequest, Practitioner, Qualification
from marketplace.agencies.queries.application import label_of
from marketplace.catalogue.models import Region
from marketplace.core.errors import DomainError
from marketplace.core.forms import service_errors

COMPARED = ("type", "grade", "specialty", "number", "issuer", "issued_on", "valid_until")


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A request for other key data: accept it, or refuse it with a reason."""
    asked = get_object_or_404(ChangeRequest.objects.select_related("agency__organisation", "evidence"), pk=pk)
    form = ReasonForm(request.POST if "refuse" in request.POST else None, actor=acting(request))
    if "accept" in request.POST:
        return _done(
            request, lambda: services.accept_change(asked, by=acting(request)), _("变更已生效。"), "change", pk
        )
    if form.is_valid():
        with service_errors(form):
            services.refuse_change(asked, form.cleaned_data["reason"], by=acting(request))
            messages.success(request, _("已退回，原因已告知机构。"))
            return redirect("agencies_change", pk)
    context = {
        "agency": asked.agency,
        "state": asked.get_state_display(),
        "is_waiting": asked.state == ChangeRequest.State.SUBMITTED,
        "reason": asked.reason,
        "changes": list(_key_changes(asked)),
        "scan": asked.evidence,
        "accept_label": _("同意变更"),
        "form": form,
        **frame(_("信息变更"), str(asked.agency), "agencies_changes:index", _("信息变更申请")),
    }
    return render(request, "agencies/admin/change.html", context, status=422 if form.errors else 200)


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate of an admitted agency beside the one it renews: verify it, or reject it with a reason."""
    found = Qualification.objects.select_related("agency__organisation", "type", "replaces__type", "scan")
    row = get_object_or_404(found, pk=pk)
    form = ReasonForm(request.POST if "refuse" in request.POST else None, actor=acting(request))
    if "accept" in request.POST:
        sentence = _("已核验，即时生效。")
        return _done(
            request,
            lambda: services.verify_qualification(row, shown=_shown(request), by=acting(request)),
            sentence,
            "certificate",
            pk,
        )
    if form.is_valid():
        with service_errors(form):
            reason = form.cleaned_data["reason"]
            services.reject_qualification(row, reason, shown=_shown(request), by=acting(request))
            messages.success(request, _("已退回，原因已告知机构。"))
            return redirect("agencies_certificate", pk)
    context = {
        "agency": row.agency,
        "state": row.get_state_display(),
        "is_waiting": row.state in ("submitted", "manual_check"),
        "reason": row.reason,
        "changes": list(_certificate_changes(row)),
        "scan": row.scan,
        "shown": services.shown_as(row),
        "accept_label": _("核验通过"),
        "form": form,
        **frame(_("资质核验"), str(row), "agencies_certificates:index", _("资质证书")),
    }
    return render(request, "agencies/admin/change.html", context, status=422 if form.errors else 200)


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def practitioner(request: HttpRequest, pk: int) -> HttpResponse:
    """A person whom an admitted agency adds, beside the scan of the licence: verify, or reject with a reason."""
    found = Practitioner.objects.select_related("agency__organisation", "scan")
    row = get_object_or_404(found, pk=pk)
    form = ReasonForm(request.POST if "refuse" in request.POST else None, actor=acting(request))
    if "accept" in request.POST:
        return _done(
            request,
            lambda: services.verify_practitioner(row, shown=_shown(request), by=acting(request)),
            _("已核验，即时在册。"),
            "practitioner",
            pk,
        )
    if form.is_valid():
        with service_errors(form):
            reason = form.cleaned_data["reason"]
            services.reject_practitioner(row, reason, shown=_shown(request), by=acting(request))
            messages.success(request, _("已退回，原因已告知机构。"))
            return redirect("agencies_practitioner", pk)
    context = {
        "agency": row.agency,
        "state": _("待核验") if row.is_waiting else _("在册") if row.is_active else _("不在册"),
        "is_waiting": row.is_waiting,
        "reason": row.reason,
        "changes": [
            {"label": label_of(Practitioner, name), "before": "", "after": str(getattr(row, name) or ""), "same": False}
            for name in ("name", "licence", "licence_number", "title", "valid_until")
        ],
        "scan": row.scan,
        "shown": services.shown_as(row),
        "accept_label": _("核验通过"),
        "form": form,
        **frame(_("人员核验"), str(row), "agencies:index", _("中介服务机构")),
    }
    return render(request, "agencies/admin/change.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest) -> str:
    return str(request.POST.get("shown", ""))


def _done(request: HttpRequest, act: Any, sentence: str, page: str, pk: int) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(f"agencies_{page}", pk)


def _key_changes(asked: ChangeRequest) -> Any:
    for name, after in asked.after.items():
        label = _("机构名称") if name == "name" else label_of(Agency, name)
        before = asked.before.get(name, "")
        if name == "region":
            names = dict(Region.objects.filter(code__in=[before, after]).values_list("code", "name"))
            before, after = names.get(before, before), names.get(after, after)
        yield {"label": label, "before": before, "after": after, "same": before == after}


def _certificate_changes(row: Qualification) -> Any:
    old = row.replaces
    for name in COMPARED:
        before = str(getattr(old, name) or "") if old is not None else ""
        after = str(getattr(row, name) or "")
        if before or after:
            yield {"label": label_of(Qualification, name), "before": before, "after": after, "same": before == after}
