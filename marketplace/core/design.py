"""The house's pattern book: every component in every state, at /design/."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """All components with sample data."""
    return render(request, "core/design.html", {})
