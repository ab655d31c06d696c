"""The result is public for its days; then the winner is looked at once more, and the notice goes out."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import calendar, clock, events, locks, log
from marketplace.tenders import notices, rules
from marketplace.tenders.eligibility import Report, needs_of, reports
from marketplace.tenders.events import AwardNoticed
from marketplace.tenders.models import Award, Bid, Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.selection.base import Outcome
from marketplace.tenders.services import disclosing, explaining, failing, picking, rostering, telling
from marketplace.tenders.services.moves import move

SERIES = "ZX"  # of the notices' numbers


@transaction.atomic
def end_publicity(pk: str) -> None:
    """Issue the notice, if the winner may still take part; else the next in the ranking becomes public, or it fails.

    Harmless before the end, and when it was done already.
    """
    year = clock.today().year
    locks.counter(f"{SERIES}-{year}")
    tender = locks.exclusive(Tender, pk)
    moment = clock.now()
    if tender.state != Tender.State.PUBLICITY or rules.in_time(moment, tender.publicity_until):
        return
    data = rules_of(tender)
    bid = tender.bids.filter(state=Bid.State.WINNER).select_related("agency__organisation").order_by("rank").first()
    agency = bid.agency if bid else tender.chosen_agency
    assert agency is not None  # a tender in publicity has a winner
    found = _reports(tender, data, [agency.pk])[agency.pk]
    if bid is not None:
        bid.eligibility["noticed"] = found.to_json()
        bid.save(update_fields=["eligibility"])
    if found.is_eligible:
        issue(tender, data, agency, bid, locks.next_number(SERIES, year), moment)
    elif bid is None:
        failing.fail(tender, "winner_ineligible", by=Actor.system())
    else:
        _pass_over(tender, data, bid, moment)


def issue(tender: Tender, data: RuleData, agency: Agency, bid: Bid | None, number: str, moment: datetime) -> None:
    """Write the award and its notice, and tell both sides. Inside a transaction; the series' counter is locked."""
    by = Actor.system()
    price = bid.price if bid else tender.agreed_price
    award = Award(
        tender=tender,
        agency=agency,
        bid=bid,
        price=price or Decimal(0),
        days=(bid.days if bid else tender.days) or 1,
        accepted_at=tender.accepted_at,
        notice_number=number,
        noticed_at=moment,
    )
    award.notice = notices.content(award, sign_by=calendar.closes_at(moment, data.periods.contract))
    award.save()
    move(tender, "notify", by=by, data={"notice": number})
    rostering.turn(tender, agency.credit_code)
    disclosing.act("tender.award", tender, by=by, data=notices.public_entry(award))
    events.publish(AwardNoticed(award.pk))
    url = reverse("award_notice", args=[tender.number])
    names = {"agency": agency.organisation.name, "notice": number}
    telling.tell_buyer(tender, "tenders.award_noticed", url=url, **names)
    telling.tell_agencies([agency.pk], "tenders.award_won", url=url, title=tender.title, **names)


def _pass_over(tender: Tender, data: RuleData, bid: Bid, moment: datetime) -> None:
    """A winner that may no longer take part: the next in the ranking that may, else a failure; public either way."""
    by = Actor.system()
    if tender.method in picking.PICKED:
        _pick_again(tender, data, bid, moment)
        return
    able = Outcome.from_json(tender.record["outcome"]).able
    ranked = list(
        tender.bids.filter(state__in=[Bid.State.SUBSTITUTE, Bid.State.LOST], rank__isnull=False)
        .filter(agency__organisation__credit_code__in=able)
        .select_related("agency__organisation")
        .order_by("rank")
    )
    reports = _reports(tender, data, [each.agency_id for each in ranked])
    left = next((each for each in ranked if reports[each.agency_id].is_eligible), None)
    passed = [bid, *ranked[: ranked.index(left) if left else len(ranked)]]
    for each in passed:
        rules.BID.move(each, "void")
        each.invalid_reason, each.ended_at = "ineligible", moment
        each.save(update_fields=["state", "invalid_reason", "ended_at"])
    entry: dict[str, Any] = {
        "passed_over": [each.agency.organisation.credit_code for each in passed],
        "reason": "ineligible",
        "next": left.agency.organisation.credit_code if left else None,
        "at": moment.isoformat(),
    }
    tender.record["successions"] = [*tender.record.get("successions", []), entry]
    tender.save(update_fields=["record"])
    if left is None:
        failing.fail(tender, "winner_ineligible", by=by, data=entry)
        return
    rules.BID.move(left, "win")
    left.save(update_fields=["state"])
    move(tender, "reselect", by=by, data=entry)
    log.make_public("tender.reselected", tender, by=by, data=entry)
    explaining.go_on(tender, data, by=by)
    url = reverse("tender_result", args=[tender.number])
    names = {"title": tender.title, "number": tender.number, "agency": left.agency.organisation.name}
    telling.tell_agencies([each.agency_id for each in [*passed, *ranked]], "tenders.reselected", url=url, **names)
    telling.tell_buyer(tender, "tenders.reselected", url=url, agency=names["agency"])


def _pick_again(tender: Tender, data: RuleData, bid: Bid, moment: datetime) -> None:
    """The picked one may no longer take part: the buyer picks another of the shortlist, or it fails."""
    rules.BID.move(bid, "void")
    bid.invalid_reason, bid.ended_at = "ineligible", moment
    bid.save(update_fields=["state", "invalid_reason", "ended_at"])
    entry = {"passed_over": [bid.agency.credit_code], "reason": "ineligible", "next": None, "at": moment.isoformat()}
    tender.record["successions"] = [*tender.record.get("successions", []), entry]
    tender.save(update_fields=["record"])
    if not picking.shortlist(tender):
        failing.fail(tender, "winner_ineligible", by=Actor.system(), data=entry)
        return
    move(tender, "reselect", by=Actor.system(), data=entry, publicity_until=None)
    log.make_public("tender.reselected", tender, by=Actor.system(), data=entry)
    picking.ask(tender, data, by=Actor.system())


def _reports(tender: Tender, data: RuleData, agency_keys: Iterable[int]) -> dict[int, Report]:
    needs = needs_of(tender, data)
    facts = agencies.facts_many(Agency.objects.filter(pk__in=list(agency_keys)))
    return reports(tender, needs, facts, clock.today())
