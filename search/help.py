"""The page that says how hits are ranked, with the weights as they are set."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from search import ranking


@require_safe
def ranking_help(request: HttpRequest) -> HttpResponse:
    """The formula in plain words, the signals with their weights, and what never counts."""
    weights = ranking.weights()
    signals: list[dict[str, Any]] = [
        {"label": signal.label, "meaning": signal.meaning, "percent": round(weights[name] * 100)}
        for name, signal in ranking.SIGNALS.items()
    ]
    given = {
        "signals": signals,
        "together": round(sum(weights.values()) * 100),
        "most_each": ranking.MOST_EACH,
        "most_together": ranking.MOST_TOGETHER,
        "most_factor": f"{1 + sum(weights.values()):.2f}",
    }
    return render(request, "search/ranking.html", given)
