"""Puts supervision into Wagtail's admin."""

from wagtail import hooks

from marketplace.supervision.admin import SupervisionGroup


@hooks.register("register_admin_viewset")
def supervision_viewsets() -> SupervisionGroup:
    """The supervision's group of the menu."""
    return SupervisionGroup()
