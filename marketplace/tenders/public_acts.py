"""What the acts of a purchase are called in the public log."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "tender.publish": _("发布采购公告"),
    "tender.commitments": _("报名截止，公布承诺清单"),
    "tender.waiting": _("等待随机源"),
    "tender.source_missed": _("随机源逾期，改用后备"),
    "tender.seed": _("公布随机数"),
    "tender.opened": _("开标，公布案卷"),
    "tender.answered": _("答复疑问"),
    "tender.amended": _("变更公告"),
    "tender.unconfirmed": _("未确认的响应"),
    "tender.price_asked": _("要求说明低价"),
    "tender.price_explained": _("说明低价理由"),
    "tender.price_decided": _("认定低价说明"),
    "tender.judged_again": _("重新评定"),
    "tender.publicity_resumed": _("恢复公示"),
    "tender.given_up": _("放弃中选"),
    "tender.substitute_asked": _("征询候补机构"),
    "tender.substitute_answered": _("候补机构答复"),
    "tender.failed": _("采购失败"),
    "tender.cancelled": _("取消采购"),
    "tender.reselected": _("递补中选机构"),
    "tender.award": _("发出中选通知书"),
    "tender.contracted": _("签订合同"),
    "tender.in_service": _("合同备案，开始服务"),
    "tender.direct_accepted": _("机构接受直接选取"),
    "tender.accepted": _("验收成果"),
    "tender.closed_ok": _("履约完成"),
    "tender.terminated": _("终止合同"),
}
