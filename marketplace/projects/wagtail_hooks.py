"""Puts projects into Wagtail's admin."""

from wagtail import hooks

from marketplace.projects.admin import ProjectsGroup


@hooks.register("register_admin_viewset")
def projects_viewsets() -> ProjectsGroup:
    """The projects' group of the menu."""
    return ProjectsGroup()
