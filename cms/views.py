"""The public pages that join the domain's facts with Wagtail's words."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.views import serve

from cms import facts, queries
from cms.models import SectionPage
from marketplace.agencies import queries as agencies
from marketplace.catalogue import queries as catalogue
from marketplace.core.models import Zone

PER_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Wagtail's root page; in a database that nobody has set up, a page that says what to do."""
    if Zone.current() is None:
        return render(request, "cms/not_set_up.html", status=503)
    answer: HttpResponse = serve(request, "")
    return answer


@require_safe
def agency(request: HttpRequest, credit_code: str) -> HttpResponse:
    """An admitted agency: facts live from the domain, text from its published profile."""
    page = agencies.public_page(credit_code)
    if page is None:
        raise Http404
    return render(request, "cms/agency.html", facts.agency_context(page, getattr(request, "actor", None)))


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """A service item: what it is, who may do it, who needs it, who offers it."""
    return render(request, "cms/item.html", facts.item_context(get_object_or_404(catalogue.items(), code=code)))


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Editors' notices and generated award notices together."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in (queries.NOTICE, queries.AWARD) else ""
    page = Paginator(queries.notices(kind), PER_PAGE).get_page(request.GET.get("page"))
    lines = queries.notice_lines(page.object_list)
    return render(request, "cms/notices.html", {"page": page, "lines": lines, "kind": kind})


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """Policies and rules."""
    return _section(request, SectionPage.Section.POLICIES)


@require_safe
def help_list(request: HttpRequest) -> HttpResponse:
    """Help for everybody."""
    return _section(request, SectionPage.Section.HELP)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /desk/", "Disallow: /accounts/", "Disallow: /files/"]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def _section(request: HttpRequest, section: str) -> HttpResponse:
    page = SectionPage.objects.filter(section=section).first() or SectionPage(section=section)
    return render(request, "cms/section.html", page.get_context(request))
