"""People, organisations, memberships and roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "marketplace.accounts"
    label = "accounts"
    verbose_name = _("用户与单位")

    def ready(self) -> None:
        from marketplace.accounts import queries, services
        from marketplace.accounts.events import InvitationMade
        from marketplace.core import desk, events, files, inbox

        files.register("accounts.authorisation", services.may_read_authorisation)
        desk.register("accounts", queries.desk_tasks)
        events.subscribe(InvitationMade, "accounts.invitation_mail", services.send_invitation)
        inbox.register(
            accounts__claim_confirmed=inbox.Kind(
                _("单位授权已核验：%(organisation)s"),
                _("您提交的授权书已核验通过，可以代表 %(organisation)s 办理业务。"),
            ),
            accounts__claim_refused=inbox.Kind(
                _("单位授权未通过：%(organisation)s"), _("授权书未通过核验，原因：%(reason)s。请重新上传后再次提交。")
            ),
            accounts__claim_waiting=inbox.Kind(
                _("待核验授权：%(organisation)s"), _("%(person)s 申请代表 %(organisation)s，请核验授权书。")
            ),
            accounts__invited=inbox.Kind(
                _("%(organisation)s 邀请您加入"),
                _(
                    "%(person)s 邀请您以成员身份加入 %(organisation)s。"
                    "请打开邀请邮件里的链接，或向单位管理员索取邀请链接，登录后确认。"
                ),
            ),
            accounts__joined=inbox.Kind(_("新成员加入：%(person)s"), _("%(person)s 已成为 %(organisation)s 的成员。")),
            accounts__bank_changed=inbox.Kind(
                _("%(organisation)s 的收款账户已变更"),
                _(
                    "%(person)s 修改了 %(organisation)s 的开户银行或银行账号，以后生成的付款单使用新的账户。"
                    "如果不是本单位的决定，请立即改回并联系服务热线。"
                ),
            ),
            accounts__roles=inbox.Kind(
                _("您在 %(organisation)s 的角色有变动"),
                _("%(organisation)s 的管理员调整了您的角色，请在“单位与成员”中查看。"),
            ),
            accounts__left=inbox.Kind(
                _("您不再是 %(organisation)s 的成员"),
                _("您在 %(organisation)s 的成员身份已停用，不能再代表该单位办理业务。如有疑问，请联系该单位管理员。"),
            ),
        )
