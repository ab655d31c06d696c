"""Puts the accounts' viewsets into Wagtail's admin."""

from wagtail import hooks

from marketplace.accounts.admin import AccountsGroup


@hooks.register("register_admin_viewset")
def accounts_viewsets() -> AccountsGroup:
    return AccountsGroup()
