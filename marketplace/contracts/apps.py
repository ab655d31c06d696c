"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "marketplace.contracts"
    label = "contracts"
    verbose_name = _("合同与评价")

    def ready(self) -> None:
        from marketplace.agencies.services import register_obstacle
        from marketplace.contracts import payable, queries, services, subscribers, telling
        from marketplace.core import deadlines, desk, events, files, inbox
        from marketplace.tenders.events import AwardEnded, AwardNoticed
        from payments.events import PaymentPaid
        from payments.payable import register_payable

        register_payable(payable.KIND, payable.load)
        events.subscribe(AwardNoticed, "contracts.draft", subscribers.draft)
        events.subscribe(AwardEnded, "contracts.award_ended", subscribers.end)
        events.subscribe(PaymentPaid, "contracts.paid", services.note_paid)
        deadlines.register("contracts.sign_reminder", services.remind_to_sign)
        deadlines.register("contracts.sign_by", services.note_overdue)
        deadlines.register("contracts.silence", services.accept_silent)
        deadlines.register("contracts.reviews_over", services.close_reviews)
        files.register("contracts.deliverable", queries.may_read_deliverable)
        register_obstacle("contracts", queries.obstacles)
        desk.register("contracts", queries.desk_tasks)
        inbox.register(**telling.KINDS)
