"""The scoring sheets of a review: what they give each response, and how they become public, all at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.core import clock, log
from marketplace.tenders.models import Review, Reviewer, Tender

METHOD = "proposal"
Scores = dict[str, dict[str, Decimal]]  # credit code → seat → points


def scores(tender: Tender) -> Scores:
    """The sum of each reviewer's points for each reviewed response; empty where nobody reviews."""
    if tender.method != METHOD:
        return {}
    given = _submitted(tender)
    return {
        code: {one.key: total(one.sheet[letter]) for one in given}
        for code, letter in Review.objects.get(tender=tender).letters.items()
    }


def total(entries: list[Mapping[str, str]]) -> Decimal:
    """The sum of a sheet's points for one response, with two places."""
    return sum((Decimal(entry["points"]) for entry in entries), Decimal("0.00"))


def publish(tender: Tender) -> None:
    """Write all sheets into the public log, whose are whose and who scored. Inside the transaction of the opening."""
    if tender.method == METHOD:
        log.make_public("tender.sheets", tender, by=Actor.system(), data=public(tender))
        Review.objects.filter(tender=tender, ended_at=None).update(ended_at=clock.now())


def public(tender: Tender) -> dict[str, Any]:
    """`reviewers`: each seat's name and whether it is the buyer's; `letters`: credit code → letter; `replaced`: who
    left a seat and why; `sheets`: credit code → seat → one entry per criterion.
    """
    letters, given = Review.objects.get(tender=tender).letters, _submitted(tender)
    left = tender.reviewers.exclude(state__in=Reviewer.ACTIVE).select_related("person")
    return {
        "reviewers": {one.key: {"name": str(one.person), "of_buyer": one.of_buyer} for one in given},
        "replaced": [{"seat": one.key, "name": str(one.person), "why": one.state} for one in left],
        "letters": letters,
        "sheets": {code: {one.key: one.sheet[letter] for one in given} for code, letter in letters.items()},
    }


def _submitted(tender: Tender) -> list[Reviewer]:
    found = tender.reviewers.filter(state=Reviewer.State.SUBMITTED).select_related("person")
    return list(found.order_by("seat"))
