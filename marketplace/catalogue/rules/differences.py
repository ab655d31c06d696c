"""What differs between two RuleSets, for the person who approves one."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.functional import Promise

from marketplace.catalogue.rules.reading import write_out
from marketplace.catalogue.rules.ruledata import RuleData


@dataclass(frozen=True)
class Difference:
    """One changed rule: its labels from the outside in, its path, and both values as text ("" where there was none)."""

    labels: tuple[str | Promise, ...]
    path: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return " › ".join(str(label) for label in self.labels)


def differences(before: RuleData | None, after: RuleData) -> tuple[Difference, ...]:
    """Every rule whose value differs, in the order of the rules; all of them when there was nothing before."""
    old = _flat(before, (), "") if before is not None else {}
    new = _flat(after, (), "")
    return tuple(
        Difference(labels, path, old[path][1] if path in old else "", value)
        for path, (labels, value) in new.items()
        if path not in old or old[path][1] != value
    )


def _flat(value: Any, labels: tuple[str | Promise, ...], path: str) -> dict[str, tuple[tuple[str | Promise, ...], str]]:
    if not is_dataclass(value):
        return {path: (labels, _shown(write_out(value)))}
    found: dict[str, tuple[tuple[str | Promise, ...], str]] = {}
    for f in fields(value):
        here = f"{path}.{f.name}" if path else f.name
        found |= _flat(getattr(value, f.name), (*labels, f.metadata["label"]), here)
    return found


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{key} {_shown(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "；".join(_shown(each) for each in value)
    if value is None:
        return "—"
    return {"True": "✓", "False": "✗"}.get(str(value), str(value))
