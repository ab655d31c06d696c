"""Settings of a web process that dies when it is told to: after the commit, before its answer is on the way."""

import os
import signal
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from script._bench._selection.settings import *  # noqa: F403

MIDDLEWARE = ["tests.services.dying.Dying", *MIDDLEWARE]  # noqa: F405  (before all others: it sees the last answer)


class Dying:
    """Kills its own process when the request says so; the view has returned, and its transaction is committed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("X-Die") == "before the answer":
            os.kill(os.getpid(), signal.SIGKILL)
        return response
