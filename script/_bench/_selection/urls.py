"""The product's addresses, and before them the yardstick: a bare view that stores what came in one committed insert."""

import base64
import uuid

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as products_own
from script._bench._selection import INSERT


def bare(request: HttpRequest) -> HttpResponse:
    """Store the same bytes as a bid."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [uuid.uuid4(), base64.b64decode(request.POST["ciphertext"])])
    return HttpResponse(b'{"receipt": {}}', content_type="application/json")


urlpatterns = [path("bench/bare/", bare), *products_own]
