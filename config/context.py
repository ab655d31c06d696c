"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.accounts.navigation import main_menu
from marketplace.core import clock, inbox, log
from marketplace.core.models import Zone


def site(request: HttpRequest) -> dict[str, Any]:
    """`zone`, `actor`, `server_now`, `main_menu`, `unread`, `log_head` (both lazy), `demo`, `look` (choices)."""
    actor = getattr(request, "actor", None)
    return {
        "zone": Zone.current,
        "actor": actor,
        "server_now": clock.now(),
        "main_menu": main_menu(request),
        "unread": lambda: inbox.unread_count(actor.user) if actor and actor.user else 0,
        "log_head": log.latest_public_head,
        "demo": settings.DEMO,
        "look": {
            "theme": request.COOKIES.get("theme", ""),
            "size": request.COOKIES.get("size", ""),
            "contrast": request.COOKIES.get("contrast", ""),
        },
    }
