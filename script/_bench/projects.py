"""Route maps: generating one beside the bare insert of its rows, and a night's forecasts of 5,000 projects × 30 steps.

On SQLite in a folder of its own. The yardstick of the night reads the same columns and writes the same forecasts, in
the same chunks and transactions, without computing anything. BENCH_PROJECTS=500 makes it shorter.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator

from script import _children, _venv
from script._bench import Result
from script._stamps import ROOT

PROJECTS, MOST_MAP, MOST_NIGHT = 5000, 3, 5


def run() -> Iterator[Result]:
    """Measure in a folder of its own, with an empty zone's settings (no demonstration)."""
    python = _venv.make()
    count = os.environ.get("BENCH_PROJECTS", str(PROJECTS))
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        environment = {**os.environ, "VAR_DIR": folder, "SECRET_KEY": "for the benchmark only", "DEMO": "0"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL"):
            environment.pop(name, None)
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        _children.output_of([sys.executable, "-m", "script._server", "--prepare"], env=environment)
        printed = _children.output_of([str(python), "-m", "script._bench._projects", count], env=environment)
    found = json.loads(printed.splitlines()[-1])
    yield Result("projects.map_ms", found["map_ms"], "ms", limit=MOST_MAP * found["map_bare_ms"])
    yield Result("projects.map_times_bare_insert", found["map_ms"] / found["map_bare_ms"], "×", limit=MOST_MAP)
    yield Result(f"projects.night_{count}_s", found["night_s"], "s", limit=MOST_NIGHT * found["night_bare_s"])
    times = found["night_s"] / found["night_bare_s"]
    yield Result(f"projects.night_{count}_times_bare", times, "×", limit=MOST_NIGHT)
