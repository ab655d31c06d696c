"""All addresses. Chinese pages have no prefix, English ones stand under /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from marketplace.accounts.views.entrance import way_in

urlpatterns = [
    path("admin/login/", way_in),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("marketplace.core.plain_urls")),
    path("api/", include("search.api")),
]
if settings.DEMO:
    urlpatterns += i18n_patterns(path("demo/", include("demo.urls")), prefix_default_language=False)

urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("", include("marketplace.core.urls")),
    path("", include("marketplace.accounts.urls")),
    path("", include("payments.urls")),
    path("", include("marketplace.catalogue.urls")),
    path("", include("marketplace.agencies.urls")),
    path("", include("marketplace.tenders.urls")),
    path("", include("marketplace.contracts.urls")),
    path("", include("marketplace.approvals.urls")),
    path("", include("marketplace.projects.urls")),
    path("", include("marketplace.supervision.urls")),
    path("", include("search.urls")),
    path("", include("cms.urls")),
    path("_util/login/", way_in),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
