"""The pages of a review: the buyer's panel, and the reviewer's own page, which nobody else can reach."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.submission import submitted
from marketplace.tenders import rules, services
from marketplace.tenders.forms import RecuseForm, ReviewerForm, SheetForm
from marketplace.tenders.models import BidDocuments, Review, Reviewer, Tender
from marketplace.tenders.services import reviewing
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views.finding import tender_at
from marketplace.tenders.views.reading import archive


@never_cache
@login_needed
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The seats with who sits on them, and the form for the next open one. 404 for everybody but the buyer."""
    found, actor = tender_at(request, number), acting(request)
    if not reviewing.is_needed(found) or not found.is_public or not acts_for_buyer(found, actor):
        raise Http404
    form = None
    if "take_back" in request.POST:
        return _take_back(request, found, actor)
    if request.method == "POST" or reviewing.takes_names(found):
        form = _panel_form(request, found, actor)
        if submitted(
            request,
            form,
            lambda data: services.name_reviewer(found, data["contact"], data.get("reason", ""), by=actor),
            _("已指定，并已通知对方确认是否回避。"),
        ):
            return redirect("tender_panel", number)
    seats = _seats(found)
    context = {
        "tender": found,
        "form": form,
        "seats": seats,
        "open": reviewing.open_seats(found),
        "criteria": reviewing.criteria_of(found),
        "may_take_back": reviewing.may_take_back(found),
        "submitted": sum(one.state == "submitted" for _seat, people in seats for one in people),
    }
    return render(request, "tenders/panel.html", context, status=422 if form is not None and form.errors else 200)


@never_cache
@login_needed
def review(request: HttpRequest, number: str) -> HttpResponse:
    """A reviewer's page: declare, then score, save and submit. 404 for everybody else."""
    found, actor = tender_at(request, number), acting(request)
    mine = _mine(found, actor)
    asides = RecuseForm(request.POST if request.POST.get("go") == "recuse" else None, actor=actor)
    if asides.is_bound and submitted(
        request,
        asides,
        lambda data: services.recuse_reviewer(mine, data["reason"], by=actor),
        _("已登记回避，采购人会另行指定评审人。"),
    ):
        return redirect("tender", number)
    if request.POST.get("go") == "accept":
        services.accept_review(mine, by=actor)
        messages.success(request, _("已确认，可以评审。") if found.waits_for_review else _("已确认，截止后开始评审。"))
        return redirect("tender_review", number)
    form = _sheet_form(request, found, mine, actor)
    if form is not None and form.is_bound and _kept(request, form, mine, actor):
        return redirect("tender_review", number)
    context = {
        "tender": found,
        "mine": mine,
        "form": form,
        "asides": asides,
        "criteria": reviewing.criteria_of(found),
        "panel_size": reviewing.panel_size(found),
        "with_files": _with_files(found) if form is not None else [],
        "own": _own(mine, reviewing.criteria_of(found)),
    }
    wrong = asides.errors or (form is not None and form.errors)
    return render(request, "tenders/review.html", context, status=422 if wrong else 200)


@never_cache
@login_needed
@require_safe
def review_documents(request: HttpRequest, number: str, letter: str) -> HttpResponse:
    """The files of one anonymised response in one archive, while its reviewer scores."""
    found, actor = tender_at(request, number), acting(request)
    mine = _mine(found, actor)
    if mine.state not in (Reviewer.State.READY, Reviewer.State.SUBMITTED) or not found.waits_for_review:
        raise Http404
    codes = {each: code for code, each in Review.objects.get(tender=found).letters.items()}
    bids = found.bids.filter(state="sealed", documents__isnull=False).select_related("agency__organisation", "tender")
    bid = get_object_or_404(bids, agency__organisation__credit_code=codes.get(letter, ""))
    response = HttpResponse(archive(services.open_anonymous(bid, letter, mine)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{number}-{letter}.zip"'
    return response


def _take_back(request: HttpRequest, found: Tender, actor: Actor) -> HttpResponse:
    key = request.POST["take_back"]
    one = get_object_or_404(found.reviewers, pk=int(key) if key.isdecimal() and len(key) < 12 else 0)
    services.take_back_reviewer(one, by=actor)
    messages.success(request, _("已撤回，可以另行指定。"))
    return redirect("tender_panel", found.number)


def _mine(found: Tender, actor: Actor) -> Reviewer:
    """The visitor's own seat. 404 for who has none, or left it."""
    sitting = Reviewer.objects.filter(tender=found, state__in=Reviewer.ACTIVE)
    mine: Reviewer = get_object_or_404(sitting.select_related("person"), person=actor.user)
    return mine


def _panel_form(request: HttpRequest, found: Tender, actor: Actor) -> ReviewerForm:
    seats = reviewing.open_seats(found)
    replaces = bool(seats) and reviewing.was_left(found, seats[0])
    return ReviewerForm(request.POST if request.method == "POST" else None, actor=actor, replaces=replaces)


def _sheet_form(request: HttpRequest, found: Tender, mine: Reviewer, actor: Actor) -> SheetForm | None:
    """None when there is nothing to score now, or it is scored."""
    if mine.state != Reviewer.State.READY or not found.waits_for_review:
        return None
    criteria = reviewing.criteria_of(found)
    sheet = rules.clean_sheet(mine.sheet, Review.objects.get(tender=found).letters.values(), criteria)
    given = request.POST if request.POST.get("go") in ("save", "submit") else None
    return SheetForm(given, actor=actor, sheet=sheet, criteria=criteria)


def _kept(request: HttpRequest, form: SheetForm, mine: Reviewer, actor: Actor) -> bool:
    """Save what was filled in; then, when that is wished, submit it: so a refused submission loses nothing."""
    draft = f"review-{mine.tender_id}"

    def act(data: dict[str, Any]) -> None:
        services.save_sheet(mine, form.sheet(), submit=False, by=actor)
        if request.POST.get("go") == "submit":
            services.save_sheet(mine, form.sheet(), submit=True, by=actor)

    done = _("已提交，不能再修改。") if request.POST.get("go") == "submit" else _("已保存，还没有提交。")
    return submitted(request, form, act, done, draft=draft)


def _with_files(found: Tender) -> list[str]:
    """The letters whose responses have documents."""
    letters = Review.objects.get(tender=found).letters
    having = BidDocuments.objects.filter(bid__tender=found, bid__state="sealed")
    return [letters[c] for c in having.values_list("bid__agency__organisation__credit_code", flat=True) if c in letters]


def _own(mine: Reviewer, criteria: list[dict[str, str]]) -> list[tuple[str, list[tuple[str, dict[str, str]]], str]]:
    """The reviewer's submitted sheet: letter, entries by criterion, total."""
    if mine.state != Reviewer.State.SUBMITTED:
        return []
    names = [one["name"] for one in criteria]
    return [
        (letter, list(zip(names, entries, strict=True)), str(services.total_of(entries)))
        for letter, entries in mine.sheet.items()
    ]


def _seats(found: Tender) -> list[tuple[int, list[Reviewer]]]:
    """Each seat with everybody who was named for it, the newest last."""
    people = list(found.reviewers.select_related("person"))
    return [(n, [p for p in people if p.seat == n]) for n in range(1, reviewing.panel_size(found) + 1)]
