"""Keys that sort by when they were made and tell no count."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_latest = 0


def ordered() -> uuid.UUID:
    """Nanoseconds since 1970 (64 bits), then 64 random bits; never falling within a process.

    From the gaps of a counted key one could read how many rows others wrote in between, also those not to be seen yet.
    """
    global _latest
    with _lock:
        _latest = max(_latest + 1, time.time_ns())
        moment = _latest
    return uuid.UUID(int=(moment << 64) | secrets.randbits(64))
