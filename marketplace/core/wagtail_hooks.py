"""Puts the core's viewsets into Wagtail's admin."""

from wagtail import hooks

from marketplace.core.admin import CoreGroup


@hooks.register("register_admin_viewset")
def core_viewsets() -> CoreGroup:
    return CoreGroup()
