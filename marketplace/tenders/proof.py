"""What stands behind the 可验证 door of a result: hashes, seed, the draw step by step; all from the record."""

from dataclasses import dataclass, field
from typing import Any

from marketplace.tenders import notices
from marketplace.tenders.models import Drawing, Tender
from marketplace.tenders.selection import draw
from marketplace.tenders.selection.casefile import CaseError, read_case

DECIDED_BY_DRAW = frozenset({"drawn", "stage"})  # besides every tie
MOST_SHOWN = 40  # steps of a draw on the page; a longer one stands in the record


@dataclass(frozen=True)
class Drawn:
    """The draw of a tender in which it decided something."""

    codes: tuple[str, ...]
    list_hash: str
    nonce: str
    seed: str
    steps: tuple[dict[str, Any], ...]
    order: tuple[str, ...]
    beacon: str = ""
    value: dict[str, Any] = field(default_factory=dict)  # what proves the beacon


def of(tender: Tender) -> dict[str, str]:
    """The hashes of a result."""
    case = tender.record.get("case")
    if not case:
        return {"record": notices.record_hash(tender.record)}
    read = read_case(case)
    return {
        "record": notices.record_hash(tender.record),
        "list": draw.list_hash(read.codes).hex(),
        "nonce": read.nonce.hex(),
        "seed": draw.seed(read).hex(),
    }


def drawn(tender: Tender) -> Drawn | None:
    """The draw step by step, when it decided something and is short enough to be looked at."""
    outcome = tender.record.get("outcome") or {}
    entries = outcome.get("explanation", [])
    if not any("tied" in entry or entry["rule"] in DECIDED_BY_DRAW for entry in entries):
        return None
    try:
        case = read_case(tender.record["case"])
    except (CaseError, KeyError):
        return None
    if len(case.codes) > MOST_SHOWN:
        return None
    seed = draw.seed(case)
    steps = tuple(_step(n, swap) for n, swap in enumerate(draw.swaps(case.codes, seed), start=1))
    order = draw.draw_order(case.codes, seed)
    waited = Drawing.objects.filter(tender=tender).first() if case.beacon else None
    return Drawn(
        codes=case.codes,
        list_hash=draw.list_hash(case.codes).hex(),
        nonce=case.nonce.hex(),
        seed=seed.hex(),
        steps=steps,
        order=order,
        beacon=case.beacon.hex(),
        value=waited.value if waited else {},
    )


def _step(number: int, swap: draw.Swap) -> dict[str, Any]:
    """One swap, with the places counted from 1 as people do."""
    return {
        "number": number,
        "word": swap.words[-1],
        "rejected": len(swap.words) - 1,
        "below": swap.below,
        "value": swap.other,
        "from": swap.place + 1,
        "to": swap.other + 1,
        "moved": swap.place != swap.other,
        "cells": [
            {"code": code, "lit": n in (swap.place, swap.other), "fixed": n > swap.place}
            for n, code in enumerate(swap.after)
        ],
    }
