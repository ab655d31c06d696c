"""What a contract says: text and milestones, whose amounts sum to the contract's amount exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.contracts.rules.errors import BadMilestone, SumDiffers, TooManyDays
from marketplace.core.display import money

FEN = Decimal("0.01")
HUNDRED = Decimal(100)
MAX_MILESTONES = 12


@dataclass(frozen=True)
class MilestoneTerms:
    """One milestone: `amount` in CNY, `days` working days from the day the contract begins."""

    title: str
    amount: Decimal
    days: int


@dataclass(frozen=True)
class Terms:
    """One version of a contract."""

    text: str
    milestones: tuple[MilestoneTerms, ...]

    @property
    def days(self) -> int:
        """How long the whole takes: the last milestone's days."""
        return max((m.days for m in self.milestones), default=0)

    def to_json(self) -> dict[str, Any]:
        """The plain value that `from_json` reads."""
        rows = [{"title": m.title, "amount": str(m.amount), "days": m.days} for m in self.milestones]
        return {"text": self.text, "milestones": rows}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Terms":
        """Read a stored version."""
        rows = (MilestoneTerms(r["title"], Decimal(r["amount"]), int(r["days"])) for r in value["milestones"])
        return cls(str(value["text"]), tuple(rows))


@dataclass(frozen=True)
class Change:
    """One difference between two versions, in words."""

    label: str
    before: str
    after: str


def check_terms(terms: Terms, amount: Decimal, offered_days: int) -> None:
    """BadMilestone, TooManyDays or SumDiffers unless the terms fit the award (price and offered days)."""
    if not 1 <= len(terms.milestones) <= MAX_MILESTONES:
        raise BadMilestone(_("合同须有 1 至 %(most)d 个节点。") % {"most": MAX_MILESTONES})
    for number, milestone in enumerate(terms.milestones, start=1):
        _check_milestone(number, milestone, offered_days)
    total = sum((m.amount for m in terms.milestones), Decimal(0))
    if total != amount:
        raise SumDiffers(_sum_sentence(total, amount), difference=total - amount)


def _check_milestone(number: int, milestone: MilestoneTerms, offered_days: int) -> None:
    if not milestone.title.strip():
        raise BadMilestone(_("第 %(number)d 个节点还没有名称。") % {"number": number})
    if milestone.amount <= 0 or milestone.amount != milestone.amount.quantize(FEN):
        raise BadMilestone(_("第 %(number)d 个节点的金额须大于 0，最多两位小数。") % {"number": number})
    if milestone.days < 1:
        raise BadMilestone(_("第 %(number)d 个节点的期限至少为 1 个工作日。") % {"number": number})
    if milestone.days > offered_days:
        raise TooManyDays(
            _("第 %(number)d 个节点的期限 %(days)d 个工作日，超过中选承诺的 %(offered)d 个工作日。")
            % {"number": number, "days": milestone.days, "offered": offered_days}
        )


def _sum_sentence(total: Decimal, amount: Decimal) -> str:
    words = {"total": money(total), "amount": money(amount), "difference": money(abs(total - amount))}
    if total > amount:
        return _("各节点金额合计 %(total)s，比合同金额 %(amount)s 多 %(difference)s，请调整到正好相等。") % words
    return _("各节点金额合计 %(total)s，比合同金额 %(amount)s 少 %(difference)s，请调整到正好相等。") % words


def amounts_by_share(amount: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """The amounts of these shares (per cent), in whole fen; if they make 100 %, the last takes what rounding left."""
    found = [(amount * share / HUNDRED).quantize(FEN, ROUND_DOWN) for share in shares]
    if found and sum(shares) == HUNDRED:
        found[-1] += amount - sum(found)
    return found


def differences(before: Terms, after: Terms) -> tuple[Change, ...]:
    """What a reader of `before` must know about `after`: changed paragraphs and milestones."""
    found = [*_text_changes(before.text, after.text)]
    rows = max(len(before.milestones), len(after.milestones))
    for index in range(rows):
        old, new = _row(before, index), _row(after, index)
        if old != new:
            found.append(Change(_("节点 %(number)d") % {"number": index + 1}, old, new))
    return tuple(found)


def _row(terms: Terms, index: int) -> str:
    if index >= len(terms.milestones):
        return ""
    milestone = terms.milestones[index]
    words = {"title": milestone.title, "amount": money(milestone.amount), "days": milestone.days}
    return _("%(title)s，%(amount)s，%(days)d 个工作日") % words


def _text_changes(before: str, after: str) -> list[Change]:
    old, new = _paragraphs(before), _paragraphs(after)
    gone = [p for p in old if p not in new]
    come = [p for p in new if p not in old]
    if not gone and not come:
        return []
    return [Change(_("约定事项"), "\n".join(gone), "\n".join(come))]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
