"""Bars by month, as places in a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.supervision.statistics import Month

WIDTH, HEIGHT, LEFT, BASE, TOP = 540, 172, 36, 140, 30
BAR_SHARE = 0.68


@dataclass(frozen=True)
class Bar:
    """A month's bar; `is_marked` shows its number (the highest, the newest)."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    month: Month
    is_marked: bool
    is_now: bool

    @property
    def label_y(self) -> float:
        """Where its number stands."""
        return self.y - 5


@dataclass(frozen=True)
class Chart:
    """The drawing: bars and the lines of the scale (height, number)."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    scale: tuple[tuple[float, int], ...]
    base: int = BASE
    left: int = LEFT


def bars_of(months: Sequence[Month]) -> Chart:
    """Zero-based bars of the awards of each month."""
    most = max((month.awards for month in months), default=0)
    top = _round_up(most)
    room = (WIDTH - LEFT - 10) / max(len(months), 1)
    bars = []
    for number, month in enumerate(months):
        height = round((BASE - TOP) * month.awards / top, 1)
        x, width = LEFT + room * number + room * (1 - BAR_SHARE) / 2, room * BAR_SHARE
        is_now = number == len(months) - 1
        marked = month.awards > 0 and (is_now or month.awards == most)
        bars.append(
            Bar(round(x, 1), BASE - height, round(width, 1), height, round(x + width / 2, 1), month, marked, is_now)
        )
    scale = tuple((BASE - (BASE - TOP) * share / 2, top * share // 2) for share in (0, 1, 2))
    return Chart(WIDTH, HEIGHT, tuple(bars), scale)


def _round_up(most: int) -> int:
    """The next even round number, so that half of it is whole."""
    for step in (2, 4, 10, 20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000):
        if most <= step:
            return step
    return -(-most // 10_000) * 10_000
