"""Benchmarks: a module of this folder is one, named as its file; its `run()` yields results.

A result has a limit: the value above (or, for rates, below) which somebody would have to act.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """One measured figure."""

    name: str
    value: float
    unit: str
    limit: float
    higher_is_better: bool = False

    def as_json(self) -> dict[str, Any]:
        """The line that is printed: name, value, unit, limit, ok."""
        fields = asdict(self)
        del fields["higher_is_better"]
        ok = self.value >= self.limit if self.higher_is_better else self.value <= self.limit
        return {**fields, "value": round(self.value, 3), "limit": round(self.limit, 3), "ok": ok}


def names() -> dict[str, str]:
    """Every benchmark and what it measures (the first line of its module's docstring)."""
    found = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: (_module(name).__doc__ or "").strip().splitlines()[0] for name in sorted(found)}


def load(name: str) -> Callable[[], Iterator[Result]]:
    """The benchmark's `run`. Raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    run: Callable[[], Iterator[Result]] = _module(name).run
    return run


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")
