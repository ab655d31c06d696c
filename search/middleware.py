"""Says in a header which engine answered, and holds the time that one page may wait for a search server together."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from search.backends.asked import Asked, asked

HEADER = "X-Search-Engine"


class SearchEngineHeader:
    """`X-Search-Engine: elasticsearch`, or `embedded`, or `embedded; fallback` where it stands in for the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = Asked()
        token = asked.set(page)
        try:
            response = self.get_response(request)
        finally:
            asked.reset(token)
        if page.answered_by:
            response[HEADER] = page.answered_by
        return response
