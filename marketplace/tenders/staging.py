"""The opening as an event: what anybody sees of it, stage by stage, from the entries of the public log alone.

Before the close there is nothing but the time; from the close on each stage shows what the log holds already. What is
made for a page is kept in the cache under the newest entry, so that ten thousand watchers cost as much as one.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import Organisation
from marketplace.core import log_words
from marketplace.core.deadlines import subject_of
from marketplace.core.display import money
from marketplace.core.models import LogEntry
from marketplace.tenders import queries, reasons
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection import registry, steps
from marketplace.tenders.selection.base import text_of
from marketplace.tenders.selection.casefile import read_case
from marketplace.tenders.services.freezing import failing_of

VERSION = 1
MOST_SHOWN = 100  # responses; the record holds all of them
KEPT_SECONDS = 3600
WITHIN = frozenset({"shares", "", None})  # sources of the draw that come out of the responses themselves
S = Tender.State
OVER = (S.CANCELLED, S.FAILED, S.TERMINATED)  # however it came to this, nothing more is opened


@dataclass(frozen=True)
class Row:
    """An opened response. `rank` is None for one that isn't ranked, `invalid` says why it doesn't count."""

    code: str
    name: str
    commitment: str
    price: str
    rank: int | None
    why: str
    invalid: str
    is_winner: bool
    is_substitute: bool
    is_low: bool
    is_readable: bool


@dataclass(frozen=True)
class Stage:
    """A part of the event: `state` is done, now or "" (still to come)."""

    key: str
    label: str
    state: str


@dataclass
class Show:
    """Everything that is shown of an opening at one state of the public log; `state` names how far it is."""

    state: str  # waiting, closed, opened, failed, cancelled
    version: str
    at: datetime | None = None
    source: str = ""
    seals: Sequence[str] = ()
    seal_count: int = 0
    rows: Sequence[Row] = ()  # in the order of the frozen list
    ranked: Sequence[Row] = ()  # the best first, the invalid last
    counts: Mapping[str, int] = field(default_factory=dict)
    draw: steps.Steps | None = None
    about: Sequence[str] = ()
    winners: Sequence[Row] = ()
    sentence: str = ""
    failure: str = ""
    later: Sequence[tuple[datetime, str]] = ()
    explains: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes that one would wait for."""
        return self.state not in ("waiting", "closed")

    @property
    def stages(self) -> list[Stage]:
        """The stages in their order; an outside source and a draw only where there are such."""
        opened = self.state == "opened"
        labels = [("list", _("名单冻结"), self.state not in ("waiting", "cancelled"))]
        if self.source:
            labels.append(("source", _("随机源"), opened))
        labels.append(("opening", _("逐份开启"), opened))
        if self.draw is not None or (self.source and not self.is_over):
            labels.append(("draw", _("抽取"), opened))
        labels += [("ranking", _("排名与理由"), opened), ("winner", _("中选候选"), opened)]
        first = next((n for n, (_key, _label, done) in enumerate(labels) if not done), None)
        now = first if self.state == "closed" else None
        states = ["done" if done else "now" if n == now else "" for n, (_key, _label, done) in enumerate(labels)]
        return [Stage(key, label, state) for (key, label, _done), state in zip(labels, states, strict=True)]


def version_of(tender: Tender) -> str:
    """Changes with everything that a show tells: the tender's state, its close, and the newest public entry."""
    last = _entries(tender).order_by("-at", "-id").values_list("pk", flat=True).first()
    parts = (VERSION, tender.pk, tender.state, tender.closes_at, last)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def own_row(tender: Tender, code: str) -> Row | None:
    """The opened response of this credit code, where it isn't among the first ones anyway; three queries at most.

    From its own row instead of the log: the log's entry of ten thousand responses is read once for all, not for each.
    """
    if not code or tender.opened_at is None:
        return None
    found = queries.opened_bids(tender)
    bid = found.filter(agency__organisation__credit_code=code).first()
    if bid is None or found.count() <= MOST_SHOWN or (bid.rank is not None and bid.rank <= MOST_SHOWN):
        return None
    invalid = bid.invalid_reason
    return Row(
        code=code,
        name=str(bid.agency.organisation.name),
        commitment=bid.commitment,
        price=money(bid.price) if bid.price is not None and registry.get(tender.method).asks_price else "",
        rank=bid.rank,
        why="",
        invalid=reasons.why_invalid(tender, invalid, failing_of(bid)) if invalid else "",
        is_winner=False,
        is_substitute=bid.state == Bid.State.SUBSTITUTE,
        is_low=False,
        is_readable=bool(bid.opened),
    )


def cached(tender: Tender, kind: str, make: Callable[[str], tuple[str, bool]]) -> tuple[str, tuple[str, bool]]:
    """What `make(version)` gives for the tender as the log has it now, made once; with its version."""
    version = version_of(tender)
    key = f"tenders.opening.{kind}.{version}.{get_language()}"
    found: tuple[str, bool] | None = cache.get(key)
    if found is None:
        found = make(version)
        cache.set(key, found, KEPT_SECONDS)
    return version, found


def show_of(tender: Tender, version: str) -> Show:
    """The show of a tender that takes responses."""
    entries = list(_entries(tender).order_by("at", "id"))
    by_action = {entry.action: entry for entry in entries}
    show = Show("waiting", version, source=_source(by_action.get("tender.publish")))
    if tender.state == S.CANCELLED:
        show.state = "cancelled"
        return show
    if (frozen := by_action.get("tender.commitments")) is None:
        return show
    commitments = sorted(frozen.data["commitments"])
    show.state, show.at = "closed", frozen.at
    show.seals, show.seal_count = commitments[:MOST_SHOWN], len(commitments)
    if (opened := by_action.get("tender.opened")) is not None:
        _open(show, tender, opened.data)
        show.later = [(e.at, log_words.name(e.action)) for e in _after(entries, opened)]
    elif tender.state in OVER:
        show.state = "failed"
    if tender.state == S.FAILED:
        show.failure = reasons.why_failed(tender)
    return show


def to_json(show: Show, tender: Tender) -> str:
    """The show for machines, and for the page that waits: text of a JSON object."""
    draw = show.draw
    value = {
        "version": show.version,
        "tender": tender.number,
        "method": tender.method,
        "state": show.state,
        "over": show.is_over,
        "closes_at": tender.closes_at.isoformat() if tender.closes_at else None,
        "stages": [{"key": s.key, "label": s.label, "state": s.state} for s in show.stages],
        "seals": {"count": show.seal_count, "shown": list(show.seals)} if show.seal_count else None,
        "counts": dict(show.counts) or None,
        "responses": [_plain(row) for row in show.ranked],
        "own": None,
        "draw": _plain_draw(draw) if draw else None,
        "winners": [row.code for row in show.winners],
        "sentence": show.sentence or show.failure or None,
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def with_own(text: str, own: Row) -> str:
    """The JSON text with somebody's own row."""
    return json.dumps(json.loads(text) | {"own": _plain(own)}, ensure_ascii=False, separators=(",", ":"))


def swaps_of(draw: steps.Steps) -> list[dict[str, Any]]:
    """The swaps as people count: places from 1, the swapped ones lit, those that stay fixed."""
    return [
        {
            "number": number,
            "word": swap.words[-1],
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
        for number, swap in enumerate(draw.swaps, start=1)
    ]


def _entries(tender: Tender) -> Any:
    return LogEntry.objects.filter(log=LogEntry.Log.PUBLIC, subject=subject_of(tender))


def _source(announced: LogEntry | None) -> str:
    """The outside source that the announcement names; "" where the responses bring the randomness themselves."""
    named = (announced.data if announced else {}).get("draw_source")
    kind = named.get("source", named.get("kind")) if isinstance(named, Mapping) else named
    return "" if kind in WITHIN else str(kind)


def _open(show: Show, tender: Tender, data: Mapping[str, Any]) -> None:
    """What the entry of the opening tells."""
    case, outcome = read_case(data["case"]), data["outcome"]
    told = {response["agency"]: response for response in data["responses"]}
    ranking, invalid = outcome["ranking"], outcome["invalid"]
    ranks = {code: rank for rank, code in enumerate(ranking, start=1)}
    unranked = [code for code in case.codes if code not in ranks and code not in invalid]
    ordered = [*ranking, *unranked, *sorted(invalid)]
    chosen = ordered[:MOST_SHOWN]
    names = dict(Organisation.objects.filter(credit_code__in=chosen).values_list("credit_code", "name"))
    prices = {quote.agency: quote.price for quote in case.quotes}
    explained = {entry["agency"]: entry for entry in outcome["explanation"] if "agency" in entry}

    def row(code: str) -> Row:
        reason = invalid.get(code, "")
        why = reasons.why_invalid(tender, reason, told[code]["failing"]) if reason else ""
        price = prices[code] if registry.get(case.method).asks_price else None
        return Row(
            code=code,
            name=names.get(code, code),
            commitment=told[code]["commitment"],
            price=money(price) if price is not None else "",
            rank=ranks.get(code),
            why=reasons.why_rank(explained[code]) if code in explained and not reason else "",
            invalid=why,
            is_winner=code in outcome["winners"],
            is_substitute=code in outcome["substitutes"],
            is_low=code in outcome["alerts"],
            is_readable=told[code]["status"] != "unreadable",
        )

    rows = {code: row(code) for code in chosen}
    show.state = "opened"
    show.ranked = [rows[code] for code in chosen]
    show.rows = sorted(show.ranked, key=lambda each: each.code.encode())
    show.counts = {"responses": len(case.codes), "valid": len(case.codes) - len(invalid), "ranked": len(ranking)}
    show.draw = steps.of(case, outcome["explanation"])
    show.about = [reasons.why_rank(entry) for entry in outcome["explanation"] if "agency" not in entry]
    show.winners = [rows[code] for code in outcome["winners"] if code in rows]
    if outcome["status"] == "selected" and ranking:
        show.sentence = reasons.winner_sentence(outcome["explanation"], valid=len(ranking))
    show.explains = any(each.is_low for each in show.winners)


def _after(entries: Sequence[LogEntry], opened: LogEntry) -> list[LogEntry]:
    return [entry for entry in entries if (entry.at, entry.pk) > (opened.at, opened.pk)]


def _plain(row: Row) -> dict[str, Any]:
    plain = {"agency": row.code, "name": row.name, "commitment": row.commitment, "price": row.price or None}
    return plain | {"rank": row.rank, "why": row.why or None, "invalid": row.invalid or None}


def _plain_draw(draw: steps.Steps) -> dict[str, Any]:
    base = draw.base
    return {
        "list": draw.list_hash,
        "nonce": draw.nonce,
        "beacon": draw.beacon,
        "seed": draw.seed,
        "swaps": [[swap.words[-1], swap.below, swap.other] for swap in draw.swaps],
        "order": list(draw.order[:MOST_SHOWN]),
        "base": {"word": base.word, "place": base.place, "value": text_of(base.value)} if base else None,
        "picks": [[pick.code, pick.tickets, pick.number, pick.total] for pick in draw.picks[: steps.MOST_SHOWN]],
    }
