"""Open selection: the last minute's bids, opening and ranking 10,000, the verifier's page, a bid in a full market.

Each part stands beside its yardstick in the same run, and is a process of its own (script/_bench/_selection).
BENCH_PARTS=bidding,opening,… runs some of them.
"""

import json
import os
import tempfile
from collections.abc import Iterator

from script import _children, _venv
from script._bench import Result
from script._stamps import ROOT

PARTS = ("bidding", "opening", "verifying", "growing")


def run() -> Iterator[Result]:
    """Measure part after part, each in a folder of its own."""
    python = _venv.make(_venv.TESTING)
    for part in os.environ.get("BENCH_PARTS", ",".join(PARTS)).split(","):
        with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
            environment = {**os.environ, "VAR_DIR": folder, "SECRET_KEY": "for the benchmark only", "DEMO": "0"}
            for name in ("ENVIRONMENT_FILE", "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
                environment.pop(name, None)
            environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
            printed = _children.output_of([str(python), "-m", f"script._bench._selection.{part}"], env=environment)
        for line in printed.splitlines():
            if line.startswith("{"):
                yield Result(**json.loads(line))
