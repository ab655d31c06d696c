"""Public pages of approval items."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.approvals import loading, queries, rules
from marketplace.approvals.filters import ApprovalItemFilter
from marketplace.approvals.models import ApprovalItem


@require_safe
def approval_item_list(request: HttpRequest) -> HttpResponse:
    """All items, narrowed by words, department and class."""
    found = ApprovalItemFilter(request.GET, queries.public())
    page = Paginator(found.qs, 30).get_page(request.GET.get("page"))
    counts = queries.by_class()
    tabs = [
        {"label": label, "value": value, "count": counts.get(value, 0)}
        for value, label in ApprovalItem.ReadyClass.choices
    ]
    context = {"filter": found, "page": page, "tabs": tabs, "total": sum(counts.values())}
    return render(request, "approvals/list.html", context)


@require_safe
def approval_item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: what it is, how long it takes, what to bring, and the services to buy for it."""
    item = get_object_or_404(queries.public(), code=code)
    return render(request, "approvals/item.html", {"item": item, **_details(item)})


def _details(item: ApprovalItem) -> dict[str, Any]:
    form = item.data
    special = form.get("special")
    groups = loading.joint_groups()
    return {
        "type": rules.TYPES.get(form.get("type", ""), ""),
        "case_type": rules.CASE_TYPES.get(form.get("case_type", 0), ""),
        "online": rules.ONLINE.get(form.get("online", 0), ""),
        "reason": rules.REASONS.get(form.get("reason", ""), ""),
        "special": (rules.SPECIAL[special["kind"]], rules.limit_text(special)) if special else None,
        "materials": rules.materials(form.get("materials", []), loading.certificate_names()),
        "joint": [groups[key] for key in form.get("joint", []) if key in groups],
        "services": item.services.filter(is_active=True),
    }
