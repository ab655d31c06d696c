"""What the rules refuse, by name. Each says what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, TooLate


class StaleVersion(DomainError):
    """There is a newer version than the one that was read: `current`, different by `changes`."""

    code = "stale_version"
    message = _("合同内容刚刚有了新版本。请先看清下面的变化，再决定是否继续。")

    def __init__(self, *, seen: int, current: int, changes: Any) -> None:
        super().__init__(seen=seen, current=current, changes=changes)
        self.seen, self.current, self.changes = seen, current, changes


class SumDiffers(DomainError):
    """The milestones' amounts do not sum to the contract's amount; `difference` is sum minus amount."""

    code = "sum_differs"
    status = 422


class TooManyDays(DomainError):
    """A milestone is due later than the agency offered to be done."""

    code = "too_many_days"
    status = 422


class BadMilestone(DomainError):
    """A milestone without title, amount or days, or too many of them."""

    code = "bad_milestone"
    status = 422


class NeedsReason(DomainError):
    """An act that needs a reason which the other side reads."""

    code = "needs_reason"
    status = 422
    field = "reason"


class NeedsText(DomainError):
    """A low rating without words."""

    code = "needs_text"
    status = 422
    field = "text"


class ReviewsClosed(TooLate):
    """The time to write a review is over."""

    code = "reviews_closed"
    message = _("评价期已过，未提交的评价按默认处理。")
