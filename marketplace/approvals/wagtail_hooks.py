"""Puts the approvals' viewsets into Wagtail's admin."""

from wagtail import hooks

from marketplace.approvals.admin import ApprovalsGroup


@hooks.register("register_admin_viewset")
def approvals_viewsets() -> ApprovalsGroup:
    """The group of government service."""
    return ApprovalsGroup()
