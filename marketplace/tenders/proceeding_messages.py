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
ANNOUNCED = {
    "tenders__asked": Kind(
        _("收到提问：%(title)s"), _("有机构对采购项目 %(number)s 提问，请在 %(until)s 前答复；提问和答复一并公开。")
    ),
    "tenders__answered": Kind(
        _("采购人答复了提问：%(title)s"), _("采购项目 %(number)s 有新的提问答复，请在报价前查看。")
    ),
    "tenders__amended": Kind(
        _("公告变更：%(title)s"),
        _("采购项目 %(number)s 的公告已变更，%(closes)s 截止。变更前已报价的，须在截止前确认或重新报价。"),
    ),
    "tenders__confirm_needed": Kind(
        _("请确认报价：%(title)s"),
        _("采购项目 %(number)s 的公告已变更。贵单位已密封的报价须在 %(closes)s 前确认或重新报价，否则无效。"),
        mail=False,
    ),
    "tenders__bid_confirmed": Kind(
        _("报价已确认：%(title)s"), _("贵单位对采购项目 %(number)s 的报价已在公告变更后确认。"), mail=False
    ),
    "tenders__amendment_submitted": Kind(
        _("待核对变更：%(title)s"), _("%(buyer)s 提交了采购项目 %(number)s 的变更，请在 1 个工作日内核对。")
    ),
    "tenders__amendment_returned": Kind(
        _("变更被退回：%(title)s"), _("采购项目 %(number)s 的变更被退回，公告保持不变。原因：%(reasons)s")
    ),
    "tenders__amendment_published": Kind(
        _("变更已发布：%(title)s"), _("采购项目 %(number)s 的变更已发布，截止时间为 %(closes)s。")
    ),
}
SUCCESSION = {
    "tenders__given_up": Kind(
        _("中选机构放弃：%(title)s"),
        _("采购项目 %(number)s：%(agency)s 放弃中选，原因：%(reason)s。正在依次询问候补机构。"),
    ),
    "tenders__substitute_asked": Kind(
        _("是否递补中选：%(title)s"), _("采购项目 %(number)s 的中选机构已放弃，请贵单位在 %(until)s 前答复是否递补。")
    ),
    "tenders__substitute_accepted": Kind(
        _("候补机构已接受：%(title)s"), _("采购项目 %(number)s：%(agency)s 接受递补，结果重新公示。")
    ),
}
PICKING = {
    "tenders__shortlisted": Kind(
        _("已开标，待采购人择定：%(title)s"), _("采购项目 %(number)s 已开标，入围名单已公布，由采购人从中择定一家。")
    ),
    "tenders__pick_asked": Kind(
        _("请择定：%(title)s"),
        _(
            "采购项目 %(number)s 的入围名单已产生，请在 %(until)s 前择定一家并写明理由；"
            "逾期由入围次序第一名作为候选机构。"
        ),
    ),
    "tenders__picked": Kind(
        _("已择定：%(title)s"), _("采购项目 %(number)s：%(agency)s 为中选候选机构，结果公示中。理由：%(reason)s")
    ),
}
REVIEWING = {
    "tenders__panel_asked": Kind(
        _("请指定评审人：%(title)s"),
        _("采购项目 %(number)s 的评审席位还有空缺，请在 %(until)s 前指定；逾期未指定的，本次采购流标。"),
    ),
    "tenders__review_asked": Kind(
        _("请您担任评审人：%(title)s"),
        _("您被指定为采购项目 %(number)s 的评审人。请先确认是否需要回避，评审在报价截止后开始（%(until)s）。"),
    ),
    "tenders__review_taken_back": Kind(
        _("不再需要您评审：%(title)s"), _("采购人撤回了对您担任采购项目 %(number)s 评审人的指定，您不必再办理。")
    ),
    "tenders__review_begun": Kind(
        _("请评审：%(title)s"), _("采购项目 %(number)s 的方案可以评审了，请在 %(until)s 前打分并提交。")
    ),
    "tenders__review_soon": Kind(
        _("评审即将到期：%(title)s"),
        _("采购项目 %(number)s 的评分表您还没有提交，期限为 %(until)s；逾期由采购人更换评审人。"),
    ),
}
KINDS = REVIEWING | PICKING | SUCCESSION | ANNOUNCED | EXPLAINING | OBJECTIONS
