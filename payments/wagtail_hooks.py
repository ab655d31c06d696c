"""Puts payments and the ledger into Wagtail's admin."""

from wagtail import hooks

from payments.admin import PaymentsGroup


@hooks.register("register_admin_viewset")
def payments_viewsets() -> PaymentsGroup:
    return PaymentsGroup()
