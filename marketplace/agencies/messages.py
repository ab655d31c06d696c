"""What agencies and operators are told."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind

KINDS = {
    "agencies__submitted": Kind(_("入驻申请待审核：%(agency)s"), _("%(agency)s 提交了入驻申请，请按期审核。")),
    "agencies__returned": Kind(
        _("入驻申请已退回"), _("%(agency)s 的入驻申请须补正：%(reasons)s。请在 %(due)s 前修改并重新提交，逾期关闭。")
    ),
    "agencies__passed": Kind(
        _("入驻申请审核通过，进入公示"), _("%(agency)s 的入驻申请公示至 %(until)s，期满无异议即入驻。")
    ),
    "agencies__admitted": Kind(
        _("已入驻：%(agency)s"), _("%(agency)s 公示期满，已正式入驻，可以参加采购项目的报名和报价。")
    ),
    "agencies__rejected": Kind(_("不予入驻"), _("%(agency)s 公示期内异议成立，不予入驻。理由：%(reason)s。")),
    "agencies__closed": Kind(
        _("入驻申请已关闭"), _("%(agency)s 的入驻申请逾期未补正，已关闭。所填内容仍保留，可重新开始。")
    ),
    "agencies__certificate_waiting": Kind(_("证书待核验：%(agency)s"), _("%(agency)s 提交了 %(name)s 证书，请核验。")),
    "agencies__certificate_verified": Kind(
        _("证书已核验：%(name)s"), _("%(agency)s 的 %(name)s 证书已核验，可用于报名。")
    ),
    "agencies__certificate_rejected": Kind(
        _("证书未通过核验：%(name)s"), _("%(agency)s 的 %(name)s 证书未通过核验，原因：%(reason)s。请更正后重新提交。")
    ),
    "agencies__practitioner_waiting": Kind(_("人员待核验：%(agency)s"), _("%(agency)s 登记了 %(name)s，请核验。")),
    "agencies__practitioner_verified": Kind(_("人员已在册：%(name)s"), _("%(agency)s 的 %(name)s 已核验在册。")),
    "agencies__practitioner_rejected": Kind(
        _("人员未通过核验：%(name)s"), _("%(agency)s 的 %(name)s 未通过核验，原因：%(reason)s。请更正后重新保存。")
    ),
    "agencies__certificate_revoked": Kind(
        _("证书已吊销：%(name)s"), _("%(agency)s 的 %(name)s 证书已登记为吊销，依据：%(reason)s。")
    ),
    "agencies__certificate_expiring": Kind(
        _("证书 %(days)s 天后到期：%(name)s"),
        _("%(agency)s 的 %(name)s 证书有效期至 %(day)s，请及时上传延续后的证书；到期后不能参加要求该资质的采购。"),
    ),
    "agencies__certificate_expired": Kind(
        _("证书已过期：%(name)s"),
        _("%(agency)s 的 %(name)s 证书已过期，要求该资质的采购暂不能报名。请上传延续后的证书。"),
    ),
    "agencies__change_requested": Kind(_("信息变更待审核：%(agency)s"), _("%(agency)s 申请变更关键信息，请对照审核。")),
    "agencies__change_accepted": Kind(_("信息变更已生效"), _("%(agency)s 的信息变更申请已通过，新的信息已公布。")),
    "agencies__change_refused": Kind(
        _("信息变更未通过"), _("%(agency)s 的信息变更申请未通过，原因：%(reason)s。原信息保持不变。")
    ),
    "agencies__frozen": Kind(
        _("机构已冻结：%(agency)s"),
        _("%(agency)s 已被冻结，截止：%(until)s。原因：%(reason)s。冻结期间不能参加新的采购。"),
    ),
    "agencies__unfrozen": Kind(_("冻结已解除：%(agency)s"), _("%(agency)s 已恢复正常在驻，可以参加采购。")),
    "agencies__expelled": Kind(
        _("机构已清退：%(agency)s"), _("%(agency)s 已被清退。原因：%(reason)s。如有异议可以申诉。")
    ),
    "agencies__credit": Kind(
        _("信用记分 %(points)s：%(agency)s"),
        _("依据：%(rule)s；事由：%(reason)s。现信用分 %(score)s 分。如有异议可以申诉。"),
    ),
    "agencies__second_person_on": Kind(
        _("报价须经放行"), _("%(person)s 已设置：本单位的报价须由另一人放行后才算提交。"), mail=False
    ),
    "agencies__second_person_off_asked": Kind(
        _("请求关闭报价放行"),
        _("%(person)s 请求关闭报价放行；您同意以后，经办人提交即为有效报价。不同意的，请保持不动。"),
        mail=False,
    ),
    "agencies__second_person_off": Kind(
        _("报价不再须经放行"), _("%(person)s 已取消报价放行，经办人提交即为有效报价。"), mail=False
    ),
}
