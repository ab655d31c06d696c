"""The approvals' own data file, read."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data" / "approval-items.yaml"


@cache
def _read() -> dict[str, Any]:
    with open(DATA, encoding="utf-8") as file:
        content: dict[str, Any] = yaml.safe_load(file)
    return content


def departments() -> list[dict[str, Any]]:
    """Rows of `name`, `code` (two digits), `uscc`."""
    rows: list[dict[str, Any]] = _read()["departments"]
    return rows


def items() -> list[dict[str, Any]]:
    """Items with their standard information, then those that have only a name; keys as the file's head says."""
    rows: list[dict[str, Any]] = [*_read()["items"], *_read()["more_items"]]
    return rows


def certificate_names() -> dict[str, str]:
    """Key of a certificate type that the library holds → its name."""
    return {row["id"]: row["name"] for row in _read()["certificate_types"]}


def joint_groups() -> dict[str, dict[str, Any]]:
    """Key of a joint review → its row: `name`, `lead`, `units`, `limit_wd` …"""
    return {row["id"]: row for row in _read()["joint_groups"]}
