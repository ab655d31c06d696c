"""The way into a page that needs a log-in, and the answer to a form whose page or session is too old."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

View = Callable[..., HttpResponseBase]


def login_needed(view: View) -> View:
    """Ask a visitor to log in, and lose nothing of what was typed.

    A page that was asked for comes after the log-in (`next`). A form that was sent (the session ended while it was
    filled in) is answered 403 by a page that says that its text is kept in the browser (`static/js/drafts.js`).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        return form_expired(request, reason="login")

    return guarded


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose page or session is too old; what was typed stays in the browser.

    `reason` is "login" when the session ended, otherwise Django's word about the CSRF token.
    """
    context = {"back": page_before(request) or request.get_full_path(), "reason": reason}
    return render(request, "core/form_expired.html", context, status=403)


def page_before(request: HttpRequest) -> str:
    """Path and query of the page of this site that the request came from; "" when there is none."""
    before = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return ""
    parts = urlsplit(before)
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return page if url_has_allowed_host_and_scheme(page, None) else ""  # //elsewhere is another site to a browser
