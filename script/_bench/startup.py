"""How long a second start of script/server prepares, against one start of Django (manage.py check).

Both are whole processes by the wall clock, taken in turns so that the machine's moods hit both; the median counts.
The preparation must cost less than one Django start: it asks the disk whether anything changed, and not Django.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence

from script import _children, _venv
from script._bench import Result
from script._stamps import ROOT

ROUNDS = 7


def run() -> Iterator[Result]:
    """Measure in a folder of its own, with an empty zone's settings (no demonstration)."""
    python = _venv.make()
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        environment = {**os.environ, "VAR_DIR": folder, "SECRET_KEY": "for the benchmark only", "DEMO": "0"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL"):
            environment.pop(name, None)
        prepare = [sys.executable, "-m", "script._server", "--prepare"]
        check = [str(python), str(ROOT / "manage.py"), "check"]
        _seconds(prepare, environment)  # the first start migrates; it is not what is measured
        prepared, checked = [], []
        for _ in range(ROUNDS):
            prepared.append(_seconds(prepare, environment))
            checked.append(_seconds(check, environment))
    django = statistics.median(checked)
    yield Result("startup.prepare_again", statistics.median(prepared), "s", limit=django)
    yield Result("startup.manage_check", django, "s", limit=10)


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    _children.output_of(command, env=environment)
    return time.perf_counter() - begun
