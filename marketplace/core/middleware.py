"""What every request passes: refusals of the domain become pages, and the visitor's address is read once."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from marketplace.core.access import page_before
from marketplace.core.errors import AlreadyDone, DomainError


class DomainErrorMiddleware:
    """A DomainError that no view caught: said on the page one came from after a POST, or on a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Http404 for an address with a NUL in it: PostgreSQL takes none in a text, so nothing can be called that."""
        if any(isinstance(value, str) and "\0" in value for value in (*args, *kwargs.values())):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an uncaught DomainError; other exceptions go on."""
        if not isinstance(error, DomainError):
            return None
        is_data = request.path.startswith("/api/") or request.path.endswith(".json")
        if is_data or request.headers.get("X-Autosave"):
            return JsonResponse({"error": error.code, "field": error.field, "message": str(error)}, status=error.status)
        back = page_before(request)
        if request.method == "POST" and back:
            level = messages.INFO if isinstance(error, AlreadyDone) else messages.ERROR
            messages.add_message(request, level, str(error))
            return redirect(back)
        return render(request, "core/refused.html", {"error": error}, status=error.status)


def client_ip(request: HttpRequest) -> str:
    """The visitor's address, seen through as many trusted proxies as TRUSTED_PROXIES says."""
    proxies = settings.AXES_IPWARE_PROXY_COUNT
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(chain) >= proxies:
        return chain[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
