"""The one way in: Wagtail's own log-in pages ask for no second factor."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.core.errors import NotAllowed


def way_in(request: HttpRequest) -> HttpResponse:
    """From Wagtail's log-in to ours. NotAllowed for somebody who is logged in and still has no business there.

    (Wagtail sends everybody here whom it doesn't let in; the log-in would send them straight back.)
    """
    target = request.GET.get("next", "")
    target = target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else ""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(target or reverse("desk"))
    if not user.has_perm("wagtailadmin.access_admin"):
        raise NotAllowed()
    return redirect("wagtailadmin_home")
