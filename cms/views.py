"""The public pages that join the domain's facts with Wagtail's words, and the agency's own desk for its text."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.views import serve

from cms import queries, services
from cms.forms import WordsForm
from cms.models import AgencyProfile, SectionPage
from marketplace.accounts.decorators import member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import queries as agency_queries
from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.catalogue.models import ServiceItem
from marketplace.core.forms import service_errors
from marketplace.core.models import Zone
from marketplace.tenders.models import Tender


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Wagtail's root page; in a database that nobody has set up, a page that says what to do."""
    if Zone.current() is None:
        return render(request, "cms/not_set_up.html", status=503)
    answer: HttpResponse = serve(request, "")
    return answer


@require_GET
def agency(request: HttpRequest, credit_code: str) -> HttpResponse:
    """An admitted agency: facts live from the domain, text from its published profile."""
    page = agency_queries.public_page(credit_code)
    if page is None:
        raise Http404
    context = {"page": page, "agency": page.agency, "profile": queries.profile_of(credit_code)}
    return render(request, "cms/agency.html", context)


@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """A service item: what it is, who may do it, who needs it, who offers it."""
    found = get_object_or_404(ServiceItem.objects.prefetch_related("qualifications__type"), code=code, is_active=True)
    offers = ServiceOffer.objects.filter(item=found, is_active=True, agency__state=Agency.State.ACTIVE)
    best = offers.select_related("agency__organisation").order_by("-agency__rating_count", "-agency__rating", "price")
    needed = [link for link in found.qualifications.all() if not link.merit_only]
    context = {
        "item": found,
        "offers": best[:6],
        "offer_count": offers.count(),
        "required": needed,
        "merit": [link for link in found.qualifications.all() if link.merit_only],
        "open_tenders": Tender.objects.filter(item=found, state=Tender.State.PUBLISHED).order_by("closes_at")[:5],
        "guide": queries.guide_of(code),
    }
    return render(request, "cms/item.html", context)


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Editors' notices and generated award notices together."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in {"notice", "award"} else ""
    lines = Paginator(queries.notice_lines(kind), 20).get_page(request.GET.get("page"))
    return render(request, "cms/notices.html", {"lines": lines, "kind": kind})


@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """Policies and rules."""
    return _section(request, SectionPage.Section.POLICIES)


@require_GET
def help_list(request: HttpRequest) -> HttpResponse:
    """Help for everybody."""
    return _section(request, SectionPage.Section.HELP)


@member_needed(MemberRole.BID_AUTHOR)
def agency_words(request: HttpRequest) -> HttpResponse:
    """The agency's own text and pictures: written here, shown after an editor's approval."""
    actor = request.actor  # type: ignore[attr-defined]
    mine = get_object_or_404(Agency.objects.select_related("organisation"), organisation=actor.organisation)
    profile = AgencyProfile.objects.filter(credit_code=actor.organisation_code).first()
    form = WordsForm(request.POST or None, request.FILES or None, actor=actor, profile=profile)
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            services.submit_words(mine, **form.words(), by=actor)
            messages.success(request, _("已保存并提交编辑审核，审核通过后公开显示。"))
            return redirect("agency_words")
    context = {"form": form, "agency": mine, "profile": profile, "state": services.state_of_words(profile)}
    return render(request, "cms/agency_words.html", context)


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /desk/", "Disallow: /accounts/", "Disallow: /files/"]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def _section(request: HttpRequest, section: str) -> HttpResponse:
    page = SectionPage.objects.filter(section=section).first()
    articles = queries.section_articles(section)
    return render(
        request, "cms/section.html", {"page": page, "articles": articles, "section": SectionPage.Section(section)}
    )
