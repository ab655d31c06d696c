"""Search: nDCG@10, recall@50, zero-hit rate and recall of contained words over graded queries, on every engine.

The queries stand in tests/search/relevance.yaml. The demonstration zone is made anew for it; BENCH_SITE=folder takes
the VAR_DIR of one that is there. With ELASTICSEARCH_URL the search server is measured as well. BENCH_WORST=1 names the
questions that were answered worst.
"""

import json
import os
import tempfile
from collections.abc import Iterator

from script import _children, _say, _venv
from script._bench import Result
from script._stamps import ROOT


def run() -> Iterator[Result]:
    """Make the zone and its index, then ask everything."""
    python = str(_venv.make(_venv.TESTING))
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        site = os.environ.get("BENCH_SITE", folder)
        environment = {**os.environ, "VAR_DIR": site, "SECRET_KEY": "for the benchmark only", "DEMO": "1"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        _children.output_of([python, str(ROOT / "manage.py"), "prepare"], env=environment)
        printed = _children.output_of([python, "-m", "script._bench._relevance.measure"], env=environment)
    for line in printed.splitlines():
        if line.startswith("{"):
            yield Result(**json.loads(line))
        elif line.startswith("# "):
            _say.line(line)
