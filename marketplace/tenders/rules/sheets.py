"""A reviewer's sheet: points from 0 to each criterion's weight, with a remark. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

Sheet = dict[str, list[dict[str, str]]]
MOST_REMARK = 500
CENT = Decimal("0.01")


def clean_sheet(given: Mapping[str, Any], letters: Iterable[str], criteria: Sequence[Mapping[str, str]]) -> Sheet:
    """Every letter and criterion, points with two places or "". ValueError for points that may not be given."""
    found: Sheet = {}
    for letter in sorted(letters, key=lambda each: (len(each), each)):
        entries = list(given.get(letter) or [])
        entries += [{}] * (len(criteria) - len(entries))
        found[letter] = [
            {"points": points_of(entry.get("points"), one["weight"]), "remark": str(entry.get("remark") or "").strip()}
            for entry, one in zip(entries, criteria, strict=True)
        ]
    return found


def points_of(value: Any, weight: str) -> str:
    """Points by their text with two places; "" for none. ValueError outside 0 to the weight, or for finer points."""
    if value is None or value == "":
        return ""
    try:
        points = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(str(value)) from error
    if not points.is_finite() or not 0 <= points <= Decimal(weight) or points != points.quantize(CENT):
        raise ValueError(str(value))
    return str(abs(points).quantize(CENT))


def is_whole(sheet: Sheet) -> bool:
    """Whether no points are missing."""
    return all(entry["points"] for entries in sheet.values() for entry in entries)
