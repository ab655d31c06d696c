"""The words of what tenders tell people. None ever holds a price of a response."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind

KINDS = {
    "tenders__submitted": Kind(
        _("待核对公告：%(title)s"), _("%(buyer)s 提交了采购项目 %(number)s，请在 1 个工作日内核对后发布或退回。")
    ),
    "tenders__value_needed": Kind(
        _("待录入随机数：%(title)s"),
        _("采购项目 %(number)s 已截止，须由两名运营人员分别录入公告写明的随机数，一致后开标。"),
    ),
    "tenders__value_overdue": Kind(
        _("随机数逾期：%(title)s"),
        _(
            "采购项目 %(number)s 公告写明的随机数逾期没有录入。已经产生的，请两人分别录入，仍以它为准；"
            "确实没有产生的，须由两人分别说明依据并公开，后备才能采用。"
        ),
    ),
    "tenders__check_passed": Kind(_("已发布：%(title)s"), _("采购项目 %(number)s 已核对通过并发布。")),
    "tenders__returned": Kind(_("公告被退回：%(title)s"), _("退回原因：%(reasons)s。请修改后重新提交。")),
    "tenders__published": Kind(
        _("可参加的采购：%(title)s"), _("贵单位符合采购项目 %(number)s 的条件，%(closes)s 截止，请按时报价。")
    ),
    "tenders__nearly": Kind(
        _("还差一项就能参加：%(title)s"),
        _("采购项目 %(number)s 还差一项条件：%(missing)s。在 %(closes)s 截止前办好就能报价。"),
    ),
    "tenders__closing": Kind(
        _("即将截止：%(title)s"),
        _("采购项目 %(number)s 将于 %(closes)s 截止。尚未响应的请尽快提交；已响应的，截止前可以更改或撤回。"),
    ),
    "tenders__closing_nearly": Kind(
        _("即将截止，还差一项：%(title)s"),
        _("采购项目 %(number)s 将于 %(closes)s 截止，贵单位还差一项条件：%(missing)s。"),
    ),
    "tenders__bid_placed": Kind(
        _("报价已密封：%(title)s"), _("贵单位对采购项目 %(number)s 的报价已密封保存，请保存回执。"), mail=False
    ),
    "tenders__bid_to_release": Kind(
        _("待放行的报价：%(title)s"),
        _("%(person)s 封存了采购项目 %(number)s 的报价，请在截止前核对并放行；未放行的不算提交。"),
        mail=False,
    ),
    "tenders__bid_returned": Kind(
        _("报价被退回：%(title)s"), _("采购项目 %(number)s 的报价没有放行，原因：%(reason)s。"), mail=False
    ),
    "tenders__bid_withdrawn": Kind(
        _("报价已撤回：%(title)s"), _("贵单位对采购项目 %(number)s 的报价已撤回，截止前可以重新报价。"), mail=False
    ),
    "tenders__cancelled": Kind(
        _("采购已取消：%(title)s"), _("采购项目 %(number)s 已取消，原因见公告。贵单位的报价没有开启。"), mail=False
    ),
    "tenders__opened": Kind(_("已开标：%(title)s"), _("采购项目 %(number)s 已开标，结果公示至 %(until)s。")),
    "tenders__came_to_nothing": Kind(_("已流标：%(title)s"), _("采购项目 %(number)s 流标，原因见结果页。")),
    "tenders__failed": Kind(
        _("流标：%(title)s"), _("采购项目 %(number)s 流标。可以修改条件重新采购，或改用其他选取方式。")
    ),
    "tenders__announced_again": Kind(
        _("已自动再次公告：%(title)s"), _("采购项目 %(number)s 流标，已按原条件再次公告，新编号 %(again)s。")
    ),
    "tenders__reselected": Kind(
        _("候选机构变更：%(title)s"),
        _("采购项目 %(number)s 的原候选机构不再符合条件，现候选机构为 %(agency)s，重新公示。"),
    ),
    "tenders__direct_offer": Kind(
        _("请确认是否承接：%(title)s"), _("%(buyer)s 直接选取了贵单位，请在 %(until)s 前确认接受或说明不接受。")
    ),
    "tenders__direct_accepted": Kind(_("机构已接受：%(title)s"), _("%(agency)s 已接受，结果开始公示。")),
    "tenders__direct_declined": Kind(
        _("机构未接受：%(title)s"), _("%(agency)s 没有接受，原因：%(reason)s。可以另选机构或改用其他方式。")
    ),
    "tenders__direct_not_answered": Kind(
        _("机构逾期未答复：%(title)s"), _("被选机构在规定时间内没有答复。可以另选机构或改用其他方式。")
    ),
    "tenders__award_won": Kind(
        _("中选通知：%(title)s"), _("%(agency)s 已中选，通知书编号 %(notice)s。请按期签订合同。")
    ),
    "tenders__award_noticed": Kind(
        _("中选通知书已发出：%(title)s"), _("%(agency)s 中选，通知书编号 %(notice)s。请按期与其签订合同。")
    ),
}
