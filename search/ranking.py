"""The order of relevance: how well the words fit decides, what the market knows of somebody moves it a little.

    score = text × availability × (1 + Σ weight × signal)

Signals are numbers from 0 to 1. The weights are a setting (`SEARCH_WEIGHTS`, per cent) and stand on a public page. They
only multiply, and by no more than 1 + their sum: who fits the words better than that always stays ahead. There is no
signal for money. Every engine ranks by these numbers, and "why here" is computed from what an engine gives back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

MOST_EACH, MOST_TOGETHER = 50, 100  # per cent
UNAVAILABLE = 0.5  # what counts of the score where nothing can be chosen now
FRESH_DAYS = 365  # freshness falls evenly from 1 to 0 in this time
HALF_AT_WORKS = 5  # verified works at which experience is one half
NEUTRAL_RATING = Decimal(4)  # of who was never rated: the market's mean before anybody was


@dataclass(frozen=True)
class Signal:
    """A signal: its name on the screen, how it is computed in plain words, and its weight in per cent unless set."""

    name: str
    label: str | Promise
    meaning: str | Promise
    default: int


SIGNALS: Mapping[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal(
            "rating",
            _("服务评价"),
            _(
                "贝叶斯平均分：评价次数少的向全站平均靠拢，旧评价逐年减半。1 分计 0，5 分计 1；没有评价的按 4 分计。"
            ),
            20,
        ),
        Signal("credit", _("信用"), _("信用分除以 100。"), 10),
        Signal("experience", _("业绩"), _("经本平台合同核实的业绩 n 项，计 n ÷（n + 5）；自报业绩不计。"), 10),
        Signal("freshness", _("新近程度"), _("入驻或发布当天计 1，此后均匀下降，满 365 天为 0。"), 5),
    )
}  # fmt: skip
STORED = ("rating", "credit", "experience")  # kept in documents; freshness moves with the day


def weights() -> Mapping[str, float]:
    """The weight of each signal, as a fraction. ImproperlyConfigured for a setting beyond the limits."""
    return _read(settings.SEARCH_WEIGHTS)


@cache
def _read(text: str) -> Mapping[str, float]:
    found = {name: signal.default for name, signal in SIGNALS.items()}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _equals, number = (piece.strip() for piece in part.partition("="))
        if name not in SIGNALS or not number.isdecimal() or int(number) > MOST_EACH:
            raise ImproperlyConfigured(f"SEARCH_WEIGHTS: {part!r} is no signal=0…{MOST_EACH}; see docs/settings.md")
        found[name] = int(number)
    if sum(found.values()) > MOST_TOGETHER:
        raise ImproperlyConfigured(f"SEARCH_WEIGHTS add up to more than {MOST_TOGETHER}; see docs/settings.md")
    return {name: number / 100 for name, number in found.items()}


# --- signals ----------------------------------------------------------------------------------------------------------
def reputation(rating: Decimal | None, credit_score: int, works: int) -> dict[str, float]:
    """The stored signals of an agency. `rating`: its corrected rating, 1 to 5; `works`: those that were verified."""
    return {
        "rating": round(float((NEUTRAL_RATING if rating is None else rating) - 1) / 4, 4),
        "credit": round(min(max(credit_score, 0), 100) / 100, 4),
        "experience": round(works / (works + HALF_AT_WORKS), 4),
    }


# What has no such signals (items, tenders, articles) counts as an agency that nobody knows yet: no kind stands behind.
NEUTRAL = reputation(None, 80, 0)


def day() -> datetime:
    """From when freshness is counted: the beginning of today, so that pages of one day stand in one order."""
    return datetime.combine(clock.today(), time(0), clock.ZONE)


def freshness(published_at: datetime | None, on: datetime) -> float:
    """1 for what is new on that day, 0 after a year or for what has no date."""
    if published_at is None:
        return 0.0
    age = (on - published_at).total_seconds() / 86400
    return max(0.0, 1 - max(age, 0.0) / FRESH_DAYS)


def gains(signals: Mapping[str, float], published_at: datetime | None, on: datetime) -> dict[str, float]:
    """What each signal adds to the factor: weight × signal. The score is text × availability × (1 + their sum)."""
    given = {**signals, "freshness": freshness(published_at, on)}
    return {name: weight * given.get(name, 0.0) for name, weight in weights().items()}
