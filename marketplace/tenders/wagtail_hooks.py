"""Puts tenders into Wagtail's admin."""

from wagtail import hooks

from marketplace.tenders.admin import TendersGroup


@hooks.register("register_admin_viewset")
def tenders_viewsets() -> TendersGroup:
    return TendersGroup()
