"""What this site adds to Wagtail's admin: snippets, house colours, and what waits for the person on the first page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.snippets.models import register_snippet

from cms.admin import WordsGroup
from cms.overview import tiles
from marketplace.accounts.actors import Actor
from marketplace.core import desk

SHOWN = 20
# What Wagtail offers and nobody here needs: what's new in Wagtail, its help pages abroad.
HIDDEN_ITEMS = {"help"}

register_snippet(WordsGroup)


class WaitingPanel(Component):
    """What waits for this person, by deadline, as on the desk; above it the zone in numbers."""

    order = 50
    name = "waiting"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def render_html(self, parent_context: Any = None) -> SafeString:
        actor = getattr(self.request, "actor", None) or Actor.of(self.request.user)  # type: ignore[arg-type]
        tasks = desk.tasks(actor)
        context = {
            "tasks": tasks[:SHOWN],
            "total": len(tasks),
            "more": max(len(tasks) - SHOWN, 0),
            "tiles": tiles(),
        }
        return render_to_string("cms/admin_waiting.html", context, request=self.request)


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """The desk's list stands above Wagtail's own panels, and instead of the one that would list the same again."""
    others = [each for each in panels if not isinstance(each, WorkflowObjectsToModeratePanel)]
    panels[:] = [WaitingPanel(request), *others]


@hooks.register("construct_main_menu")
def tidy_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out what nobody here needs."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_ITEMS]


@hooks.register("insert_global_admin_css")
def house_colours() -> SafeString:
    """The admin's style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))
