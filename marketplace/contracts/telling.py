"""The words of every message that this app sends."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind

KINDS = {
    "contracts__drafted": Kind(
        _("请确认合同：%(title)s"),
        _("合同 %(number)s 已按中选结果拟定，金额 %(amount)s，请于 %(sign_by)s 前核对确认；采购人可以修改约定和节点。"),
    ),
    "contracts__revised": Kind(
        _("合同已修改：%(title)s"),
        _("采购人把合同 %(number)s 修改为第 %(version)s 版，请核对后确认。"),
    ),
    "contracts__revised_again": Kind(
        _("合同已修改，需重新确认：%(title)s"),
        _("采购人把合同 %(number)s 修改为第 %(version)s 版，此前的确认已失效，双方须对新版本重新确认。"),
    ),
    "contracts__changes_asked": Kind(
        _("机构希望修改合同：%(title)s"),
        _("机构对合同 %(number)s 提出修改意见：%(remark)s"),
    ),
    "contracts__confirmed": Kind(
        _("对方已确认合同：%(title)s"),
        _("对方已确认合同 %(number)s 第 %(version)s 版，请核对后确认，双方确认后合同生效。"),
    ),
    "contracts__sign_soon": Kind(
        _("合同待确认，还剩 %(left)s 个工作日：%(title)s"),
        _("请于 %(sign_by)s 前确认合同 %(number)s。"),
    ),
    "contracts__sign_today": Kind(
        _("合同今天到期未确认：%(title)s"),
        _("合同 %(number)s 的签订期限是今天（%(sign_by)s），请立即确认。"),
    ),
    "contracts__sign_over": Kind(
        _("合同逾期未签订：%(title)s"),
        _("合同 %(number)s 已超过签订期限。请尽快确认；无正当理由不签订的，将记入信用记录。"),
    ),
    "contracts__sign_over_staff": Kind(
        _("合同逾期未签订：%(title)s"),
        _("%(buyer)s 与 %(agency)s 的合同 %(number)s 已超过签订期限，请督促。"),
    ),
    "contracts__in_force": Kind(
        _("合同生效：%(title)s"),
        _("双方已确认合同 %(number)s，合同生效并备案，全部成果应于 %(due_on)s 前提交。"),
    ),
    "contracts__delivered": Kind(
        _("请验收成果：%(title)s"),
        _("机构提交了“%(milestone)s”的成果（第 %(round)s 次）。请于 %(decide_by)s 前验收；逾期未处理视为验收通过。"),
    ),
    "contracts__returned": Kind(
        _("成果被退回：%(title)s"),
        _("“%(milestone)s”的成果被退回，原因：%(reason)s。请修改后重新提交。"),
    ),
    "contracts__disputed": Kind(
        _("成果进入争议：%(title)s"),
        _("合同 %(number)s “%(milestone)s”的成果多次被退回，已转为争议。双方应当协商，也可以提请主管部门调解。"),
    ),
    "contracts__granted": Kind(
        _("可以再提交一次成果：%(title)s"),
        _("采购人同意“%(milestone)s”再提交一次成果，请修改后提交。"),
    ),
    "contracts__accepted": Kind(
        _("成果验收通过：%(title)s"),
        _("“%(milestone)s”的成果已验收通过，付款单已发给采购人。"),
    ),
    "contracts__accepted_by_silence": Kind(
        _("逾期未验收，视为通过：%(title)s"),
        _("“%(milestone)s”的成果在验收期内没有被验收或退回，按合同视为验收通过，付款单已生成。"),
    ),
    "contracts__completed": Kind(
        _("合同完成，请评价：%(title)s"),
        _("合同 %(number)s 的全部节点已验收。请于 %(review_by)s 前评价对方；双方都评价后同时公布。"),
    ),
    "contracts__review_waiting": Kind(
        _("对方已评价：%(title)s"),
        _("对方已提交对合同 %(number)s 的评价。您评价后双方评价同时公布，公布前谁也看不到对方的评价。"),
    ),
    "contracts__reviews_published": Kind(
        _("评价已公布：%(title)s"),
        _("合同 %(number)s 的双方评价已公布，被评价方可以回复一次。"),
    ),
    "contracts__review_answered": Kind(_("对方回复了您的评价：%(title)s"), _("请查看合同 %(number)s 的评价与回复。")),
    "contracts__terminated": Kind(_("合同终止：%(title)s"), _("合同 %(number)s 已终止，原因：%(reason)s。")),
}
