"""What this site adds to Wagtail's admin: snippets, and what waits for the person on the first page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from cms.admin import WordsGroup
from marketplace.accounts.actors import Actor
from marketplace.core import desk

register_snippet(WordsGroup)


class WaitingPanel(Component):
    """What waits for this person, by deadline; the same list as on the desk."""

    order = 50
    name = "waiting"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def render_html(self, parent_context: Any = None) -> SafeString:
        tasks = desk.tasks(Actor.of(self.request.user))[:20]  # type: ignore[arg-type]
        return render_to_string("cms/admin_waiting.html", {"tasks": tasks}, request=self.request)


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """The desk's list stands above Wagtail's own panels."""
    panels.append(WaitingPanel(request))
