"""An empty site on a PostgreSQL of its own, for one part of the benchmark."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from script import _children, _services
from script._stamps import ROOT

MANAGE = (sys.executable, str(ROOT / "manage.py"))


@contextlib.contextmanager
def prepared(more: Mapping[str, str] | None = None) -> Iterator[tuple[Path, dict[str, str]]]:
    """Its folder, and the environment in which its processes run; `more` goes over what the environment says."""
    with (
        _services.running("postgres") as postgres,
        tempfile.TemporaryDirectory(prefix="supermarket-bench-") as folder,
    ):
        environment = {**os.environ, **postgres.variables, "VAR_DIR": folder, **(more or {})}
        _children.output_of([*MANAGE, "prepare"], env=environment)
        yield Path(folder), environment


def measured(module: str, *arguments: str) -> None:
    """Run another module's figures in the site, and print them."""
    _children.stop_on_signals()
    with prepared() as (_folder, environment):
        command = [sys.executable, "-m", f"script._bench._selection.{module}", *arguments]
        print(_children.output_of(command, env=environment), flush=True)
