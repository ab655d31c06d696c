"""Puts contracts and reviews into Wagtail's admin."""

from wagtail import hooks

from marketplace.contracts.admin import ContractsGroup


@hooks.register("register_admin_viewset")
def contracts_viewsets() -> ContractsGroup:
    return ContractsGroup()
