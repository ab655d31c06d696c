"""The shape of a record: which keys, of which kinds. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from marketplace.tenders.record_file import VERSION

HASH = re.compile(r"[0-9a-f]{64}")
STATUSES = ("ok", "ineligible", "unreadable", "sealed")
KEYS = {"version", "ocid", "tender", "chain", "attempt", "key", "entries", "responses"}
RESPONSE_KEYS = {"agency", "commitment", "status", "failing", "text"}


class Wrong(ValueError):
    """What is wrong with a record, as a sentence."""


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; 1 and true are not."""
    try:
        return rfc8785.dumps(one) == rfc8785.dumps(other)
    except (ValueError, RecursionError):  # of rfc8785
        return False


def parse(text: str) -> Any:
    """The JSON value of a file. Wrong for no JSON, or a key that stands twice."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Wrong(f"JSON: {error}") from error


def check(record: Any) -> None:
    """Wrong, naming the key, when the record hasn't the shape of version 1."""
    _keys(record, KEYS, "record")
    _must(record["version"] == VERSION, "version")
    for key in ("ocid", "tender", "chain"):
        _must(isinstance(record[key], str), key)
    _must(type(record["attempt"]) is int, "attempt")
    _must(_is_hash(record["key"]), "key")
    _must(isinstance(record["entries"], list) and bool(record["entries"]), "entries")
    for n, entry in enumerate(record["entries"]):
        _must(isinstance(entry, dict) and isinstance(entry.get("entry"), dict), f"entries[{n}]")
        _must(isinstance(entry["entry"].get("data"), dict), f"entries[{n}].entry.data")
        for key in ("action", "at", "subject"):
            _must(isinstance(entry["entry"].get(key), str), f"entries[{n}].entry.{key}")
    _must(isinstance(record["responses"], list), "responses")
    for n, response in enumerate(record["responses"]):
        _response(response, f"responses[{n}]")


def _response(response: Any, at: str) -> None:
    _keys(response, RESPONSE_KEYS, at)
    _must(_is_hash(response["commitment"]), f"{at}.commitment")
    _must(response["status"] in STATUSES, f"{at}.status")
    sealed = response["status"] == "sealed"
    _must(response["agency"] is None if sealed else isinstance(response["agency"], str), f"{at}.agency")
    read = response["status"] in ("ok", "ineligible")
    _must(isinstance(response["text"], str) if read else response["text"] is None, f"{at}.text")
    failing = response["failing"]
    _must(isinstance(failing, list) and all(isinstance(key, str) for key in failing), f"{at}.failing")
    _must(not failing if response["status"] in ("ok", "sealed") else True, f"{at}.failing")
    _must(bool(failing) if response["status"] == "ineligible" else True, f"{at}.failing")


def _keys(value: Any, keys: set[str], at: str) -> None:
    _must(isinstance(value, Mapping), at)
    for key in sorted(keys ^ set(value)):
        raise Wrong(f"{at}.{key}")


def _must(holds: bool, at: str) -> None:
    if not holds:
        raise Wrong(at)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    if len(found) < len(pairs):
        raise Wrong(f"JSON: {sorted(key for key, _ in pairs)}")
    return found


def _refuse(constant: str) -> Any:
    raise Wrong(f"JSON: {constant}")
