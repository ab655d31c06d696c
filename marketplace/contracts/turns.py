"""Who has the ball: everything a contract waits for, by side, each with its one act. Desk and page both read it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.contracts.models import Contract, Milestone
from marketplace.contracts.rules import Side
from marketplace.core import calendar, clock
from marketplace.core.rules import Alert, alert_level, closing
from payments import queries as payments
from payments.models import Payment

WAITING_FOR = {
    "drafting": (Side.BUYER, Side.AGENCY),
    "signed_buyer": (Side.AGENCY,),
    "signed_agency": (Side.BUYER,),
}


@dataclass(frozen=True)
class Turn:
    """`side` has to do `act` about `subject` at `url`; the limit runs from `started_at` to `due_at` (None: none)."""

    side: Side
    act: str
    subject: str
    url: str
    started_at: datetime
    due_at: datetime | None = None
    milestone: Milestone | None = None

    @property
    def here(self) -> bool:
        """Whether the act stands on the contract's own page."""
        return "#" in self.url

    @property
    def level(self) -> Alert:
        """How the time limit stands now."""
        if self.due_at is None:
            return Alert.QUIET
        return alert_level(self.started_at, self.due_at, clock.now(), calendar.is_workday)


def turns(contract: Contract) -> list[Turn]:
    """Everything the contract waits for. Reads milestones, their deliverables and reviews: prefetch them for lists."""
    return [*_to_sign(contract), *_to_deliver(contract), *_to_review(contract)]


def _to_sign(contract: Contract) -> Iterator[Turn]:
    start = contract.award.noticed_at or contract.created_at
    for side in WAITING_FOR.get(contract.state, ()):
        asked = side is Side.BUYER and bool(contract.remark)
        act = _("答复机构的修改意见") if asked else _("确认合同")
        yield Turn(side, act, "", _page(contract, "#confirm"), start, contract.sign_by)


def _to_deliver(contract: Contract) -> Iterator[Turn]:
    if contract.state not in (Contract.State.PERFORMING, Contract.State.DISPUTED) or contract.filed_at is None:
        return
    for milestone in contract.milestones.all():
        found = _of_milestone(contract, milestone, contract.filed_at)
        if found is not None:
            yield found


def _of_milestone(contract: Contract, milestone: Milestone, start: datetime) -> Turn | None:
    rounds = list(milestone.deliverables.all())
    last = rounds[-1] if rounds else None
    due = closing(milestone.due_on) if milestone.due_on else None
    upload = reverse("contract_deliver", args=[contract.number, milestone.position])
    if milestone.state == Milestone.State.OPEN:
        return Turn(Side.AGENCY, _("提交成果"), milestone.title, upload, start, due, milestone)
    if milestone.state == Milestone.State.RETURNED:
        return Turn(Side.AGENCY, _("重新提交成果"), milestone.title, upload, start, due, milestone)
    if last is None or milestone.state == Milestone.State.ACCEPTED:
        return None
    look = reverse("contract_deliverable", args=[contract.number, last.pk])
    if milestone.state == Milestone.State.DISPUTED:
        return Turn(Side.BUYER, _("处理成果争议"), milestone.title, look, last.decided_at or start)
    return Turn(Side.BUYER, _("验收成果"), milestone.title, look, last.uploaded_at, last.decide_by)


def _to_review(contract: Contract) -> Iterator[Turn]:
    if contract.state != Contract.State.COMPLETED or not contract.completed_at or not contract.review_by:
        return
    written = {review.side for review in contract.reviews.all()}
    if clock.now() > contract.review_by:
        return
    url = reverse("contract_review", args=[contract.number])
    for side in (Side.BUYER, Side.AGENCY):
        if side not in written:
            act = _("评价机构") if side is Side.BUYER else _("评价采购人")
            yield Turn(side, act, "", url, contract.completed_at, contract.review_by)


def to_pay(contract: Contract, found: Iterable[Payment]) -> list[Turn]:
    """What is to be paid or confirmed of the contract's milestones. The desk has it from `payments` itself."""
    waiting = []
    for payment in sorted(found, key=lambda each: each.due_on):
        side, act = _money(payment)
        if side is not None:
            url = reverse("payment", args=[payment.reference])
            due = payments.due_at(payment) if side is Side.BUYER else None
            waiting.append(Turn(side, act, payment.description, url, payment.created_at, due))
    return waiting


def _money(payment: Payment) -> tuple[Side | None, str]:
    if payment.state == Payment.State.PROOF:
        return Side.AGENCY, _("确认收款")
    if payment.state not in (Payment.State.DUE, Payment.State.DISPUTED):
        return None, ""
    if not payments.is_payable(payment):
        return Side.AGENCY, _("登记收款账号")
    return Side.BUYER, _("付款并上传凭证") if payment.state == Payment.State.DUE else _("重新上传凭证")


def _page(contract: Contract, anchor: str = "") -> str:
    return reverse("contract", args=[contract.number]) + anchor
