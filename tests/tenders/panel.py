"""A panel of reviewers for tests: people, their naming, their sheets."""

from datetime import timedelta
from decimal import Decimal

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.tenders import services
from marketplace.tenders.models import Review, Reviewer, Tender
from marketplace.tenders.services import reviewing
from tests.factories import UserFactory

WEIGHTS = (40, 25, 20, 15)  # of the default criteria


def named(tender: Tender, by: Actor, n: int = 3) -> list[Reviewer]:
    """Reviewers for so many seats, who have all declared that nothing bars them; an hour before the close."""
    assert tender.closes_at is not None
    with clock.at(tender.closes_at - timedelta(hours=1)):
        return [one_named(tender, by) for _ in range(n)]


def one_named(tender: Tender, by: Actor, reason: str = "") -> Reviewer:
    """A new person on the first open seat, who has declared."""
    one = services.name_reviewer(tender, UserFactory().username, reason, by=by)
    services.accept_review(one, by=Actor.of(one.person))
    one.refresh_from_db()
    return one


def sheet(tender: Tender, shares: dict[str, int] | None = None) -> dict[str, list[dict[str, str]]]:
    """Points for every letter: `shares` by letter, in per cent of each weight (80)."""
    letters = Review.objects.get(tender=tender).letters.values()
    return {
        letter: [
            {"points": str(Decimal(weight) * (shares or {}).get(letter, 80) / 100), "remark": f"{letter} 第 {n} 项。"}
            for n, weight in enumerate(WEIGHTS)
        ]
        for letter in letters
    }


def submitted(tender: Tender, one: Reviewer, shares: dict[str, int] | None = None) -> None:
    """A reviewer's whole sheet, in time."""
    tender.refresh_from_db()
    assert tender.review_by is not None
    with clock.at(tender.review_by - timedelta(hours=2)):
        services.save_sheet(one, sheet(tender, shares), submit=True, by=Actor.of(one.person))


def reviewed(tender: Tender) -> Tender:
    """A closed tender after its whole panel submitted; the letters differ in points."""
    for n, one in enumerate(tender.reviewers.filter(state="ready")):
        letters = sorted(Review.objects.get(tender=tender).letters.values())
        submitted(tender, one, {letter: 90 - 5 * place - n for place, letter in enumerate(letters)})
    tender.refresh_from_db()
    return tender


__all__ = ["named", "one_named", "reviewed", "reviewing", "sheet", "submitted"]
