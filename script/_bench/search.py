"""Search: pages beside raw queries and plain pages, rebuild beside parallel_bulk, embedded counts beside one GROUP BY.

Each part stands beside its yardstick in the same run, and is a process of its own (script/_bench/_search), on a market
of N offers in a database of its own. BENCH_SIZES=10000,100000 are the sizes, BENCH_FULL=1 adds 1,000,000 (about an
hour and a half more); BENCH_PARTS=rebuilding,analysing,pages,embedded,sqlite runs some parts. The default takes about
twenty-five minutes on two idle cores.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping

from script import _children, _say, _services, _venv
from script._bench import Result
from script._stamps import ROOT

PARTS = ("rebuilding", "analysing", "pages", "embedded", "sqlite")
SETTINGS = "script._bench._search.settings"
MOST_MS = "10000"  # the pages are timed, not cut off
FULL = 1_000_000
EMBEDDED_UPTO = 100_000  # the embedded index of a greater market is not measured
LEAST_SAME, MOST_TIMES = 10_000, 6


def run() -> Iterator[Result]:
    """Measure size after size; at the end the greatest beside the smallest."""
    python = str(_venv.make(_venv.TESTING))
    sizes = [int(size) for size in os.environ.get("BENCH_SIZES", "10000,100000").split(",")]
    if os.environ.get("BENCH_FULL") and FULL not in sizes:
        sizes.append(FULL)
    parts = os.environ.get("BENCH_PARTS", ",".join(PARTS)).split(",")
    slowest: dict[int, float] = {}
    heap = "2g" if max(sizes) > EMBEDDED_UPTO else "1g"
    for size in sizes:
        with _services.running("elasticsearch", ES_HEAP=heap) as search, _services.running("postgres") as database:
            variables = {**database.variables, **search.variables}
            for result in _at(python, size, parts, variables):
                if result.name.startswith("search.elasticsearch_page_p95"):
                    slowest[size] = result.value
                yield result
        if "sqlite" in parts and size <= EMBEDDED_UPTO:
            yield from _on_sqlite(python, size)
    if len(slowest) > 1:
        first, last = min(slowest), max(slowest)
        name = f"search.elasticsearch_page_p95_at_{_label(last)}_to_{_label(first)}"
        yield Result(name, slowest[last] / slowest[first], "ratio", MOST_TIMES)


def _at(python: str, size: int, parts: list[str], variables: Mapping[str, str]) -> Iterator[Result]:
    """One market on PostgreSQL, and on Elasticsearch."""
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        site = _Site(python, size, {**variables, "VAR_DIR": folder})
        yield from site.fill()
        embedded = {part for part in ("embedded", "pages") if part in parts} and size <= EMBEDDED_UPTO
        if embedded:
            site.manage("search_rebuild", "--engine", "embedded", "--verbosity", "0")
        if "analysing" in parts:
            yield from site.part("analysing")
        if "rebuilding" in parts:
            yield from site.part("rebuilding")
        elif "pages" in parts:
            site.manage("search_rebuild", "--engine", "elasticsearch", "--verbosity", "0")
        if "pages" in parts:
            yield from site.part("pages", "elasticsearch")
        if embedded:
            site.environment.pop("ELASTICSEARCH_URL")
            yield from site.part("counting")
            if "pages" in parts:
                yield from site.part("pages", "embedded")


def _on_sqlite(python: str, size: int) -> Iterator[Result]:
    """The embedded engine's counts on SQLite."""
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder:
        site = _Site(python, size, {"VAR_DIR": folder})
        yield from site.fill()
        site.manage("search_rebuild", "--engine", "embedded", "--verbosity", "0")
        yield from site.part("counting")


class _Site:
    """An installation with a market of its own."""

    def __init__(self, python: str, size: int, variables: Mapping[str, str]) -> None:
        self.python, self.size = python, size
        self.environment = {**os.environ, "SECRET_KEY": "for the benchmark only", "DEMO": "0", "LOG_LEVEL": "ERROR"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
            self.environment.pop(name, None)
        self.environment |= {"DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONPATH": str(ROOT), **variables}
        self.environment |= {"ELASTICSEARCH_MS": MOST_MS, "ELASTICSEARCH_INDEX": "bench"}

    def fill(self) -> Iterator[Result]:
        """Make it, with its market."""
        self.manage("prepare")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        yield from self._told([self.python, "-m", "script._bench._search.market", str(self.size)])

    def manage(self, *command: str) -> None:
        """Run one of its commands."""
        _children.output_of([self.python, str(ROOT / "manage.py"), *command], env=self.environment)

    def part(self, name: str, *arguments: str) -> Iterator[Result]:
        """The figures of a part."""
        module = f"script._bench._search.{name}"
        yield from self._told([self.python, "-m", module, *arguments, _label(self.size)])

    def _told(self, command: list[str]) -> Iterator[Result]:
        for line in _children.output_of(command, env=self.environment).splitlines():
            if line.startswith("{"):
                yield Result(**json.loads(line))
            elif line.startswith("# "):
                _say.line(line)


def _label(size: int) -> str:
    return f"{size // FULL}m" if size >= FULL else f"{size // 1000}k" if size >= LEAST_SAME else str(size)
