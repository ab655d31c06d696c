"""Tenders whose randomness comes from outside: a real round of quicknet, and an issue of a lottery."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from marketplace.core import clock, rules
from marketplace.core.clock import ZONE
from marketplace.tenders import services
from marketplace.tenders.beacons import drand
from marketplace.tenders.models import Tender
from tests.factories import staff
from tests.tenders import scene
from tests.tenders.test_beacons import ROUNDS
from tests.tenders.test_selection_record import record_of, resigned

FRIDAY = datetime(2023, 8, 18, 9, 0, tzinfo=ZONE)
ROUND = 1000  # of 23:59:24 on the Wednesday after; the office of these tests closes 62 s before it
OFFICE_CLOSES = time(23, 58, 22)
DRAWN_AT = datetime(2026, 3, 20, 21, 30, tzinfo=ZONE)
LOTTERY: dict[str, Any] = {
    "lottery": "福彩双色球",
    "issue": "2026031",
    "drawn_at": DRAWN_AT.isoformat(),
    "next_issue": "2026032",
    "next_drawn_at": (DRAWN_AT + timedelta(days=2)).isoformat(),
}


@contextmanager
def late_office(monkeypatch: Any) -> Iterator[None]:
    """Periods end shortly before the round whose real signature the tests know."""
    with monkeypatch.context() as patch:
        patch.setattr(rules, "CLOSING_TIME", OFFICE_CLOSES)
        yield


def by_drand(method: str = "draw", **fields: Any) -> Tender:
    """A tender that names round 1000; `late_office` must be in force."""
    settings = fields.pop("method_settings", {"price": "88000.00"})
    return scene.published(
        at=FRIDAY, code=scene.FREE_ITEM, method=method, method_settings=settings, draw_source="drand", **fields
    )


def by_lottery(method: str = "draw", **fields: Any) -> Tender:
    """A tender that names an issue drawn after its close."""
    settings = fields.pop("method_settings", {"price": "88000.00"})
    return scene.published(
        method=method, method_settings=settings, draw_source="lottery", draw_choice=LOTTERY, **fields
    )


def signed_up(tender: Tender, n: int = 3) -> Tender:
    """So many responses, then the close."""
    for price in range(n):
        scene.bid(tender, str(80000 + 1000 * price))
    return scene.opened(tender)


def round_text(number: int = ROUND) -> str:
    """What officers upload."""
    return json.dumps({"round": number, "signature": ROUNDS[number]})


def finished_record(source: str) -> Any:
    """The record of a tender with this source, up to its notice; for drand `late_office` must be in force."""
    tender = signed_up(by_drand() if source == "drand" else by_lottery())
    at = drand.time_of(ROUND) if source == "drand" else DRAWN_AT + timedelta(minutes=5)
    for _ in range(2):
        with clock.at(at):
            services.give_value(
                tender.drawing, round_text() if source == "drand" else "0311172228", by=staff("operator")
            )
    return record_of(scene.noticed(tender))


def succeeded_record() -> Any:
    """The record of a tender whose lottery had no draw, as two people said: the next issue counted."""
    tender = signed_up(by_lottery())
    for role in ("operator", "supervisor"):
        with clock.at(DRAWN_AT + timedelta(hours=20)):
            services.declare_missing(tender.drawing, "当期停售，见彩票中心公告。", by=staff(role))
    for _ in range(2):
        with clock.at(DRAWN_AT + timedelta(days=2, minutes=5)):
            services.give_value(tender.drawing, "0311", by=staff("operator"))
    return record_of(Tender.objects.get(pk=tender.pk))


def unexplained(record: Any) -> Iterator[Any]:
    """The same, signed again, with successors for which no two people stand."""
    for reasons in ([], ["只有一人说明。"], ["当期停售。", " "], None):
        made = copy.deepcopy(record)
        entry = next(each["entry"] for each in made["entries"] if each["entry"]["action"] == "tender.source_missed")
        entry["data"]["reasons"] = reasons
        yield resigned(made)


def lies(record: Any, source: str) -> Iterator[tuple[str, Any]]:
    """What a lying site could sign about the randomness."""

    def lie(key: str, action: str, **values: Any) -> tuple[str, Any]:
        made = copy.deepcopy(record)
        entry = next(proof["entry"] for proof in made["entries"] if proof["entry"]["action"] == action)
        for name, value in values.items():
            (entry if name == "at" else entry["data"])[name] = value
        return key, resigned(made)

    yield lie("announcement", "tender.publish", draw=None)
    yield lie("announcement", "tender.publish", draw_source="shares")
    yield lie("seed", "tender.seed", nonce="11" * 32)
    yield lie("seed", "tender.seed", beacon="11" * 32)
    yield lie("seed", "tender.seed", is_successor=True)
    yield lie("seed", "tender.waiting", frozen="11" * 32)
    yield lie("seed", "tender.opened", salt="11" * 32)
    if source == "drand":
        yield lie("seed", "tender.seed", round=123, signature=ROUNDS[123])
        yield lie("seed", "tender.seed", at="2023-08-23T15:59:23.000000Z")
    else:
        yield lie("seed", "tender.seed", digits="1")
        yield lie("announcement", "tender.publish", draw=LOTTERY)
