"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    label = "payments"
    verbose_name = _("付款")

    def ready(self) -> None:
        from marketplace.accounts.events import OrganisationChanged
        from marketplace.core import desk, events, files, inbox
        from payments import ledger, queries, services

        post_migrate.connect(ledger.install_triggers, sender=self)
        events.subscribe(OrganisationChanged, "payments.account", services.take_account)
        files.register("payments.proof", queries.may_read_proof)
        desk.register("payments", queries.desk_tasks)
        inbox.register(
            payments__due=inbox.Kind(
                _("请付款：%(description)s"),
                _("应付 %(payee)s %(amount)s，请于 %(due_on)s 前付款，转账附言填写 %(reference)s，付款后上传凭证。"),
            ),
            payments__account_missing=inbox.Kind(
                _("请登记收款账号：%(description)s"),
                _("%(payer)s 有 %(amount)s 待付给贵单位，但贵单位尚未登记开户银行和账号，登记后对方才能付款。"),
            ),
            payments__proof=inbox.Kind(
                _("请确认收款：%(description)s"),
                _("%(payer)s 已上传 %(amount)s 的付款凭证（%(reference)s），请核对账户后确认收款或提出异议。"),
            ),
            payments__paid=inbox.Kind(
                _("收款已确认：%(description)s"), _("%(payee)s 已确认收到 %(amount)s（%(reference)s）。")
            ),
            payments__disputed=inbox.Kind(
                _("收款方提出异议：%(description)s"),
                _("%(payee)s 对付款 %(reference)s 提出异议：%(reason)s。请核对后重新上传付款凭证。"),
            ),
        )
