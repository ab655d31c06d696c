"""The parts of the benchmark `selection`; each of them is a process of its own that prints its figures."""

import json

# The yardstick's table and its one insert.
TABLE = "CREATE TABLE IF NOT EXISTS bench_bare (id uuid PRIMARY KEY, ciphertext bytea NOT NULL)"
INSERT = "INSERT INTO bench_bare (id, ciphertext) VALUES (%s, %s)"


def tell(name: str, value: float, unit: str, limit: float, *, higher_is_better: bool = False) -> None:
    """Print a figure as `script._bench.selection` reads it."""
    figure = {"name": name, "value": value, "unit": unit, "limit": limit, "higher_is_better": higher_is_better}
    print(json.dumps(figure), flush=True)
