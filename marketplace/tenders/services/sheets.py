"""The scoring sheets of a review: what they give each response, and how they become public, all at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
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
    left = tender.reviewers.exclude(state__in=[*Reviewer.ACTIVE, Reviewer.State.TAKEN_BACK]).select_related("person")
    return {
        "reviewers": {one.key: {"name": str(one.person), "of_buyer": one.of_buyer} for one in given},
        "replaced": [{"seat": one.key, "name": str(one.person), "why": one.state} for one in left],
        "letters": letters,
        "sheets": {code: {one.key: one.sheet[letter] for one in given} for code, letter in letters.items()},
    }


def shown(tender: Tender, criteria: list[dict[str, str]]) -> dict[str, Any] | None:
    """All sheets for the result's page; None before the opening, and where nobody reviews."""
    if tender.method != METHOD or tender.opened_at is None:
        return None
    told = public(tender)
    people = [{"key": key} | one for key, one in told["reviewers"].items()]
    found = Organisation.objects.filter(credit_code__in=list(told["letters"]))
    names = dict(found.values_list("credit_code", "name"))
    rows = [
        {
            "letter": letter,
            "agency": names.get(code, code),
            "scores": [(one, str(total(told["sheets"][code][one["key"]]))) for one in people],
            "details": [
                (each["name"], one, told["sheets"][code][one["key"]][n])
                for n, each in enumerate(criteria)
                for one in people
            ],
        }
        for code, letter in sorted(told["letters"].items(), key=lambda pair: (len(pair[1]), pair[1]))
    ]
    words = dict(Reviewer.State.choices)
    replaced = [one | {"words": words[one["why"]]} for one in told["replaced"]]
    return {"reviewers": people, "rows": rows, "replaced": replaced}


def _submitted(tender: Tender) -> list[Reviewer]:
    found = tender.reviewers.filter(state=Reviewer.State.SUBMITTED).select_related("person")
    return list(found.order_by("seat"))
