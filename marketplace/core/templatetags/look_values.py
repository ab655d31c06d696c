"""The filters of the house's look: how values are written. The library `look` takes them in."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template

from marketplace.core import display

register = template.Library()


@register.filter
def money(value: Decimal | int | str | None) -> str:
    """`¥80,000`, see `display.money`."""
    return display.money(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`3月20日 17:00`, see `display.moment`."""
    return display.moment(value or None)


@register.filter
def day(value: date | datetime | None) -> str:
    """`3月20日`, see `display.day`."""
    return display.day(value or None)


@register.filter
def remaining(value: datetime | None) -> str:
    """`2 天 6 小时`, see `display.remaining`."""
    return display.remaining(value or None)


@register.filter
def short_hash(value: str | bytes | None) -> str:
    """`13b6bdeb…3a8861`, see `display.short_hash`."""
    return display.short_hash(value)


@register.filter
def file_size(value: int | None) -> str:
    """`2.1 MB`, see `display.file_size`."""
    return display.file_size(value)


@register.filter
def number(value: int | Decimal | None) -> str:
    """A whole number with its thousands apart: `18,204`; `—` for nothing."""
    return display.NOTHING if value is None or value == "" else f"{value:,}"


@register.filter
def percent_of(value: Any, whole: Any) -> str:
    """The share of `whole` in percent with one decimal, for the width of a bar: "98.0"; "0" when there is no whole."""
    try:
        share = Decimal(str(value)) / Decimal(str(whole)) * 100
    except (ArithmeticError, ValueError):
        return "0"
    return f"{max(Decimal(0), min(Decimal(100), share)):.1f}"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The mapping's value under a key that is only known in the template; None when there is none."""
    return mapping.get(key) if mapping is not None else None


@register.filter
def item(values: Sequence[Any], index: int) -> Any:
    """The value at a place counted from 0; None past the end."""
    return values[index] if 0 <= index < len(values) else None


@register.filter
def letter(number: int) -> str:
    """1 → A, 2 → B …: the short names of compared things."""
    return chr(ord("A") + int(number) - 1)
