"""Invited quotes: ask, look, compare, pick. Who else was asked only the buyer and the house see."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, DomainError, WrongState
from marketplace.core.models import Zone
from marketplace.tenders import comparing, disclosed, presentation, queries, reasons, rules, services
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.forms.fields import AgencyField
from marketplace.tenders.forms.invitation import ChoiceForm, InvitationForm, PapersForm
from marketplace.tenders.models import Award, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services.bidding import report_for
from marketplace.tenders.services.choosing import CHOOSABLE
from marketplace.tenders.services.inviting import reports_for
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views import around
from marketplace.tenders.views.finding import agency_of, tender_at, visitor

MOST_ASKED = 10  # codes that one address may name


@member_needed(MemberRole.BUYER)
def invite(request: HttpRequest) -> HttpResponse:
    """One form: whom, what, until when. `?a=` (credit codes) and `?item=` come from the lists and the comparison."""
    actor = acting(request)
    sends = request.method == "POST" and request.POST.get("act") == "send"
    chosen, wrong = _chosen(request)
    item = _item(request, chosen)
    papers = PapersForm(*([request.POST, request.FILES] if request.method == "POST" else []), actor=actor)
    if sends:
        form = InvitationForm(request.POST, actor=actor)
        sent = _send(form, papers, chosen, actor)
        if sent is not None:
            messages.success(request, _("邀请已发出，只有受邀机构能看到。"), extra_tags="draft:tender-invite")
            return redirect("tender", sent.number)
    else:
        form = InvitationForm(actor=actor, initial=_initial(item, actor) | _typed(request))
    reports = reports_for(chosen, item=item, by=actor, days=item.days) if item and chosen else {}
    limits = catalogue.current_rules().invited_quotes
    context = {
        "form": form,
        "item": item,
        "usual": queries.usual_price(item) if item else None,
        "rows": [{"agency": agency, "report": reports.get(agency.pk)} for agency in chosen],
        "unfit": [agency for agency in chosen if agency.pk in reports and not reports[agency.pk].is_eligible],
        "wrong": wrong,
        "limits": limits,
        "papers": papers,
        "more": request.POST.get("more", "") if wrong else "",
    }
    return render(request, "tenders/invite.html", context, status=422 if sends else 200)


def page(request: HttpRequest, found: Tender) -> HttpResponse:
    """An invitation as its buyer, or one of the invited, sees it. Before the close: no response but my own."""
    actor, agency = visitor(request), agency_of(visitor(request))
    may_bid = bool(agency and actor and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR))
    is_open = found.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), found.closes_at)
    everything = queries.sees_everything_of(found, actor)
    own = agency if agency is not None and found.invitations.filter(agency=agency).exists() else None
    is_buyer = actor is not None and actor.user is not None and acts_for_buyer(found, actor)
    context = {
        "tender": found,
        "method": registry.get(found.method),
        "steps": presentation.steps(found),
        "asked": presentation.asked_for(found, list(found.requirements.select_related("type"))),
        "files": list(found.attachments.all()),
        **_questions(found, actor, may_ask=own is not None),
        "usual": queries.usual_price(found.item),
        "is_open": is_open,
        "invited": _invited(found) if everything else [],
        "agency": own,
        "may_bid": may_bid and own is not None,
        "report": report_for(found, own) if own is not None and is_open else None,
        "own_bid": queries.live_bid(found, own) if own is not None and may_bid else None,
        "why_failed": reasons.why_failed(found) if found.state == Tender.State.FAILED else "",
        "has_result": bool(found.opened_at) and (everything or own is not None),
        "award": _award_for(found, actor),
        "is_buyer": is_buyer,
        "may_cancel": is_buyer and is_open,
        "may_give_up": queries.may_give_up(found, actor),
        "pick_days": queries.rules_of(found).invited_quotes.pick,
    }
    return render(request, "tenders/invited.html", context)


def _questions(found: Tender, actor: Actor | None, *, may_ask: bool) -> dict[str, Any]:
    """Questions with their answers, for everybody who sees the page; an invitation isn't amended."""
    told = around.before_the_close(found, actor)
    return told | {"may_ask": told["may_ask"] and may_ask, "may_amend": False}


@never_cache
def outcome(request: HttpRequest, found: Tender, form: ChoiceForm | None = None) -> HttpResponse:
    """The opened quotes: side by side for the buyer; for an invited agency only what became of its own."""
    actor = visitor(request)
    if found.opened_at is None:
        return redirect("tender", found.number)
    shown: dict[str, Any] = {
        "tender": found,
        "method": registry.get(found.method),
        "steps": presentation.steps(found),
        "award": _award_for(found, actor),
        "why_failed": reasons.why_failed(found) if found.state == Tender.State.FAILED else "",
    }
    if not queries.sees_everything_of(found, actor):
        own = queries.bids_of(actor).filter(tender=found).first()
        if own is not None and own.invalid_reason:
            shown["why_invalid"] = reasons.why_invalid(found, own.invalid_reason)
        return render(request, "tenders/own_quote.html", shown | {"bid": own})
    bids = comparing.ordered(queries.opened_bids(found))
    buyer = actor is not None and acts_for_buyer(found, actor)
    may_choose = buyer and found.state == Tender.State.SELECTING and rules.in_time(clock.now(), found.choose_by)
    choosable = [bid for bid in bids if bid.state in CHOOSABLE]
    shown |= {
        "bids": bids,
        "items": comparing.heads(bids),
        "groups": comparing.groups(found, bids, reads_documents=buyer),
        "may_choose": may_choose,
        "form": form or (ChoiceForm(actor=actor, bids=choosable) if may_choose else None),
        "is_buyer": buyer,
        "documents": [bid for bid in bids if buyer and hasattr(bid, "documents")],
        "invited": found.invitations.count(),
    }
    return render(request, "tenders/quotes.html", shown, status=422 if form is not None else 200)


@login_needed
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer's pick, or that nobody is picked."""
    found, actor = tender_at(request, number), acting(request)
    if not found.is_invited or not acts_for_buyer(found, actor):
        raise Http404
    if request.method != "POST":
        return redirect("tender_result", number)
    if found.choose_by is None:
        too_early = found.opened_at is None
        messages.info(request, str(WrongState() if too_early else AlreadyDone()))
        return redirect("tender_result", number)
    none = request.POST.get("act") == "none"
    bids = comparing.ordered(queries.opened_bids(found).filter(state__in=CHOOSABLE))
    form = ChoiceForm(request.POST, actor=actor, bids=bids, none=none)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if none:
                services.choose_none(found, reason, by=actor)
                messages.success(request, _("已结束，原因已告诉所有受邀机构。"))
            else:
                picked = next(bid for bid in bids if str(bid.pk) == form.cleaned_data["bid"])
                services.choose(picked, reason, by=actor)
                messages.success(request, _("已选定，中选通知书已发出，合同正在自动拟好。"))
            return redirect("tender_result", number)
        except DomainError as error:
            if error.status in (403, 409):
                messages.info(request, str(error))
                return redirect("tender_result", number)
            form.refuse(error)
    return outcome(request, found, form)


def private_record(request: HttpRequest, found: Tender) -> JsonResponse:
    """What this visitor may prove of the purchase by the hashes in the public log."""
    actor = visitor(request)
    everything = queries.sees_everything_of(found, actor)
    value = disclosed.record_of(found, everything=everything, won=_award_for(found, actor) is not None)
    response = JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{found.number}-private-record.json"'
    return response


def may_read_notice(award: Award, actor: Actor | None) -> bool:
    """Whether this visitor may read the notice of an invitation: its two sides and the house."""
    own = actor is not None and actor.organisation is not None and actor.organisation == award.agency.organisation
    return own or queries.sees_everything_of(award.tender, actor)


def _award_for(found: Tender, actor: Actor | None) -> Award | None:
    award = Award.objects.filter(tender=found, ended_at=None).select_related("agency__organisation", "tender").first()
    return award if award is not None and may_read_notice(award, actor) else None


def _invited(found: Tender) -> list[Agency]:
    return [each.agency for each in found.invitations.select_related("agency__organisation").order_by("pk")]


def _chosen(request: HttpRequest) -> tuple[list[Agency], str]:
    """The agencies named so far, in their order, and what was wrong with the one that was typed."""
    given = request.POST if request.method == "POST" else request.GET
    codes = list(dict.fromkeys(code.strip().upper() for code in given.getlist("a")))[:MOST_ASKED]
    found = agencies.public().filter(organisation__credit_code__in=[code for code in codes if code.isalnum()])
    by_code = {agency.credit_code: agency for agency in found.select_related("organisation")}
    chosen, wrong = [by_code[code] for code in codes if code in by_code], ""
    typed = given.get("more", "").strip()
    if typed:
        try:
            more = AgencyField().clean(typed)
        except forms.ValidationError as error:
            wrong = error.messages[0]
        else:
            chosen += [more] if more is not None and more not in chosen else []
    return chosen, wrong


def _item(request: HttpRequest, chosen: list[Agency]) -> ServiceItem | None:
    """The item that is named, else the only one that all the chosen offer."""
    code = (request.POST if request.method == "POST" else request.GET).get("item", "")
    if code:
        return catalogue.items().filter(code=code).first()
    if not chosen:
        return None
    offers = ServiceOffer.objects.filter(agency__in=chosen, is_active=True).values_list("item", "agency")
    offered: dict[int, set[int]] = {}
    for item, agency in offers:
        offered.setdefault(item, set()).add(agency)
    common = [item for item, firms in offered.items() if len(firms) == len(chosen)]
    return catalogue.items().filter(pk=common[0]).first() if len(common) == 1 else None


def _initial(item: ServiceItem | None, actor: Actor) -> dict[str, Any]:
    """What needn't be typed."""
    zone, buyer = Zone.current(), actor.organisation
    data = catalogue.current_rules()
    found: dict[str, Any] = {
        "response_days": data.periods.response,
        "contact_name": actor.user.name if actor.user else "",
        "contact_phone": (buyer.phone if buyer else "") or (actor.user.username if actor.user else ""),
        "complaint_phone": zone.supervision_phone if zone else "",
    }
    if item is not None:
        words = _("按国家和行业规范完成%(item)s，提交成果文件，并配合审查、修改至通过。")
        found |= {"item": item, "days": item.days, "content": words % {"item": item.name}}
    return found


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed before another agency was added; it stays."""
    names = InvitationForm.base_fields
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def _send(form: InvitationForm, papers: PapersForm, chosen: list[Agency], actor: Actor) -> Tender | None:
    """The invitation that was sent; None when the form is to be shown again with what is wrong."""
    if not form.is_valid() or not papers.is_valid():
        return None
    data, files = form.cleaned_data, papers.stored()
    try:
        return services.invite(chosen, item=data["item"], key=data["key"], by=actor, attachments=files, **form.values())
    except NotPublishable as error:
        for problem in error.found:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
    except DomainError as error:
        if error.status == 403:
            raise
        form.refuse(error)
    return None
