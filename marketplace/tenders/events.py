"""What tenders tell upward."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class TenderChanged(Event):
    """A tender came into another state. `project_reference` is what `projects` gave it, "" for none."""

    tender_id: int
    state: str
    project_reference: str


@dataclass(frozen=True)
class AwardEnded(Event):
    """An award stands no more: its winner has given up. What was drafted from it ends."""

    award_id: int


@dataclass(frozen=True)
class AwardNoticed(Event):
    """An award notice was issued: the contract can be drafted."""

    award_id: int
