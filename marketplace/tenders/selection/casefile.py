"""Reading a case file: plain JSON into a `Case`, naming the key that is wrong."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.selection.base import NO_BYTES, Case, Quote

FUNDS = ("public", "private")
STATUSES = ("ok", "unreadable", "ineligible")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
HEX = re.compile(r"([0-9a-fA-F]{2})*")
MOST_DIGITS = 300


class CaseError(ValueError):
    """A case file that is wrong; `key` is the path of the wrong key."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{key}：{sentence}")
        self.key = key


def parse(text: str) -> Any:
    """The JSON value of a file; numbers keep their decimal text. CaseError for no JSON, or a key that stands twice."""
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str, object_pairs_hook=_unique)
    except (json.JSONDecodeError, RecursionError) as error:
        raise CaseError("JSON", str(error)) from error


def read_case(value: Any) -> Case:
    """A case from plain values (selection-rules, *The case file*); null means absent. CaseError names the wrong key."""
    given = mapping_of(value, "case")
    quotes = given.get("quotes")
    if not isinstance(quotes, list):
        raise CaseError("quotes", _("须是报价的列表。"))
    case = Case(
        method=_text(given, "method"),
        tender=_text(given, "tender"),
        quotes=tuple(_quote(each, f"quotes[{n}]") for n, each in enumerate(quotes)),
        attempt=_whole(given, "attempt", 1, least=1),
        funds=_one_of(given, "funds", "public", FUNDS),
        ceiling=_number(given, "ceiling"),
        floor=_number(given, "floor"),
        winners=_whole(given, "winners", 1, least=1),
        substitutes=_whole(given, "substitutes", 2),
        nonce=_bytes(given, "nonce", NO_BYTES, length=32),
        beacon=_bytes(given, "beacon", b""),
        settings=mapping_of(given.get("settings"), "settings"),
        decision=mapping_of(given.get("decision"), "decision"),
    )
    seen: set[str] = set()
    for n, quote in enumerate(case.quotes):
        if quote.agency in seen:
            raise CaseError(f"quotes[{n}].agency", _("机构“%(code)s”出现了两次。") % {"code": quote.agency})
        seen.add(quote.agency)
    return case


def number_of(value: Any, key: str) -> Decimal:
    """A finite decimal from a JSON number or its text. CaseError for anything else."""
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise CaseError(key, _("须是数字。"))
    number = Decimal(text) if len(text) <= MOST_DIGITS and NUMBER.fullmatch(text) else None
    if number is None or len(format(number, "f")) > MOST_DIGITS:
        raise CaseError(key, _("须是数字，现为“%(value)s”。") % {"value": text[:60]})
    return number


def whole_of(value: Any, key: str, least: int = 0) -> int:
    """A whole number, at least `least`. CaseError for anything else."""
    number = number_of(value, key)
    if number != number.to_integral_value() or number < least:
        raise CaseError(key, _("须是不小于 %(least)d 的整数。") % {"least": least})
    return int(number)


def mapping_of(value: Any, key: str) -> Mapping[str, Any]:
    """Keys and values; none for null. CaseError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise CaseError(key, _("须是一组键和值。"))
    return value


def _quote(value: Any, at: str) -> Quote:
    given = mapping_of(value, at)
    team, scores = given.get("team"), mapping_of(given.get("scores"), f"{at}.scores")
    if team is not None and not isinstance(team, list):
        raise CaseError(f"{at}.team", _("须是得分的列表。"))
    level = given.get("level")
    return Quote(
        agency=_text(given, "agency", at),
        price=_number(given, "price", at),
        status=_one_of(given, "status", "ok", STATUSES, at),
        rejected=_flag(given, "rejected", at),
        credit=_number(given, "credit", at) or Decimal(0),
        level=None if level is None else whole_of(level, f"{at}.level", 1),
        performance=_number(given, "performance", at) or Decimal(0),
        team=tuple(number_of(each, f"{at}.team[{n}]") for n, each in enumerate(team or [0])),
        scores={name: number_of(each, f"{at}.scores.{name}") for name, each in scores.items()},
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise CaseError(key, _("这个键出现了两次。"))
        found[key] = value
    return found


def _path(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _text(given: Mapping[str, Any], key: str, at: str = "") -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise CaseError(_path(at, key), _("缺少这一项，须是文字。"))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise CaseError(_path(at, key), _("含有无法编码的字符。")) from error
    if "\n" in value or "\0" in value:  # they separate what is hashed
        raise CaseError(_path(at, key), _("不能含有换行等控制字符。"))
    return value


def _one_of(given: Mapping[str, Any], key: str, default: str, allowed: tuple[str, ...], at: str = "") -> str:
    value = given.get(key)
    if value is None:
        return default
    if value not in allowed:
        sentence = _("不认识“%(value)s”，可用：%(allowed)s。") % {"value": value, "allowed": "、".join(allowed)}
        raise CaseError(_path(at, key), sentence)
    return str(value)


def _flag(given: Mapping[str, Any], key: str, at: str) -> bool:
    value = given.get(key)
    if value is not None and not isinstance(value, bool):
        raise CaseError(_path(at, key), _("须是 true 或 false。"))
    return bool(value)


def _number(given: Mapping[str, Any], key: str, at: str = "") -> Decimal | None:
    value = given.get(key)
    return None if value is None else number_of(value, _path(at, key))


def _whole(given: Mapping[str, Any], key: str, default: int, least: int = 0) -> int:
    value = given.get(key)
    return default if value is None else whole_of(value, key, least)


def _bytes(given: Mapping[str, Any], key: str, default: bytes, length: int | None = None) -> bytes:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, str) or not HEX.fullmatch(value):
        raise CaseError(key, _("须是十六进制文字。"))
    found = bytes.fromhex(value)
    if length is not None and len(found) != length:
        raise CaseError(key, _("须是 %(length)d 字节的十六进制文字。") % {"length": length})
    return found
