"""How a time limit was counted, as lines that a person can check with a calendar in the hand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from marketplace.core.clock import ZONE
from marketplace.core.limits import Calendar, Counted, Pause, Unit, runs


def explain(counted: Counted, calendar: Calendar) -> list[str]:
    """The arithmetic of a limit: start, days that did not count and why, pauses, special procedures, result."""
    return [
        _start(counted),
        _length(counted),
        *skipped_lines(counted.skipped, calendar),
        *(_worked(*run) for run in runs(counted.worked, calendar.name_of)),
        *(_pause(pause, shift, counted.unit) for pause, shift in zip(counted.pauses, counted.shifts, strict=True)),
        *([_outside(counted)] if counted.outside else []),
        _result(counted),
        *provisional_lines(counted.provisional, calendar),
    ]


def skipped_lines(days: Sequence[date], calendar: Calendar) -> list[str]:
    """Days that did not count, those in a row as one line, with their reasons."""
    return [_skipped(*run) for run in runs(days, lambda day: _reason(day, calendar))]


def provisional_lines(years: Iterable[int], calendar: Calendar) -> list[str]:
    """A warning for each of the years whose holidays are only computed."""
    return [_provisional(year) for year in years if calendar.is_provisional(year)]


def _start(counted: Counted) -> str:
    at = _moment(counted.event_at)
    if counted.unit == Unit.CALENDAR or counted.event_at.astimezone(ZONE).date() == counted.base_on:
        return _("起算：%(at)s。") % {"at": at}
    return _("起算：%(at)s 不在工作时间内，视为 %(base)s。") % {"at": at, "base": counted.base_on.isoformat()}


def _length(counted: Counted) -> str:
    words = {
        Unit.WORKING: _("时限 %(days)d 个工作日，次日为第 1 日。"),
        Unit.CALENDAR: _("时限 %(days)d 个自然日，次日为第 1 日；末日逢休息日顺延。"),
        Unit.HALF: _("时限 %(days)d 个半天，从下一个半天起算。"),
    }
    return words[counted.unit] % {"days": counted.days}


def _skipped(first: date, last: date, reason: str) -> str:
    return _("不计：%(days)s，%(reason)s。") % {"days": _span(first, last), "reason": reason}


def _worked(first: date, last: date, reason: str) -> str:
    return _("计入：%(days)s，%(reason)s。") % {"days": _span(first, last), "reason": reason or _("周末上班")}


def _pause(pause: Pause, shift: int, unit: Unit) -> str:
    words = _("暂停：%(begin)s 至 %(end)s，%(reason)s，顺延 %(days)d 个工作日。")
    if unit == Unit.CALENDAR:
        words = _("暂停：%(begin)s 至 %(end)s，%(reason)s，顺延 %(days)d 天。")
    return words % {
        "begin": _moment(pause.began_at),
        "end": _moment(pause.ended_at) if pause.ended_at else _("现在（尚未结束）"),
        "reason": pause.reason or _("依法暂停计时"),
        "days": shift,
    }


def _outside(counted: Counted) -> str:
    taken = sum(shift for pause, shift in zip(counted.pauses, counted.shifts, strict=True) if pause.is_special)
    if taken > counted.outside:
        return _("特别程序计划 %(planned)d 个工作日，不计入时限；实际更长，按实际顺延。") % {"planned": counted.outside}
    return _("特别程序（评审、听证、公示等）%(planned)d 个工作日，不计入时限，顺延。") % {"planned": counted.outside}


def _result(counted: Counted) -> str:
    if counted.is_paused:
        return _("计时暂停中；若现在恢复，应于 %(due)s 前办结。") % {"due": _moment(counted.due_at)}
    return _("应于 %(due)s 前办结。") % {"due": _moment(counted.due_at)}


def _provisional(year: int) -> str:
    return _("%(year)d 年放假安排尚未公布，按法定节假日暂算，公布后自动重算。") % {"year": year}


def _reason(day: date, calendar: Calendar) -> str:
    return calendar.name_of(day) or _("周末")


def _span(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    days = (last - first).days + 1
    return _("%(first)s 至 %(last)s（%(days)d 天）") % {"first": first, "last": last, "days": days}


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
