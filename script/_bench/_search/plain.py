"""The yardstick of search pages: a plain Django page in the product's frame, of as many rows as one likes."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as products_own
from script._bench._search.pages import PLAIN

ROWS = 20


def plain(request: HttpRequest) -> HttpResponse:
    """Rows of a title, a sentence and six facts."""
    facts = [
        ("服务评价", "4.8"),
        ("信用", "A"),
        ("公开报价", "48,000 元"),
        ("承诺工期", "20"),
        ("人员", "6"),
        ("业绩", "3"),
    ]
    row = {"url": "/agencies/1/", "title": "示范环境技术有限公司", "summary": "环境影响评价 · 水土保持", "facts": facts}
    given = {"rows": [row] * ROWS}
    return HttpResponse(engines["django"].from_string(PLAIN).render(given, request))


urlpatterns = [path("bench/plain/", plain), *products_own]
