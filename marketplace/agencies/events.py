"""What agencies tell upward."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class AgencyChanged(Event):
    """Something that the public, or who may take part, depends on has changed."""

    agency_id: int
