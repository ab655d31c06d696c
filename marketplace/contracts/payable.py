"""A milestone as something to pay for."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Milestone

KIND = "contracts.milestone"


@dataclass(frozen=True)
class MilestonePayable:
    """Implements `payments.payable.Payable`; what happens on payment is `services.note_paid`."""

    milestone: Milestone
    currency: str = "CNY"

    @property
    def description(self) -> str:
        return f"{self.milestone.contract.title} · {self.milestone.title}"[:200]

    @property
    def amount(self) -> Decimal:
        return self.milestone.amount

    @property
    def payer(self) -> Organisation:
        return self.milestone.contract.buyer

    @property
    def payee(self) -> Organisation:
        return self.milestone.contract.agency.organisation

    @property
    def url(self) -> str:
        return reverse("contract", args=[self.milestone.contract.number]) + f"#milestone-{self.milestone.position}"


def load(key: str) -> MilestonePayable | None:
    """The payable of the milestone with this primary key."""
    milestones = Milestone.objects.select_related("contract__buyer", "contract__agency__organisation")
    milestone = milestones.filter(pk=int(key)).first() if key.isdecimal() else None
    return MilestonePayable(milestone) if milestone else None
