"""Errands: what the worker does outside of any transaction, because it waits for somebody else's server.

An errand is a function that looks whether there is something to do, does it, and answers how much it did; what it wants
to keep it writes in a transaction of its own. Errands register in `apps.py`. They run beside the deadlines, in one
thread, so that a slow network makes no deadline late.
"""

import logging
import threading
from collections.abc import Callable

from django.db import connection

logger = logging.getLogger(__name__)
_errands: list[Callable[[], int]] = []


def register(errand: Callable[[], int]) -> None:
    """Let the worker run this again and again."""
    if errand not in _errands:
        _errands.append(errand)


def run() -> int:
    """Run all errands once; how much they did. One that fails is logged and tried again the next time."""
    done = 0
    for errand in _errands:
        try:
            done += errand()
        except Exception:
            logger.exception("an errand failed")
    return done


class Beside:
    """Runs the errands in a thread, one round at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begin a round, unless one is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._round, name="errands", daemon=True)
            self._thread.start()

    @staticmethod
    def _round() -> None:
        try:
            run()
        finally:
            connection.close()
