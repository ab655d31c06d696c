"""Pages of one's saved searches, and the page behind an e-mail's stop link."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.submission import submitted
from search import saved
from search.forms import SavedSearchForm
from search.labels import Labels
from search.models import SavedSearch
from search.state import address, read, state_of

LONGEST_NAME = 60
GIVEN = ("name", "by_inbox", "by_mail", "pace")


@login_needed
@never_cache
@require_GET
def saved_list(request: HttpRequest) -> HttpResponse:
    """One's own saved searches, newest first."""
    labels = Labels()
    mine = SavedSearch.objects.filter(owner=acting(request).person).defer("known").order_by("-created_at", "-pk")
    rows = [{"saved": each, "url": address(each.state), "reading": read(each.state, labels)} for each in mine]
    return render(request, "search/saved_list.html", {"rows": rows, "most": saved.MOST})


@login_needed
@never_cache
@require_http_methods(["GET", "POST"])
def saved_new(request: HttpRequest) -> HttpResponse:
    """Keep the search whose parameters stand in the address."""
    actor, state = acting(request), state_of(request.GET)
    reading = read(state, Labels())
    form = SavedSearchForm(request.POST or None, actor=actor, initial={"name": reading.title[:LONGEST_NAME]})

    def act(given: dict[str, Any]) -> object:
        return saved.save(state, **given, by=actor)

    if request.method == "POST" and submitted(request, form, act, _("搜索已保存，有新结果会提醒您。")):
        return redirect("saved_searches")
    return render(request, "search/saved_form.html", {"form": form, "reading": reading, "url": address(state)})


@login_needed
@never_cache
@require_http_methods(["GET", "POST"])
def saved_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a search, tell another way, or delete it."""
    actor, found = acting(request), _own(request, pk)
    form = SavedSearchForm(request.POST or None, actor=actor, initial={name: getattr(found, name) for name in GIVEN})

    def act(given: dict[str, Any]) -> object:
        return saved.change(found, **given, by=actor)

    if request.method == "POST" and submitted(request, form, act, _("修改已保存。")):
        return redirect("saved_searches")
    context = {"form": form, "saved": found, "reading": read(found.state, Labels()), "url": address(found.state)}
    return render(request, "search/saved_form.html", context)


@login_needed
@require_POST
def saved_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell nothing for now."""
    saved.pause(_own(request, pk), by=acting(request))
    messages.success(request, _("已暂停提醒。"))
    return redirect("saved_searches")


@login_needed
@require_POST
def saved_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell again, from now on."""
    saved.resume(_own(request, pk), by=acting(request))
    messages.success(request, _("已恢复提醒，从现在起的新结果会告诉您。"))
    return redirect("saved_searches")


@login_needed
@require_POST
def saved_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it."""
    saved.delete(_own(request, pk), by=acting(request))
    messages.success(request, _("已删除。"))
    return redirect("saved_searches")


@csrf_exempt  # the signed token is the authority, no cookie is; mail programs send the form by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "POST"])
def saved_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the e-mails of one search. Looking at the page changes nothing: mail scanners open every link."""
    found = saved.stop(token) if request.method == "POST" else saved.of_token(token)
    return render(request, "search/saved_stop.html", {"saved": found})


def _own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, owner=acting(request).person)
