"""What search tells itself: a change that makes many documents stale is taken in batches."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class DocumentsStale(Event):
    """Documents of a kind are to be made anew."""

    kind: str
    keys: list[str]


@dataclass(frozen=True)
class HitsToMail(Event):
    """New hits of a saved search that want to go out by e-mail."""

    search_id: int
    hit_ids: list[int]
