"""How the commands speak: short lines on standard error, so that standard output carries only results."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Failure(Exception):
    """Something a person must mend; its text says what happened and what to do."""


def line(text: str = "") -> None:
    """Print one line."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Name what begins, and how long it took when that was noticeable."""
    line(f"· {what} …")
    begun = time.monotonic()
    yield
    if (seconds := time.monotonic() - begun) >= 1:
        line(f"  done in {seconds:.0f} s")
