"""Puts the catalogue's viewsets into Wagtail's admin."""

from wagtail import hooks

from marketplace.catalogue.admin.viewsets import CatalogueGroup


@hooks.register("register_admin_viewset")
def catalogue_viewsets() -> CatalogueGroup:
    """The catalogue's group of the menu."""
    return CatalogueGroup()
