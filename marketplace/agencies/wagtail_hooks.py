"""Puts the agencies' viewsets and review pages into Wagtail's admin."""

from django.urls import URLPattern
from wagtail import hooks

from marketplace.agencies.admin.viewsets import PAGES, AgenciesGroup


@hooks.register("register_admin_viewset")
def agencies_viewsets() -> AgenciesGroup:
    """The agencies' group of the menu."""
    return AgenciesGroup()


@hooks.register("register_admin_urls")
def agencies_pages() -> list[URLPattern]:
    """The pages on which operators decide."""
    return PAGES
