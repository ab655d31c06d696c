"""The parts of the benchmark `search`; each of them is a process of its own that prints its figures."""

import json
import math
from collections.abc import Sequence


def tell(name: str, value: float, unit: str, limit: float, *, higher_is_better: bool = False) -> None:
    """Print a figure as `script._bench.search` reads it."""
    figure = {"name": name, "value": value, "unit": unit, "limit": limit, "higher_is_better": higher_is_better}
    print(json.dumps(figure), flush=True)


def p95(values: Sequence[float]) -> float:
    """The value that 95 in 100 don't exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
