"""What this app tells the apps above it."""

from dataclasses import dataclass

from marketplace.core.events import Event


@dataclass(frozen=True)
class ContractChanged(Event):
    """A contract has a new state."""

    contract_id: int
    number: str
    tender_id: int
    state: str


@dataclass(frozen=True)
class DeliverableAccepted(Event):
    """The buyer has accepted a deliverable, or let the time pass; `file_id` is the stored file's."""

    contract_id: int
    tender_id: int
    file_id: str


@dataclass(frozen=True)
class ReviewsPublished(Event):
    """Both reviews of a contract can be read."""

    contract_id: int
    number: str
    agency_id: int
