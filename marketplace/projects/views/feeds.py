"""A person's calendar: its secret address, and the calendar under it."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.decorators import login_needed
from marketplace.core.addresses import without_language
from marketplace.projects import feeds
from marketplace.projects.models import CalendarFeed
from marketplace.projects.services.feeds import renew_feed, withdraw_feed
from marketplace.projects.views.found import acting, actor_of


@login_needed
@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """The address of my calendar: make, renew, withdraw."""
    actor = acting(actor_of(request))
    if request.method == "POST":
        if request.POST.get("act") == "withdraw":
            withdraw_feed(by=actor)
            messages.success(request, _("订阅地址已停用，用它订阅的日历不再更新。"))
        else:
            renew_feed(by=actor)
            messages.success(request, _("新的订阅地址已生成，以前的地址不再有效。"))
        return redirect("calendar_page")
    feed = CalendarFeed.objects.filter(user=actor.user).first()
    path = without_language(reverse("calendar_feed", args=[feed.token])) if feed else ""
    return render(request, "projects/calendar.html", {"feed": feed, "address": f"{settings.SITE_URL}{path}"})


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar under its secret address: no log-in, 304 while nothing has changed."""
    feed = feeds.by_token(token)
    if feed is None:
        raise Http404
    text = feeds.text_of(feed.user)
    etag = quote_etag(hashlib.sha256(text).hexdigest())
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="projects.ics"',
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
    found = get_conditional_response(request, etag=etag, response=response)
    return response if found is None else found
