"""What the acts of an agency's life are called in the public log."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "agency.public_notice": _("入驻公示"),
    "agency.rejected": _("不予入驻"),
    "agency.admitted": _("准予入驻"),
    "agency.changed": _("变更登记信息"),
    "agency.credit": _("信用记分"),
    "agency.doze": _("休眠"),
    "agency.wake": _("恢复承接业务"),
    "agency.freeze": _("暂停承接业务"),
    "agency.unfreeze": _("解除暂停"),
    "agency.expel": _("清退"),
    "agency.withdraw": _("退出市场"),
}
