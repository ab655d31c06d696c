"""A circuit breaker: a server that doesn't answer isn't asked by every page.

Our own and not pybreaker, which holds one lock during the guarded call, so that pages would search one after the other.
Each process has its own: what a process hasn't seen itself it finds out with at most THRESHOLD slow answers.
"""

import logging
import threading
import time
from enum import StrEnum

logger = logging.getLogger(__name__)
THRESHOLD = 3  # failures in a row
PAUSE = 5.0  # seconds until one question tries again


class State(StrEnum):
    """Closed: all is well. Open: nobody asks. Trying: one asks, the others wait for how that ends."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


class Breaker:
    """Counts failures in a row, and says whether the server may be asked."""

    def __init__(self, threshold: int = THRESHOLD, pause: float = PAUSE) -> None:
        self.threshold, self.pause = threshold, pause
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self.state = State.CLOSED
            self.reason = ""
            self._failures = 0
            self._again_at = 0.0

    def may_ask(self) -> bool:
        """Whether to ask now. Who asks after the pause is the one who tries: he must report how it went."""
        with self._lock:
            if self.state is State.CLOSED:
                return True
            if time.monotonic() < self._again_at:
                return False
            self.state = State.TRYING
            self._again_at = time.monotonic() + self.pause  # if he never reports, another tries
            return True

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            if self.state is not State.CLOSED:
                logger.warning("the search server answers again")
            self.state, self.reason, self._failures = State.CLOSED, "", 0

    def failed(self, reason: str) -> None:
        """The server didn't answer, or not in time."""
        with self._lock:
            self._failures += 1
            self.reason = reason
            if self.state is State.TRYING or self._failures >= self.threshold:
                if self.state is State.CLOSED:
                    logger.warning("the search server is left alone for a while: %s", reason)
                self.state = State.OPEN
                self._again_at = time.monotonic() + self.pause


breaker = Breaker()
