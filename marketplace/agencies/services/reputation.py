"""What others' acts write into an agency's record: ratings, finished contracts, credit points."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries, rules
from marketplace.agencies.models import Agency, CreditEntry, PastWork, ServiceRating
from marketplace.agencies.services.access import changed, reviewed, today
from marketplace.agencies.services.certificates import midnight
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, deadlines, inbox, locks, log
from marketplace.core.errors import DomainError

AGEING = timedelta(days=30)


@transaction.atomic
def record_rating(
    *,
    agency: Agency,
    contract_number: str,
    item: ServiceItem,
    title: str,
    by_name: str,
    scores: Mapping[str, int],
    text: str,
    is_default: bool,
    by: Actor,
) -> ServiceRating:
    """Publish a review of the agency: once per contract, a repetition changes nothing.

    `scores` holds 1 to 5 for each of `rules.DIMENSIONS`; a default one is shown but left out of the average.
    """
    agency = locks.exclusive(Agency, agency.pk)
    values = {name: int(scores[name]) for name in rules.DIMENSIONS}
    if not all(1 <= value <= 5 for value in values.values()):
        raise DomainError(_("每项评价为 1 到 5 星。"))
    words = {"item": item, "title": title, "by_name": by_name, "text": text, "is_default": is_default}
    rating, made = ServiceRating.objects.get_or_create(
        contract_number=contract_number, defaults={"agency": agency, **words, **values}
    )
    if made:
        refresh_rating(agency)
        changed(agency, "agency.rated", by=by, about=rating, scores=values, is_default=is_default)
        if not is_default:
            deadlines.put("agencies.rating_ages", agency, clock.now() + AGEING)
    return rating


@transaction.atomic
def answer_rating(contract_number: str, answer: str, *, by: Actor) -> ServiceRating:
    """The agency's public answer to a review of it, once."""
    rating = ServiceRating.objects.select_related("agency").get(contract_number=contract_number)
    agency = locks.exclusive(Agency, rating.agency_id)
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    rating.refresh_from_db()
    if rating.answer:
        raise DomainError(_("已经回复过这条评价。"))
    if not answer.strip():
        raise DomainError(_("请填写回复内容。"), field="answer")
    rating.answer, rating.answered_at = answer.strip(), clock.now()
    rating.save(update_fields=["answer", "answered_at"])
    changed(agency, "agency.rating_answered", by=by, about=rating)
    return rating


def refresh_rating(agency: Agency) -> None:
    """Compute the agency's rating anew from its published reviews and the market's mean."""
    rating_rules = catalogue.current_rules().rating
    rated = queries.rated(agency)
    agency.rating = rules.bayesian_rating(
        rated,
        queries.market_mean(),
        today(),
        prior_weight=rating_rules.prior_weight,
        yearly_weight=rating_rules.yearly_weight,
    )
    agency.rating_count = len(rated)
    agency.save(update_fields=["rating", "rating_count"])


def age_rating(pk: str) -> None:
    """The monthly deadline: older reviews weigh less, so the rating moves by itself."""
    agency = locks.exclusive(Agency, pk)
    before = agency.rating
    refresh_rating(agency)
    if agency.rating != before:
        changed(agency, "agency.rating_aged", by=Actor.system(), changed={"rating": [before, agency.rating]})
    deadlines.put("agencies.rating_ages", agency, clock.now() + AGEING)


@transaction.atomic
def add_contract_work(
    *,
    agency: Agency,
    contract_number: str,
    item: ServiceItem,
    title: str,
    client: str,
    amount: Decimal,
    started_on: date,
    finished_on: date,
    by: Actor,
) -> PastWork:
    """Write a contract of this market down as past work, once; it needs no proof."""
    agency = locks.exclusive(Agency, agency.pk)
    facts: dict[str, Any] = {"item": item, "title": title, "client": client, "amount": amount}
    dates = {"started_on": started_on, "finished_on": max(started_on, finished_on)}
    work, made = PastWork.objects.get_or_create(
        agency=agency, contract_number=contract_number, defaults={**facts, **dates}
    )
    if made:
        changed(agency, "agency.contract_work", by=by, about=work, contract=contract_number)
    return work


@transaction.atomic
def name_industry(contract_number: str, industry: str, *, by: Actor) -> None:
    """Write down in which industry a contract's work was done, once it is known; a repetition changes nothing."""
    work = PastWork.objects.filter(contract_number=contract_number, industry="").first() if contract_number else None
    if work is None or not industry:
        return
    agency = locks.exclusive(Agency, work.agency_id)
    work.industry = industry
    work.save(update_fields=["industry"])
    changed(agency, "agency.work_industry", by=by, about=work, industry=industry)


@transaction.atomic
def add_credit(agency: Agency, points: int, rule: str, reason: str, *, by: Actor) -> CreditEntry:
    """Write an entry into the credit record; it counts for the RuleSet's months. Grade D freezes until repaired."""
    agency = reviewed(agency, by, StaffRole.SUPERVISOR, StaffRole.OPERATOR)
    if not points or not reason.strip():
        raise DomainError(_("请填写分值和事由。"), field="reason")
    months = catalogue.current_rules().credit.months
    expires_on = today() + timedelta(days=round(months * 365.25 / 12))
    entry = CreditEntry.objects.create(
        agency=agency,
        points=points,
        rule=rule,
        reason=reason,
        decided_at=clock.now(),
        expires_on=expires_on,
        decided_by=by.user,
    )
    refresh_credit(agency)
    changed(agency, "agency.credit", by=by, points=points, rule=rule, reason=reason, score=agency.credit_score)
    public = {"credit_code": agency.credit_code, "points": points, "rule": rule, "score": agency.credit_score}
    log.make_public("agency.credit", agency, by=by, data=public)
    people = accounts.people_of(agency.organisation, MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)
    said = {"points": f"{points:+d}", "rule": rule, "reason": reason, "score": agency.credit_score}
    inbox.tell(people, "agencies.credit", url=reverse("agency_desk"), agency=str(agency), **said)
    if agency.credit_grade == "D" and rules.ADMISSION.may(agency.state, "freeze"):
        from marketplace.agencies.services.standing import freeze

        freeze(agency, None, _("信用等级为 D 级，修复后恢复。"), by=Actor.system())
    return entry


def credit_entry_over(pk: str) -> None:
    """The deadline at the end of an entry: it no longer counts."""
    agency = locks.exclusive(Agency, pk)
    before = agency.credit_score
    refresh_credit(agency)
    if agency.credit_score != before:
        changed(agency, "agency.credit_over", by=Actor.system(), changed={"score": [before, agency.credit_score]})


def refresh_credit(agency: Agency) -> None:
    """Compute the score anew from the RuleSet's initial one and what still counts."""
    credit = catalogue.current_rules().credit
    entries = [rules.Points(entry.points, entry.expires_on) for entry in agency.credit_entries.all()]
    agency.credit_score = rules.credit_score(entries, today(), initial=credit.initial, most_rewards=credit.most_rewards)
    agency.save(update_fields=["credit_score"])
    ahead = [entry.expires_on for entry in entries if entry.expires_on > today()]
    if ahead:
        deadlines.put("agencies.credit_over", agency, midnight(min(ahead)))
