"""The logs: numbering 10,000 entries, and what a batch and a proof cost when the log is ten times as long.

On SQLite in a folder of its own, in one process that talks to the services as the worker and the pages do. The times
at 100,000 entries must stay near those at 10,000: neither appending nor proving may read the whole log.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator

from script import _children, _venv
from script._bench import Result
from script._stamps import ROOT

FEW, MANY = 10_000, 100_000


def run() -> Iterator[Result]:
    """Measure in a folder of its own, with an empty zone's settings (no demonstration)."""
    python = _venv.make()
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        environment = {**os.environ, "VAR_DIR": folder, "SECRET_KEY": "for the benchmark only", "DEMO": "0"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL"):
            environment.pop(name, None)
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        _children.output_of([sys.executable, "-m", "script._server", "--prepare"], env=environment)
        printed = _children.output_of([str(python), "-m", "script._bench._log", str(FEW), str(MANY)], env=environment)
    found = json.loads(printed.splitlines()[-1])
    few, many = found["few"], found["many"]
    yield Result("log.sequence_10000", few["sequence_s"], "s", limit=5)
    yield Result("log.bare_hashes_10000", found["bare_s"], "s", limit=5)
    for name in ("batch_ms", "inclusion_ms", "consistency_ms"):
        yield Result(f"log.{name[:-3]}_at_10000", few[name], "ms", limit=1000)
        yield Result(f"log.{name[:-3]}_at_100000", many[name], "ms", limit=3 * few[name] + 3)
    yield Result("log.verify_per_second", found["verify_per_second"], "1/s", limit=2000, higher_is_better=True)
