"""Pages of supervision: the public figures, complaints and how to follow them, the supervisors' board."""

import csv
import re
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.core.forms import service_errors
from marketplace.core.middleware import client_ip
from marketplace.core.models import Zone
from marketplace.core.spreadsheets import harmless
from marketplace.core.submission import submitted
from marketplace.supervision import attempts, chart, forms, limits, queries, rules, services, statistics
from marketplace.supervision.models import Card, Complaint

MINE = "complaints"  # session: numbers whose code was given
SHOW_ONCE = "complaint_code"  # session: the code to show on the next page, once
CARDS_SHOWN = 200


@require_GET
def statistics_page(request: HttpRequest) -> HttpResponse:
    """The public figures of a period."""
    period, funds = request.GET.get("period", "12"), request.GET.get("funds", "")
    found = statistics.figures(period, funds)
    context = {
        "figures": found,
        "chart": chart.bars_of(found.months),
        "period": period if period in statistics.PERIODS else "12",
        "funds": funds if funds in statistics.FUNDS else "",
        "periods": statistics.PERIODS.items(),
        "sources": statistics.FUNDS.items(),
    }
    return render(request, "supervision/statistics.html", context)


@require_GET
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same figures as a table file."""
    found = statistics.figures(request.GET.get("period", "12"), request.GET.get("funds", ""))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    response.write("\ufeff")  # spreadsheets take it for UTF-8 then
    csv.writer(response).writerows([harmless(cell) for cell in row] for row in statistics.rows(found))
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def complaint_new(request: HttpRequest) -> HttpResponse:
    """File a complaint, or find one by its number."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    initial = {"about": request.GET.get("about", "")[:200]}
    form = forms.ComplaintForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        attempts.FILED_FROM_ONE_PLACE.check(client_ip(request))
        data = form.cleaned_data
        with service_errors(form):
            named = bool(data["name"].strip())
            complaint, code = services.file_complaint(**data, by=actor if named else None)
            attempts.FILED_FROM_ONE_PLACE.count(client_ip(request))
            request.session[SHOW_ONCE] = {"number": complaint.number, "code": code}
            _remember(request, complaint.number)
            return redirect(complaint)
    return render(request, "supervision/complaint_new.html", {"form": form, "find": forms.FindForm()})


@require_GET
def complaint_find(request: HttpRequest) -> HttpResponse:
    """Go to the page of a complaint whose number is known."""
    form = forms.FindForm(request.GET)
    if form.is_valid() and re.fullmatch(r"TS-\d{4}-\d{6}", form.cleaned_data["number"]):
        return redirect("complaint_follow", form.cleaned_data["number"])
    messages.error(request, _("投诉编号的格式如 TS-2026-000012，请核对。"))
    return redirect("complaint_new")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def complaint_follow(request: HttpRequest, number: str) -> HttpResponse:
    """A complaint's state, for who has its number and code."""
    complaint = Complaint.objects.filter(number=number).first()
    form = forms.FollowForm(request.POST or None, actor=request.actor)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        place = client_ip(request)
        keys = (
            (attempts.WRONG_CODES, f"{number} {place}"),
            (attempts.WRONG_CODES_FROM_ONE_PLACE, place),
            (attempts.WRONG_CODES_OF_ONE_NUMBER, number),
        )
        for allowance, key in keys:
            allowance.check(key)
        if services.is_query_code(complaint, form.cleaned_data["code"]):
            _remember(request, number)
            return redirect("complaint_follow", number)
        for allowance, key in keys:
            allowance.count(key)
        form.add_error("code", _("编号与查询码不符，请核对。连续 5 次不符将暂停查询 15 分钟。"))
    if complaint is None or not _may_follow(request, complaint):
        status = 422 if form.errors else 200
        return render(request, "supervision/complaint_door.html", {"form": form, "number": number}, status=status)
    shown = request.session.pop(SHOW_ONCE, None)
    context = {
        "complaint": complaint,
        "chip": (complaint.get_state_display(), rules.COMPLAINT_TONES[complaint.state]),
        "code": shown["code"] if shown and shown["number"] == number else "",
        "events": _events(complaint),
        "zone_phone": getattr(Zone.current(), "supervision_phone", ""),
    }
    return render(request, "supervision/complaint.html", context)


@staff_needed(StaffRole.SUPERVISOR)
@require_GET
def supervision_board(request: HttpRequest) -> HttpResponse:
    """Cards that stand, who answers for them, and open complaints."""
    cards = queries.open_cards()
    kind, level = request.GET.get("kind", ""), request.GET.get("level", "")
    shown = cards.filter(**{k: v for k, v in {"kind": kind, "level": level}.items() if v})
    counts = dict.fromkeys(rules.LEVELS, 0) | _counts(cards)
    complaints = queries.complaints_visible_to(request.actor).filter(state__in=rules.OPEN_STATES)  # type: ignore[attr-defined]
    context = {
        "cards": [(card, limits.KINDS.get(card.kind, card.kind)) for card in shown[:CARDS_SHOWN]],
        "counts": counts,
        "tabs": _tabs(request, counts),
        "units": list(queries.by_responsible(cards)[:20]),
        "complaints": [(c, queries.level_of(c)) for c in complaints.order_by("due_at")[:CARDS_SHOWN]],
        "sweep": queries.last_sweep(),
        "sweep_minutes": rules.SWEEP_MINUTES,
    }
    return render(request, "supervision/board.html", context)


@staff_needed(StaffRole.SUPERVISOR)
@require_GET
def complaint_handle(request: HttpRequest, number: str) -> HttpResponse:
    """A complaint with what a supervisor may do about it."""
    return _handle(request, _complaint(request, number))


@staff_needed(StaffRole.SUPERVISOR)
@require_POST
def complaint_accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept a complaint."""
    complaint = services.accept_complaint(_complaint(request, number), by=_acting(request))
    messages.success(request, _("已受理，进入调查。"))
    return redirect("complaint_handle", complaint.number)


@staff_needed(StaffRole.SUPERVISOR)
@require_POST
def complaint_reject(request: HttpRequest, number: str) -> HttpResponse:
    """Reject a complaint with its reason."""
    complaint = _complaint(request, number)
    form = forms.RejectForm(request.POST, actor=_acting(request))
    if submitted(
        request,
        form,
        lambda data: services.reject_complaint(complaint, data["reason"], by=_acting(request)),
        _("已作出不予受理决定。"),
    ):
        return redirect("complaint_handle", number)
    return _handle(request, complaint, reject_form=form)


@staff_needed(StaffRole.SUPERVISOR)
@require_POST
def complaint_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a complaint."""
    complaint = _complaint(request, number)
    form = forms.DecideForm(request.POST, actor=_acting(request))
    if submitted(
        request,
        form,
        lambda data: services.decide_complaint(complaint, data["answer"], by=_acting(request)),
        _("答复已保存，投诉人凭编号和查询码可以看到。"),
    ):
        return redirect("complaint_handle", number)
    return _handle(request, complaint, decide_form=form)


def _handle(request: HttpRequest, complaint: Complaint, **shown: Any) -> HttpResponse:
    actor = _acting(request)
    context = {
        "complaint": complaint,
        "chip": (complaint.get_state_display(), rules.COMPLAINT_TONES[complaint.state]),
        "level": queries.level_of(complaint),
        "may_accept": rules.COMPLAINT.may(complaint.state, "accept"),
        "may_decide": rules.COMPLAINT.may(complaint.state, "decide"),
        "reject_form": forms.RejectForm(actor=actor),
        "decide_form": forms.DecideForm(actor=actor),
        "events": _events(complaint),
        **shown,
    }
    return render(request, "supervision/complaint_handle.html", context, status=422 if shown else 200)


def _events(complaint: Complaint) -> list[dict[str, Any]]:
    """What has happened to a complaint and what is to come, as components/timeline.html takes it."""
    rejected = complaint.state == Complaint.State.REJECTED
    answered = complaint.decided_at is not None
    events: list[dict[str, Any]] = [{"title": _("收到"), "at": complaint.received_at, "state": "done"}]
    if complaint.accepted_at:
        events.append({"title": _("受理，调查中"), "at": complaint.accepted_at, "state": "done" if answered else "now"})
    elif not rejected:
        events.append({"title": _("受理或不予受理的期限"), "at": complaint.accept_by, "state": "now"})
    if rejected:
        events.append({"title": _("不予受理"), "at": complaint.decided_at, "state": "done"})
    elif answered:
        events.append({"title": _("答复"), "at": complaint.decided_at, "state": "done"})
    else:
        events.append({"title": _("答复期限"), "at": complaint.due_at, "state": ""})
    return events


def _tabs(request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    chosen = request.GET.get("level", "")
    labels = {str(value): label for value, label in Card.Level.choices}
    everything = {"label": _("全部"), "url": "?", "current": not chosen, "count": sum(counts.values())}
    return [everything] + [
        {"label": labels[level], "url": f"?level={level}", "current": chosen == level, "count": counts[level]}
        for level in reversed(rules.LEVELS)
    ]


def _counts(cards: Any) -> dict[str, int]:
    return dict(cards.order_by().values_list("level").annotate(n=Count("pk")))


def _complaint(request: HttpRequest, number: str) -> Complaint:
    return get_object_or_404(queries.complaints_visible_to(request.actor), number=number)  # type: ignore[attr-defined]


def _acting(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _may_follow(request: HttpRequest, complaint: Complaint) -> bool:
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    own = actor is not None and actor.user is not None and complaint.by_user_id == actor.user.pk
    return own or complaint.number in request.session.get(MINE, [])


def _remember(request: HttpRequest, number: str) -> None:
    known = [each for each in request.session.get(MINE, []) if each != number]
    request.session[MINE] = [*known, number][-10:]
