"""The reasons of an outcome in sentences, for the pages. The record itself keeps keys and values."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.display import money
from marketplace.tenders.models import Tender

INVALID: dict[str, str | Promise] = {
    "unreadable": gettext_lazy("无法开启，或内容与封存时的承诺不一致"),
    "ineligible": gettext_lazy("截止时不符合资格条件"),
    "not_positive": gettext_lazy("报价不大于 0"),
    "above_ceiling": gettext_lazy("高于最高限价"),
    "below_floor": gettext_lazy("低于最低限价"),
    "rejected": gettext_lazy("低价说明未被接受"),
}
FAILURES: dict[str, str | Promise] = {
    "too_few": gettext_lazy("有效响应不足规定家数"),
    "no_valid_quote": gettext_lazy("没有有效响应"),
    "declined": gettext_lazy("被选机构没有接受"),
    "not_answered": gettext_lazy("被选机构在规定时间内没有答复"),
    "objection_upheld": gettext_lazy("异议成立，本次采购作废"),
    "given_up": gettext_lazy("中选机构放弃中选，候补机构均未接受"),
    "winner_ineligible": gettext_lazy("候选机构不再符合条件，且没有其他合格机构"),
}


def why_invalid(tender: Tender, reason: str) -> str:
    """Why a response doesn't count, with the limit that it broke."""
    limits = {"above_ceiling": tender.ceiling, "below_floor": tender.floor}
    sentence = str(INVALID.get(reason, reason))
    limit = limits.get(reason)
    return _("%(reason)s %(limit)s") % {"reason": sentence, "limit": money(limit)} if limit else sentence


def why_not_confirmed() -> str:
    """Why a response that nobody confirmed after an amendment doesn't count."""
    return _("公告变更后没有在截止前确认或重新报价")


def why_rank(entry: Mapping[str, Any]) -> str:
    """One entry of an outcome's explanation."""
    rule = entry["rule"]
    tied = "tied" in entry
    if rule == "chosen":
        return _("采购人直接选定")
    values = {"tied": entry.get("tied"), "drawn": entry.get("drawn"), "difference": money(entry.get("difference"))}
    if rule == "lowest":
        return _("%(tied)d 家并列最低，抽取第 %(drawn)d") % values if tied else _("有效报价中最低")
    if tied:
        return _("高于最低价 %(difference)s；%(tied)d 家同价，抽取第 %(drawn)d") % values
    return _("高于最低价 %(difference)s") % values


def why_failed(tender: Tender) -> str:
    """Why the tender failed, with the numbers that its record holds."""
    reason = str(FAILURES.get(tender.fail_reason, tender.fail_reason))
    record = tender.record
    if record.get("opened") is False:
        values = {"reason": reason, "eligible": record["eligible"], "minimum": record["minimum"]}
        sentence = _("%(reason)s：合格响应 %(eligible)d 家，至少需要 %(minimum)d 家。报价没有开启，保持密封。")
        return sentence % values
    entries = (record.get("outcome") or {}).get("explanation") or []
    if entries and "counted" in entries[0]:
        values = {"reason": reason, "counted": entries[0]["counted"], "minimum": entries[0]["minimum"]}
        return _("%(reason)s：有效响应 %(counted)d 家，至少需要 %(minimum)d 家。") % values
    return _("%(reason)s。") % {"reason": reason}


def why_won(tender: Tender) -> str:
    """The plain sentence under the winner's name."""
    outcome = tender.record.get("outcome") or {}
    entries = outcome.get("explanation") or []
    if not entries:
        return ""
    first, valid = entries[0], len(outcome["ranking"])
    if first["rule"] == "chosen":
        return _("采购人直接选定，机构已确认接受。")
    if successions := tender.record.get("successions"):
        if successions[-1].get("reason") == "given_up":
            return _("原中选机构放弃中选，按排名由候补机构递补。")
        return _("原候选机构在发出通知书前不再符合条件，按排名依次递补。")
    if "tied" in first:
        values = {"valid": valid, "tied": first["tied"]}
        return (
            _("%(valid)d 份有效报价中 %(tied)d 家并列最低，由各响应中的随机份额共同决定抽取次序，抽在第 1 位。")
            % values
        )
    return _("%(valid)d 份有效报价中价格最低。") % {"valid": valid}
