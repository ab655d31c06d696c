"""What the catalogue tells upward."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class ItemChanged(Event):
    """A service item was made or changed."""

    item_id: int
