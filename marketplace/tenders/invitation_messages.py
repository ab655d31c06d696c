"""The words of what invited quotes tell. None holds a price, and none but the buyer's the name of another agency."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind

KINDS = {
    "tenders__invited": Kind(
        _("邀请您报价：%(title)s"),
        _("%(buyer)s 邀请贵单位报价，编号 %(number)s，请在 %(closes)s 前密封提交。只有被邀请的机构能看到这项采购。"),
    ),
    "tenders__invitation_closing": Kind(
        _("邀请报价即将截止：%(title)s"),
        _("采购项目 %(number)s 将于 %(closes)s 截止。尚未报价的请尽快提交；已报价的，截止前可以更改或撤回。"),
    ),
    "tenders__quotes_opened": Kind(
        _("报价已开启，请择定：%(title)s"), _("采购项目 %(number)s 的报价已同时开启，请在 %(until)s 前比较并择定一家。")
    ),
    "tenders__quote_compared": Kind(
        _("报价已开启：%(title)s"), _("采购项目 %(number)s 的报价已开启，采购人将在 %(until)s 前择定。"), mail=False
    ),
    "tenders__choose_soon": Kind(
        _("择定期限将到：%(title)s"), _("请在 %(until)s 前为采购项目 %(number)s 择定一家机构，逾期本次采购作废。")
    ),
    "tenders__choose_again": Kind(
        _("请另选一家：%(title)s"), _("原选定的机构已放弃。请在 %(until)s 前从其余报价中另选一家，编号 %(number)s。")
    ),
    "tenders__not_chosen": Kind(
        _("未被选中：%(title)s"), _("采购项目 %(number)s 已由采购人择定，贵单位这次没有被选中。感谢参与。")
    ),
    "tenders__invitation_failed": Kind(
        _("邀请比价没有结果：%(title)s"), _("采购项目 %(number)s 没有选定机构，原因：%(reason)s。")
    ),
    "tenders__invitation_cancelled": Kind(
        _("邀请已取消：%(title)s"), _("采购人取消了采购项目 %(number)s，原因：%(reason)s。报价没有开启。")
    ),
}
