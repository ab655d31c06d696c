"""Tells the browser that a form arrived, so that it forgets what it kept of it: for every form, by no view's help.

`static/js/drafts.js` sends the name of the form's draft along; a redirect elsewhere than to the log-in is success.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

FIELD = "draft_key"
COOKIE = "draft_done"
SECONDS = 60
KEY = re.compile(r"[\w-]{1,80}")


class DraftMiddleware:
    """Sets the cookie that `drafts.js` reads and deletes on the next page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in (302, 303) and not _asks_to_log_in(response):
            key = request.POST.get(FIELD, "")
            if KEY.fullmatch(key):
                response.set_cookie(COOKIE, key, max_age=SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        return response


def _asks_to_log_in(response: HttpResponse) -> bool:
    return response.headers["Location"].startswith((resolve_url(settings.LOGIN_URL), "/accounts/"))
