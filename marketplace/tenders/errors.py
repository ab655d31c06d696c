"""What the services of tenders refuse, in words for the person who asked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, Incomplete, TooLate

if TYPE_CHECKING:
    from marketplace.tenders.eligibility import Report
    from marketplace.tenders.rules import Problem


class NotPublishable(Incomplete):
    """A purchase that can't be published yet; `found` names each problem with its field."""

    code = "not_publishable"

    def __init__(self, found: "Sequence[Problem]") -> None:
        self.found = tuple(found)
        super().__init__([problem.sentence for problem in found])


class NotEligible(DomainError):
    """The agency may not respond; `report` says which rule fails and what mends it."""

    code = "not_eligible"
    status = 422
    message = _("贵单位目前不符合本项目的条件，未提交。请先按核对结果办好未满足的条件。")

    def __init__(self, report: "Report") -> None:
        self.report = report
        super().__init__()


class NotInvitable(DomainError):
    """Agencies that may not respond; `reports` by credit code say of each which rule fails. Nothing was sent."""

    code = "not_invitable"
    status = 422
    field = "agencies"
    message = _("有机构不符合条件，邀请没有发出。请取消勾选这些机构，或另选机构。")

    def __init__(self, reports: "Mapping[str, Report]") -> None:
        self.reports = dict(reports)
        super().__init__()


class BidTooLate(TooLate):
    """A response after the close."""

    message = _("报名已经截止，报价没有被接收。时间以服务器收到为准。")


class NoBids(DomainError):
    """This tender takes no responses now."""

    code = "no_bids"
    message = _("本项目现在不接受报价。")


class NeedsRelease(DomainError):
    """A response that came directly although its agency wants a second person's release."""

    code = "needs_release"
    message = _("本单位的报价须由另一人放行。请刷新页面后重新提交。")


class OfferRefused(DomainError):
    """An offer whose figures can't be; `field` says which. The sentence never repeats the price."""

    code = "offer_refused"
    status = 422


class OfferChanged(DomainError):
    """The same form was sent again with other figures: it needs to be sent once more, as a new one."""

    code = "offer_changed"
    message = _("这份表单已经提交过，现在的内容与上次不同。请核对后再提交一次，新报价将替换原报价。")


class OfferEnded(OfferChanged):
    """The same form was sent again after its response was withdrawn or replaced: it must not seem to count."""

    message = _("这份报价已撤回或已被替换，不再有效。如需重新报价，请核对后再提交一次。")


class ReasonMissing(DomainError):
    """An act that needs a reason."""

    code = "reason_missing"
    status = 422
    message = _("请写明原因，原因将公开。")
    field = "reason"
