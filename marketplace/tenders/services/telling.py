"""Telling people about a tender: the market when it is announced, and everybody who took part when something happens.

Before the close nothing goes to anybody about a response but to the people of its author's own organisation.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership, User
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import COUNTING_STATES, Agency
from marketplace.catalogue.rules import RuleData
from marketplace.core import clock, deadlines, inbox
from marketplace.tenders import mandates, rules
from marketplace.tenders.eligibility import Report, needs_of, reports
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import rules_of
from marketplace.tenders.services import tracing

REMINDERS = (timedelta(days=1), timedelta(hours=2))  # before the close


@transaction.atomic
def tell_the_market(pk: str) -> None:
    """Tell the people of every eligible agency, and of those who miss one mendable thing what it is.

    Right after the announcement, so that who publishes needn't wait for thousands of messages; harmless once the tender
    takes no responses. Keeps with the tender how many of the admitted agencies were eligible.
    """
    tender = _still_open(pk)
    if tender is None:
        return
    reports = market_reports(tender, rules_of(tender))
    market = Agency.objects.filter(state=Agency.State.ACTIVE).count()
    eligible = sum(found.is_eligible for found in reports.values())
    Tender.objects.filter(pk=pk).update(market_size=market, eligible_count=eligible)
    tracing.eligible(tender, 0, market, reports)
    _tell_who_may(tender, reports, eligible="tenders.published", nearly="tenders.nearly")
    plan_reminder(tender)


@transaction.atomic
def remind_the_market(pk: str) -> None:
    """Tell the same people again, a day and two hours before the close.

    Everybody who may respond gets the same words, so that no message tells who has responded. A close that was moved in
    the meantime moves the reminder.
    """
    tender = _still_open(pk)
    if tender is None or tender.closes_at is None:
        return
    if tender.closes_at - clock.now() <= REMINDERS[0]:
        reports = market_reports(tender, rules_of(tender))
        _tell_who_may(tender, reports, eligible="tenders.closing", nearly="tenders.closing_nearly")
    plan_reminder(tender)


def _still_open(pk: str) -> Tender | None:
    tender = Tender.objects.select_related("buyer", "item", "region", "ruleset").defer("record").get(pk=pk)
    takes_responses = tender.state == Tender.State.PUBLISHED and rules.in_time(clock.now(), tender.closes_at)
    return tender if takes_responses else None


def plan_reminder(tender: Tender) -> None:
    """The next reminder that lies ahead, if one does."""
    assert tender.closes_at is not None  # it takes responses
    ahead = [moment for before in REMINDERS if (moment := tender.closes_at - before) > clock.now()]
    if ahead:
        deadlines.put("tenders.reminder", tender, ahead[0])


def _tell_who_may(tender: Tender, reports: dict[int, Report], *, eligible: str, nearly: str) -> None:
    people = _people_of_agencies(reports)
    params = {"title": tender.title, "number": tender.number, "closes": written(tender.closes_at)}
    url = reverse("tender", args=[tender.number])
    able = [user for key, found in reports.items() if found.is_eligible for user in people[key]]
    inbox.tell(able, eligible, url=url, **params)
    missing: dict[str, list[User]] = defaultdict(list)
    for key, found in reports.items():
        if found.misses_one_mendable:
            check = found.failing[0]
            missing[f"{check.label}（{check.needed}）" if check.needed else str(check.label)] += people[key]
    for what, users in missing.items():
        inbox.tell(users, nearly, url=url, missing=what, **params)


def market_reports(tender: Tender, data: RuleData) -> dict[int, Report]:
    """The report of every agency that could have to do with the tender, by its key; a constant number of queries."""
    needs = needs_of(tender, data)
    today = clock.today()
    facts = agencies.facts_many(_concerned(tender))
    return reports(tender, needs, facts, today)


def eligible_people(tender: Tender) -> list[User]:
    """The people who bid for the agencies that are eligible today, in a constant number of queries."""
    data = rules_of(tender)
    return people_for(key for key, found in market_reports(tender, data).items() if found.is_eligible)


def people_for(agency_keys: Iterable[int]) -> list[User]:
    """The people who bid for these agencies, in a constant number of queries."""
    return [user for users in _people_of_agencies(agency_keys).values() for user in users]


def tell_buyer(tender: Tender, kind: str, *, url: str = "", **params: Any) -> None:
    """Tell the buyer's commissioned people, and the agent officer who opened the tender while the mandate holds."""
    people = accounts.people_of(tender.buyer, MemberRole.BUYER)
    url = url or (reverse("tender", args=[tender.number]) if tender.number else "")
    agents = [tender.agent] if tender.agent and mandates.holds(tender, Actor.of(tender.agent)) else []
    inbox.tell([*people, *agents], kind, url=url, title=tender.title, number=tender.number or "", **params)


def tell_invited(tender: Tender, kind: str, *, buyer_too: bool = True, **params: Any) -> None:
    """Tell everybody who was invited, and the buyer: the same words, so that none says who else was."""
    keys = tender.invitations.values_list("agency_id", flat=True)
    url = reverse("tender", args=[tender.number])
    tell_agencies(keys, kind, url=url, title=tender.title, number=tender.number, **params)
    if buyer_too:
        tell_buyer(tender, kind, url=url, **params)


def tell_agencies(agency_keys: Iterable[int], kind: str, *, url: str, **params: Any) -> None:
    """Tell the people who bid for these agencies, in a constant number of queries."""
    inbox.tell(people_for(agency_keys), kind, url=url, **params)


def written(moment: Any) -> str:
    """A moment for messages, the same in every language: `2026-03-20 17:00`."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""


def _concerned(tender: Tender) -> "QuerySet[Agency]":
    """Admitted agencies that offer the item, or hold a certificate of a type that is asked for."""
    types = list(tender.requirements.values_list("type_id", flat=True))
    offering = Q(offers__item=tender.item, offers__is_active=True)
    qualified = Q(qualifications__state__in=COUNTING_STATES, qualifications__type__in=types)
    found = Agency.objects.filter(state=Agency.State.ACTIVE).filter(offering | qualified if types else offering)
    return found.order_by().distinct()


def _people_of_agencies(keys: Iterable[int]) -> dict[int, list[User]]:
    memberships = Membership.objects.filter(is_active=True, user__is_active=True, organisation__agency__isnull=False)
    found: dict[int, list[User]] = defaultdict(list)
    wanted = set(keys)
    if len(wanted) <= 200:
        memberships = memberships.filter(organisation__agency__in=wanted)
    for membership in memberships.select_related("user", "organisation__agency"):
        pk = membership.organisation.agency.pk
        if pk in wanted and membership.has_role(MemberRole.BID_AUTHOR):
            found[pk].append(membership.user)
    return found
