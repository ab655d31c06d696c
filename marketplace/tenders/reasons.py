"""The reasons of an outcome in sentences, for the pages. The record itself keeps keys and values."""

from collections.abc import Collection, Mapping, Sequence
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
    "not_chosen": gettext_lazy("采购人在规定时间内没有择定"),
    "none_chosen": gettext_lazy("采购人没有选用任何一家的报价"),
    "not_reviewed": gettext_lazy("采购人在规定时间内没有指定或更换评审人"),
    "winner_ineligible": gettext_lazy("候选机构不再符合条件，且没有其他合格机构"),
}


# Whole sentences by the rule that a method names; the variant `tied` where the draw decided among equals.
RULES: dict[str, dict[str, str | Promise]] = {
    "chosen": {"": gettext_lazy("采购人直接选定")},
    "chosen_invalid": {"": gettext_lazy("采购人选定的机构的报价无效")},
    "lowest": {
        "": gettext_lazy("有效报价中最低"),
        "tied": gettext_lazy("%(tied)d 家并列最低，抽取第 %(drawn)d"),
    },
    "above_lowest": {
        "": gettext_lazy("高于最低价 %(difference)s"),
        "tied": gettext_lazy("高于最低价 %(difference)s；%(tied)d 家同价，抽取第 %(drawn)d"),
    },
    "near_mean": {
        "": gettext_lazy("与平均价相差 %(distance)s"),
        "by_price": gettext_lazy("与平均价相差 %(distance)s；距离相同的低价优先"),
        "tied": gettext_lazy("与平均价相差 %(distance)s；%(tied)d 家同价，抽取第 %(drawn)d"),
    },
    "near_reference": {
        "": gettext_lazy("与基准价相差 %(distance)s"),
        "by_price": gettext_lazy("与基准价相差 %(distance)s；距离相同的低价优先"),
        "tied": gettext_lazy("与基准价相差 %(distance)s；%(tied)d 家同价，抽取第 %(drawn)d"),
    },
    "dropped_high": {"": gettext_lazy("报价偏高，计算前剔除，不能中选")},
    "dropped_low": {"": gettext_lazy("报价偏低，计算前剔除，不能中选")},
    "mean": {"": gettext_lazy("剔除 %(dropped)d 家，其余 %(counted)d 家的平均价为 %(mean)s")},
    "reference": {
        "": gettext_lazy("%(counted)d 家的平均价 %(mean)s × 公告的基准系数 %(base)s%% = 基准价 %(reference)s"),
        "drawn": gettext_lazy("%(counted)d 家的平均价 %(mean)s × 抽取的基准系数 %(base)s%% = 基准价 %(reference)s"),
    },
    "points": {
        "": gettext_lazy(
            "总分 %(total)s：价格 %(price)s、信用 %(credit)s、资质 %(qualification)s、"
            "业绩 %(performance)s、团队 %(team)s"
        ),
        "tied": gettext_lazy(
            "总分 %(total)s：价格 %(price)s、信用 %(credit)s、资质 %(qualification)s、"
            "业绩 %(performance)s、团队 %(team)s；%(tied)d 家同分且信用相同，抽取第 %(drawn)d"
        ),
    },
    "scored": {
        "": gettext_lazy("%(reviewers)d 位评审人打分，去掉 %(left_out)d 个极端分，平均 %(score)s 分"),
        "whole": gettext_lazy("%(reviewers)d 位评审人打分，平均 %(score)s 分"),
        "whole_tied": gettext_lazy(
            "%(reviewers)d 位评审人打分，平均 %(score)s 分；%(tied)d 家同分同价，抽取第 %(drawn)d"
        ),
        "tied": gettext_lazy(
            "%(reviewers)d 位评审人打分，去掉 %(left_out)d 个极端分，平均 %(score)s 分；"
            "%(tied)d 家同分同价，抽取第 %(drawn)d"
        ),
    },
    "drawn": {"": gettext_lazy("抽取次序第 %(place)d（共 %(of)d 家）")},
    "drawn_weighted": {"": gettext_lazy("%(tickets)d 签，在 %(total)d 签中抽出第 %(number)d 号（从 0 起）")},
    "listed": {
        "": gettext_lazy("信用分 %(credit)s，家数不多，全部入围"),
        "tied": gettext_lazy("信用分 %(credit)s，家数不多，全部入围；%(tied)d 家同分，抽取第 %(drawn)d"),
    },
    "shortlisted": {
        "": gettext_lazy(
            "信用分 %(credit)s 进入大名单；%(tickets)d 签，在 %(total)d 签中抽出第 %(number)d 号（从 0 起），入围"
        )
    },
    "not_on_big_list": {"": gettext_lazy("信用分 %(credit)s，未进入前 %(big)d 家的大名单")},
    "not_on_small_list": {"": gettext_lazy("信用分 %(credit)s 进入大名单，未抽中小名单")},
    "in_turn": {"": gettext_lazy("轮候名册第 %(turn)d 位（共 %(of)d 家）")},
    "not_on_roster": {"": gettext_lazy("不在轮候名册上")},
    "roster_empty": {"": gettext_lazy("有效报名的机构都不在轮候名册上")},
    "lowest_of_drawn": {
        "": gettext_lazy("抽取第 %(place)d 位入围，入围的有效报价中最低"),
        "tied": gettext_lazy("抽取第 %(place)d 位入围，%(tied)d 家并列最低，按抽取次序为第 %(drawn)d"),
    },
    "above_lowest_of_drawn": {
        "": gettext_lazy("抽取第 %(place)d 位入围，高于入围最低价 %(difference)s"),
        "tied": gettext_lazy(
            "抽取第 %(place)d 位入围，高于入围最低价 %(difference)s；%(tied)d 家同价，按抽取次序为第 %(drawn)d"
        ),
    },
    "not_among_drawn": {"": gettext_lazy("抽取第 %(place)d 位，未进入前 %(k)d 位")},
    "stage": {"": gettext_lazy("从 %(among)d 家中抽取前 %(k)d 位入围，其中 %(valid)d 家报价有效")},
    "none_of_drawn": {"": gettext_lazy("抽取入围的 %(k)d 家都没有有效报价")},
    "too_few": {"": gettext_lazy("有效响应 %(counted)d 家，至少需要 %(minimum)d 家")},
    "no_valid_quote": {"": gettext_lazy("%(responses)d 份响应都无效，至少需要 %(minimum)d 家")},
}
AMOUNTS = frozenset({"difference", "distance", "mean", "reference"})  # shown as money

# Why the first one won: the plain sentence under its name.
WON: dict[str, str | Promise] = {
    "chosen": gettext_lazy("采购人直接选定，机构已确认接受。"),
    "lowest": gettext_lazy("%(valid)d 份有效报价中价格最低。"),
    "near_mean": gettext_lazy("%(counted)d 份有效报价的平均价为 %(mean)s，该报价与它只差 %(distance)s，最接近。"),
    "near_reference": gettext_lazy("基准价为 %(reference)s，该报价与它只差 %(distance)s，最接近。"),
    "points": gettext_lazy("%(valid)d 份有效响应中总分最高，%(total)s 分。"),
    "scored": gettext_lazy("%(valid)d 份有效方案中平均得分最高，%(score)s 分。"),
    "drawn": gettext_lazy("在 %(valid)d 份有效报名中随机抽取，抽在最前。"),
    "drawn_weighted": gettext_lazy("在 %(valid)d 份有效报名中按信用分加权抽取，最先抽中。"),
    "listed": gettext_lazy("%(valid)d 家入围，由采购人择定一家并公开理由。"),
    "shortlisted": gettext_lazy("%(valid)d 家入围，由采购人择定一家并公开理由。"),
    "in_turn": gettext_lazy("在 %(valid)d 份有效报名中轮候排位最前。"),
    "lowest_of_drawn": gettext_lazy("先抽取 %(k)d 家入围，入围的有效报价中价格最低。"),
}
WON_TIED: dict[str, str | Promise] = {
    "lowest": gettext_lazy("%(valid)d 份有效报价中 %(tied)d 家并列最低，由可验证的抽取决定先后，抽在第 1 位。"),
    "near_mean": gettext_lazy("%(tied)d 份报价同样最接近平均价 %(mean)s，由可验证的抽取决定先后，抽在第 1 位。"),
    "near_reference": gettext_lazy(
        "%(tied)d 份报价同样最接近基准价 %(reference)s，由可验证的抽取决定先后，抽在第 1 位。"
    ),
    "points": gettext_lazy("%(tied)d 家总分和信用分并列最高，由可验证的抽取决定先后，抽在第 1 位。"),
    "scored": gettext_lazy("%(tied)d 家得分并列最高且报价相同，由可验证的抽取决定先后，抽在第 1 位。"),
    "lowest_of_drawn": gettext_lazy("先抽取 %(k)d 家入围，其中 %(tied)d 家并列最低，抽取次序在前者中选。"),
}


INELIGIBLE: dict[str, str | Promise] = {  # rules that concern the response itself
    "confirmed": gettext_lazy("公告变更后没有在截止前确认或重新报价"),
    "offered_days": gettext_lazy("承诺工作日超过公告的服务期限"),
}


def why_invalid(tender: Tender, reason: str, failing: Collection[str] = ()) -> str:
    """Why a response doesn't count, with the limit that it broke; `failing`: the keys of the rules that it fails."""
    if reason == "ineligible":
        for key, sentence in INELIGIBLE.items():
            if key in failing:
                return str(sentence)
    limits = {"above_ceiling": tender.ceiling, "below_floor": tender.floor}
    said = str(INVALID.get(reason, reason))
    limit = limits.get(reason)
    return _("%(reason)s %(limit)s") % {"reason": said, "limit": money(limit)} if limit else said


def why_rank(entry: Mapping[str, Any]) -> str:
    """One entry of an outcome's explanation as a sentence; LookupError for a rule that has none."""
    sentences = RULES[entry["rule"]]
    variant = "tied" if "tied" in entry else "by_price" if entry.get("by_price") else ""
    if entry["rule"] == "reference" and entry.get("base_drawn"):
        variant = "drawn"
    if entry["rule"] == "scored" and not entry["left_out"]:
        variant = "whole_tied" if variant else "whole"
    sentence = sentences.get(variant) or sentences[""]
    return str(sentence) % {name: money(value) if name in AMOUNTS else value for name, value in entry.items()}


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
    if entries:
        return _("%(reason)s：%(why)s。") % {"reason": reason, "why": why_rank(entries[0])}
    return _("%(reason)s。") % {"reason": reason}


def why_won(tender: Tender) -> str:
    """The plain sentence under the winner's name."""
    outcome = tender.record.get("outcome") or {}
    entries = outcome.get("explanation") or []
    if not entries:
        return ""
    if picks := tender.record.get("picks"):
        values = {"valid": len(outcome["ranking"]), "reason": picks[-1]["reason"]}
        if picks[-1]["by_rule"]:
            return _("入围 %(valid)d 家。%(reason)s") % values
        return _("采购人从入围的 %(valid)d 家中择定，理由：%(reason)s") % values
    if successions := tender.record.get("successions"):
        if successions[-1].get("reason") == "given_up":
            return _("原中选机构放弃中选，按排名由候补机构递补。")
        return _("原候选机构在发出通知书前不再符合条件，按排名依次递补。")
    return winner_sentence(entries, valid=len(outcome["ranking"]))


def winner_sentence(entries: Sequence[Mapping[str, Any]], *, valid: int) -> str:
    """Why the first of the ranking stands there, from the explanation; `valid` is the length of the ranking."""
    first = entries[0]
    about_all = {entry["rule"]: entry for entry in entries if "agency" not in entry}
    about = next((about_all[rule] for rule in ("mean", "reference", "stage") if rule in about_all), {})
    values = {**about, **first, "valid": valid}
    sentence = WON_TIED.get(first["rule"]) if "tied" in first else None
    sentence = sentence or WON[first["rule"]]
    return str(sentence) % {name: money(value) if name in AMOUNTS else value for name, value in values.items()}
