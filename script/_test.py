"""script/test: everything that is checked, stage after stage; or pytest alone with the arguments given."""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from script import _children, _say, _services, _venv
from script._services import packages
from script._stamps import ROOT

STAGE_SECONDS = 1500
NEEDED = ("chromium", "fonts", "pango", "postgres", "redis", "elasticsearch")
SERVERS = (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL"), ("elasticsearch", "ELASTICSEARCH_URL"))
OLDER_ELASTICSEARCH = "8.19.8"  # the client speaks to it as to the newest
EPILOG = """\
  script/test                                everything; what is missing on this machine is skipped with its reason
  script/test --all                          everything; what is missing is a failure
  script/test tests/core -k workdays         pytest alone, on SQLite, with these arguments
  TEST_DATABASE_URL=postgresql://… script/test tests/tenders      … on that server
"""


@dataclass(frozen=True)
class Result:
    """How a stage ended: what is wrong ("" if nothing), and how long it took."""

    name: str
    trouble: str
    seconds: float


class Run:
    """One run of all stages."""

    def __init__(self, everything: bool, pytest_arguments: Sequence[str]) -> None:
        self.everything = everything
        self.pytest_arguments = list(pytest_arguments)
        self.environment = {**os.environ, "TEST_ALL": "1" if everything else "0"}
        self.results: list[Result] = []

    def stage(self, name: str, work: Callable[[], str]) -> None:
        """Run one stage: `work` returns what is wrong. A stage that fails does not stop the others."""
        _say.line(f"\n━━ {name} " + "━" * max(0, 70 - len(name)))
        begun = time.monotonic()
        try:
            trouble = work()
        except _say.Failure as failure:
            trouble = str(failure)
            _say.line(trouble)
        seconds = time.monotonic() - begun
        self.results.append(Result(name, trouble, seconds))
        _say.line(f"── {name}: {'FAILED' if trouble else 'ok'}, {seconds:.1f} s")

    def tool(self, *command: str) -> str:
        """Run a program of the virtual environment; returns what is wrong."""
        program = str(_venv.PYTHON.parent / command[0])
        status = _children.run([program, *command[1:]], env=self.environment, limit=STAGE_SECONDS)
        return "" if status == 0 else f"over {STAGE_SECONDS} s" if status == 124 else f"exit status {status}"

    def pytest(self, marks: str, *more: str, **variables: str) -> str:
        """Run the tests that `marks` selects, in an environment with these variables."""
        command = [str(_venv.PYTHON), "-m", "pytest", "-q", "-m", marks, "-n", "2", *more]
        environment = {**self.environment, **variables}
        status = _children.run([*command, *self.pytest_arguments], env=environment, limit=STAGE_SECONDS)
        if status == 5 and self.pytest_arguments:  # the given arguments select nothing of this stage
            return ""
        return "" if status == 0 else "no test was found" if status == 5 else f"exit status {status}"

    def summary(self) -> int:
        """Print how all ended; returns the exit status."""
        _say.line("\n━━ Summary " + "━" * 63)
        for result in self.results:
            trouble = result.trouble.splitlines()[0][:70] if result.trouble else ""
            _say.line(f"  {'FAILED' if trouble else 'ok':7} {result.seconds:7.1f} s  {result.name}  {trouble}".rstrip())
        failed = sum(bool(result.trouble) for result in self.results)
        total = sum(result.seconds for result in self.results)
        _say.line(f"  {len(self.results) - failed} stages ok, {failed} failed, {total:.0f} s")
        return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    options, rest = _parser().parse_known_args(arguments)
    _children.stop_on_signals()
    try:
        packages.install(["venv"])
        _venv.make(_venv.TESTING)
        if rest and not options.all:
            return _children.run([str(_venv.PYTHON), "-m", "pytest", *rest])
        return everything(Run(options.all, rest))
    except _say.Failure as failure:
        _say.line(f"script/test: {failure}")
        return 1
    except _children.Stopped:
        _say.line("Stopped.")
        return 130


def everything(run: Run) -> int:
    """All stages in turn, the quick ones first."""
    run.stage("system packages", lambda: _packages(run))
    run.stage("lint", lambda: run.tool("ruff", "check", "."))
    run.stage("format", lambda: run.tool("ruff", "format", "--check", "--quiet", "."))
    with _settings(run):
        run.stage("types", lambda: run.tool("mypy"))
        run.stage("migrations", lambda: run.tool("python", "manage.py", "makemigrations", "--check", "--dry-run"))
        run.stage("imports", lambda: run.tool("lint-imports"))
    with contextlib.ExitStack() as servers:
        _start_servers(run, servers)
        run.stage("tests on SQLite", lambda: run.pytest("not browser and not postgres"))
        run.stage("tests on PostgreSQL", lambda: _on_postgres(run))
        run.stage(f"search on Elasticsearch {OLDER_ELASTICSEARCH}", lambda: _on_older_elasticsearch(run))
        run.stage("tests in the browser", lambda: run.pytest("browser", "--dist", "loadfile"))
    return run.summary()


def _packages(run: Run) -> str:
    missing = packages.install(NEEDED)
    for line in missing:
        _say.line(f"  {line}")
    return "; ".join(missing) if run.everything else ""


@contextlib.contextmanager
def _settings(run: Run) -> Iterator[None]:
    """The checkers load the settings: give them an empty installation, not the developer's."""
    before = run.environment
    with tempfile.TemporaryDirectory(prefix="supermarket-check-") as folder:
        run.environment = {**before, "VAR_DIR": folder, "SECRET_KEY": "for the checkers only", "DEMO": "0"}
        for name in ("ENVIRONMENT_FILE", "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
            run.environment.pop(name, None)
        yield
    run.environment = before


def _start_servers(run: Run, servers: contextlib.ExitStack) -> None:
    """Each server once for all stages; the tests find them by TEST_POSTGRES_URL and so on."""
    for name, variable in SERVERS:
        try:
            server = servers.enter_context(_services.running(name))
        except _say.Failure as failure:
            _say.line(f"  {name}: {failure}")
        else:
            run.environment[f"TEST_{name.upper()}_URL"] = server.variables[variable]


def _on_postgres(run: Run) -> str:
    url = run.environment.get("TEST_POSTGRES_URL")
    if url:
        return run.pytest("not browser and not elasticsearch", "--database-only", TEST_DATABASE_URL=url)
    _say.line("  skipped: PostgreSQL is not here")
    return "PostgreSQL is not here" if run.everything else ""


def _on_older_elasticsearch(run: Run) -> str:
    """The tests of search once more on the older server; the others don't ask it."""
    if "TEST_ELASTICSEARCH_URL" not in run.environment:
        _say.line("  skipped: Elasticsearch is not here")
        return "Elasticsearch is not here" if run.everything else ""
    try:
        with _services.running("elasticsearch", ES_VERSION=OLDER_ELASTICSEARCH) as server:
            url = server.variables["ELASTICSEARCH_URL"]
            return run.pytest("elasticsearch and not faults", TEST_ELASTICSEARCH_URL=url)
    except _say.Failure as failure:
        _say.line(f"  skipped: {failure}")
        return str(failure) if run.everything else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/test",
        usage="script/test [--all] [pytest arguments]",
        description="Installs what testing needs, then checks everything; with arguments, runs pytest alone with them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--all", action="store_true", help="what is missing on this machine is a failure and not a skip"
    )
    return parser


if __name__ == "__main__":
    os.chdir(Path(ROOT))
    sys.exit(main(sys.argv[1:]))
