"""The catalogue's own data files, read."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
DEFAULT_REGION = "000000"


@cache
def _read(name: str) -> Any:
    with open(DATA / f"{name}.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


def regions() -> list[dict[str, Any]]:
    """Rows of `code`, `name`, `en`; provinces before cities before counties."""
    rows: list[dict[str, Any]] = _read("regions")
    return rows


def qualification_types() -> list[dict[str, Any]]:
    """Rows of `slug`, `name`, `issuer`, `grades` (highest first), `years`, `status`; some have `abbr`, `since`."""
    rows: list[dict[str, Any]] = _read("qualification-types")
    return rows


def service_items() -> list[dict[str, Any]]:
    """Rows as the head of data/service-items.yaml says."""
    rows: list[dict[str, Any]] = _read("service-items")
    return rows


def default_rules() -> dict[str, Any]:
    """The default RuleSet's data, as `rules.RuleData.from_json` reads it."""
    rules: dict[str, Any] = deepcopy(_read("ruleset"))
    return rules
