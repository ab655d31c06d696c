"""The draw of a case, step by step, as people watch it: what was hashed, each swap, the drawn base, each weighted pick.

Pure, from the case file and the explanation of its outcome; nothing here decides anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace.tenders.selection import draw
from marketplace.tenders.selection.base import Case
from marketplace.tenders.selection.reference_price import bases_of, drawn_base

SHUFFLED = frozenset({"drawn", "stage"})  # rules for which the draw order counts; besides every tie
PICKED = frozenset({"drawn_weighted", "shortlisted"})
MOST_SHOWN = 40  # steps that people look at one by one; a longer draw stands in the record


@dataclass(frozen=True)
class Base:
    """The drawn percentage: the word fell to the place of `value` among `among`."""

    word: int
    rejected: int
    place: int
    value: Decimal
    among: tuple[Decimal, ...]


@dataclass(frozen=True)
class Steps:
    """What the draw of a case was made of, and what it decided; empty where it decided nothing of that kind.

    `swaps` are empty for a list longer than MOST_SHOWN; `order` then still says how it came out.
    """

    codes: tuple[str, ...]
    list_hash: str
    nonce: str
    beacon: str
    seed: str
    swaps: tuple[draw.Swap, ...]
    order: tuple[str, ...]
    base: Base | None
    picks: tuple[draw.Pick, ...]


def of(case: Case, explanation: Iterable[Mapping[str, Any]]) -> Steps | None:
    """The draw of a case whose outcome is explained so; None when nothing was drawn."""
    entries = list(explanation)
    rules = {entry["rule"] for entry in entries}
    shuffled = bool(SHUFFLED & rules) or any("tied" in entry for entry in entries)
    base_drawn = any(entry.get("base_drawn") for entry in entries)
    picks = tuple(_pick(entry) for entry in entries if entry["rule"] in PICKED)
    if not (shuffled or base_drawn or picks):
        return None
    seed = draw.seed(case)
    return Steps(
        codes=case.codes,
        list_hash=draw.list_hash(case.codes).hex(),
        nonce=case.nonce.hex(),
        beacon=case.beacon.hex(),
        seed=seed.hex(),
        swaps=draw.swaps(case.codes, seed) if shuffled and len(case.codes) <= MOST_SHOWN else (),
        order=draw.draw_order(case.codes, seed) if shuffled else (),
        base=_base(case, seed) if base_drawn else None,
        picks=picks,
    )


def _pick(entry: Mapping[str, Any]) -> draw.Pick:
    return draw.Pick(entry["agency"], entry["tickets"], entry["number"], entry["total"])


def _base(case: Case, seed: bytes) -> Base:
    among, stream = bases_of(case), draw.labelled(seed, "base")
    place = stream.below(len(among))
    assert among[place] == drawn_base(case)
    return Base(stream.taken[-1], len(stream.taken) - 1, place, among[place], among)
