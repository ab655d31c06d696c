"""The words of what happens around a tender. None tells whether anybody has responded, nor who asked a question."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind

EXPLAINING = {
    "tenders__opened_and_waits": Kind(
        _("已开标：%(title)s"), _("采购项目 %(number)s 已开标。候选机构的报价偏低，须先作出说明，结果随后公示。")
    ),
    "tenders__price_asked": Kind(
        _("请说明报价：%(title)s"),
        _("贵单位在采购项目 %(number)s 的报价明显偏低，请在 %(until)s 前说明；逾期未说明的，报价不予接受。"),
    ),
    "tenders__price_alert": Kind(
        _("低价预警：%(title)s"), _("采购项目 %(number)s 中 %(agency)s 的报价明显偏低，已要求其在 %(until)s 前说明。")
    ),
    "tenders__price_explained": Kind(
        _("请处理低价说明：%(title)s"),
        _("%(agency)s 已对报价作出说明（%(number)s），请在 %(until)s 前接受或不予接受；逾期视为接受。"),
    ),
    "tenders__price_accepted": Kind(
        _("低价说明已被接受：%(title)s"), _("采购项目 %(number)s：贵单位的价格说明已被接受。理由：%(reason)s")
    ),
    "tenders__price_rejected": Kind(
        _("低价说明未被接受：%(title)s"), _("采购项目 %(number)s：贵单位的报价不予接受。理由：%(reason)s")
    ),
    "tenders__price_over": Kind(
        _("低价说明已办结：%(title)s"), _("采购项目 %(number)s：%(agency)s 的低价说明已办结。%(reason)s"), mail=False
    ),
}
OBJECTIONS = {
    "tenders__objection_filed": Kind(
        _("收到异议：%(title)s"), _("采购项目 %(number)s 的结果收到异议，公示暂停。请在 %(until)s 前书面答复。")
    ),
    "tenders__suspended": Kind(
        _("公示暂停：%(title)s"), _("采购项目 %(number)s 收到异议，处理完毕前不发出中选通知书。")
    ),
    "tenders__resumed": Kind(
        _("公示恢复：%(title)s"), _("采购项目 %(number)s 的异议已处理，结果继续公示至 %(until)s。")
    ),
    "tenders__objection_escalated": Kind(
        _("异议已提请主管部门：%(title)s"), _("采购项目 %(number)s 的异议 %(objection)s 已提请主管部门处理，公示暂停。")
    ),
    "tenders__objection_late": Kind(
        _("异议逾期未答复：%(title)s"), _("采购项目 %(number)s 的异议 %(objection)s 逾期未答复，已自动转主管部门处理。")
    ),
    "tenders__objection_to_decide": Kind(
        _("请处理异议：%(title)s"), _("采购项目 %(number)s 的异议已提请主管部门，请在 %(until)s 前作出决定。")
    ),
    "tenders__objection_at_department": Kind(
        _("异议由主管部门处理：%(title)s"), _("采购项目 %(number)s 的异议 %(objection)s 已由主管部门受理。")
    ),
    "tenders__annulled": Kind(
        _("异议成立：%(title)s"), _("采购项目 %(number)s 的异议成立，本次采购作废，原因已公开。")
    ),
    "tenders__ranked_again": Kind(
        _("异议成立，已重新排名：%(title)s"), _("采购项目 %(number)s 的异议成立，有关响应判定无效，已重新排名。")
    ),
}
KINDS = EXPLAINING | OBJECTIONS
