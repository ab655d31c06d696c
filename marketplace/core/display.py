"""How values are written for people: money, moments, time left, stars, hashes. Pure text, no markup."""

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core import clock

NOTHING = "—"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEXADECIMAL = re.compile(r"[0-9a-f]{48,}", re.IGNORECASE)


def money(value: Decimal | int | str | None) -> str:
    """An amount in yuan: `¥80,000`, `¥1,234.50`; `—` for nothing. Fen are written only when there are any."""
    if value is None or value == "":
        return NOTHING
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return NOTHING
    sign = "−" if amount < 0 else ""
    whole = amount == amount.to_integral_value()
    return f"{sign}¥{abs(amount):,.0f}" if whole else f"{sign}¥{abs(amount):,.2f}"


def day(value: date | datetime | None) -> str:
    """A date as people say it: `3月20日`, or `2027年3月20日` when it is not this year; English: `20 Mar 2027`."""
    if value is None:
        return NOTHING
    on = clock.local(value).date() if isinstance(value, datetime) else value
    other_year = on.year != clock.today().year
    if _english():
        return f"{on.day} {_MONTHS[on.month - 1]}{f' {on.year}' if other_year else ''}"
    return f"{f'{on.year}年' if other_year else ''}{on.month}月{on.day}日"


def moment(value: datetime | None) -> str:
    """A moment on the zone's wall clock: `3月20日 17:00`; a plain date is written as a day."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)} {clock.local(value):%H:%M}"


def full_moment(value: datetime | None) -> str:
    """A moment with its year, to the minute: `2026-03-20 17:00`, the same in every language."""
    return NOTHING if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def remaining(value: datetime | None) -> str:
    """What is left until a moment, in two units: `2 天 6 小时`, `4 小时 35 分`, `35 分钟`; `已截止` afterwards."""
    if value is None:
        return NOTHING
    seconds = int((value - clock.now()).total_seconds())
    if seconds < 0:
        return _("已截止")
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60
    if days:
        return _("%(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d 分钟") % {"minutes": minutes} if minutes else _("不到 1 分钟")


def elapsed_percent(start: datetime | None, end: datetime | None) -> int:
    """How much of the time from start to end has gone, 0 to 100; 100 when the span is empty or unknown."""
    if start is None or end is None or end <= start:
        return 100
    share = (clock.now() - start) / (end - start)
    return max(0, min(100, round(share * 100)))


def score(value: Decimal | float | int | str | None) -> str:
    """A rating of 1 to 5 with one decimal: `4.9`; empty text when there is none yet."""
    if value is None or value == "":
        return ""
    try:
        return f"{Decimal(str(value)):.1f}"
    except InvalidOperation:
        return ""


def short_hash(value: str | bytes | None) -> str:
    """The ends of a hash, enough to compare by eye: `13b6bdeb…3a8861`; a short text stays as it is."""
    if not value:
        return NOTHING
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 16 else f"{text[:8]}…{text[-6:]}"


def seal_bars(value: str | bytes) -> list[int]:
    """The 24 heights (4 to 19) of a hash's seal strip: byte i of the hash modulo 16, plus 4.

    The same hash gives the same bars everywhere. Text that is no hexadecimal of 24 bytes or more is hashed first
    (SHA-256).
    """
    text = value.hex() if isinstance(value, bytes) else str(value)
    if not _HEXADECIMAL.fullmatch(text) or len(text) % 2:
        text = hashlib.sha256(text.encode()).hexdigest()
    return [4 + byte % 16 for byte in bytes.fromhex(text)[:24]]


def file_size(size: int | None) -> str:
    """A file's size: `412 kB`, `2.1 MB`; empty text when it is unknown."""
    if size is None:
        return ""
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1_000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _english() -> bool:
    return (get_language() or "").startswith("en")
