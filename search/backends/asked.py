"""What a page has asked the engines so far."""

from contextvars import ContextVar

FALLBACK = "embedded; fallback"


class Asked:
    """Who answered, and how long the page waited for a search server."""

    def __init__(self) -> None:
        self.engines: dict[str, None] = {}
        self.waited = 0.0

    @property
    def answered_by(self) -> str:
        """For the header: the engine, and whether it stood in for the other; "" if nothing was searched."""
        if FALLBACK in self.engines:
            return FALLBACK
        return next(iter(self.engines), "")


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)
