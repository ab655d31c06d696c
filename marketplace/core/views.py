"""Pages without a subject: health, preferences, downloads, the inbox, an expired form."""

import logging
from urllib.parse import quote
from uuid import UUID

from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from marketplace.core import files, health, inbox
from marketplace.core.access import form_expired, login_needed
from marketplace.core.addresses import in_language
from marketplace.core.models import Message, StoredFile

__all__ = ["download", "form_expired", "healthz", "message_open", "messages_list", "messages_read", "preferences"]

logger = logging.getLogger(__name__)
PREFERENCES = {"theme": {"light", "dark", "auto"}, "size": {"normal", "large", "elder"}, "contrast": {"normal", "more"}}


@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the site can serve, 503 when it can't; each part with a word about it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts = health.report()
    except DatabaseError as error:
        parts = {"database": {"ok": False, "essential": True, "detail": type(error).__name__}}
    well = all(part["ok"] for part in parts.values() if part["essential"])
    return JsonResponse({"ok": well, "parts": parts}, status=200 if well else 503)


@require_GET
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the theme, text size and contrast in cookies, and go back to the page."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    for name, choices in PREFERENCES.items():
        value = request.GET.get(name)
        if value in choices:
            response.set_cookie(name, value, max_age=31_536_000, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
def download(request: HttpRequest, pk: str, name: str = "") -> FileResponse:
    """A stored file, for those who may read it; 404 for everybody else."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not files.may_read(request.actor, stored):  # type: ignore[attr-defined]
        raise Http404
    try:
        content = files.open_bytes(stored)
    except FileNotFoundError:
        logger.error("the bytes of file %s are missing: %s", stored.pk, files.path_of(stored.sha256))
        raise Http404 from None
    response = FileResponse(content, content_type=stored.content_type)
    shown = stored.content_type in {"application/pdf", "image/png", "image/jpeg"} and "download" not in request.GET
    response["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(stored.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response


@login_needed
@require_GET
def messages_list(request: HttpRequest) -> HttpResponse:
    """The visitor's inbox, newest first."""
    only_unread = "unread" in request.GET
    mine = Message.objects.filter(recipient_id=request.user.pk)
    page = Paginator(mine.filter(read_at=None) if only_unread else mine, 20).get_page(request.GET.get("page"))
    address = request.path
    tabs = [
        {"label": _("全部"), "url": address, "current": not only_unread},
        {"label": _("未读"), "url": f"{address}?unread=1", "current": only_unread},
    ]
    return render(request, "core/inbox.html", {"page": page, "only_unread": only_unread, "tabs": tabs})


@login_needed
@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """Mark all messages as read."""
    inbox.mark_read(request.user)
    return redirect("inbox")


@login_needed
@require_GET
def message_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a message as read and go where it points."""
    message = get_object_or_404(Message, pk=pk, recipient_id=request.user.pk)
    inbox.mark_read(request.user, pk)
    return redirect(in_language(message.url, get_language() or "") if message.url else "inbox")
