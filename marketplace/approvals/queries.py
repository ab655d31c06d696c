"""Reading approval items: all of them are public."""

from django.db.models import Count, QuerySet

from marketplace.approvals.models import ApprovalItem, Department
from marketplace.catalogue.models import ServiceItem


def public() -> QuerySet[ApprovalItem]:
    """All items with their departments and the number of intermediary services each needs."""
    everything = ApprovalItem.objects.select_related("department").annotate(service_count=Count("services"))
    return everything.order_by("code")  # a grouped query forgets the model's own order


def departments() -> QuerySet[Department]:
    """Departments that have items."""
    return Department.objects.filter(items__isnull=False).distinct()


def needing(item: ServiceItem) -> QuerySet[ApprovalItem]:
    """The approval items that need the result of a service item."""
    return ApprovalItem.objects.filter(services=item).select_related("department")


def by_class() -> dict[int, int]:
    """How many items each class has."""
    rows = ApprovalItem.objects.order_by().values_list("ready_class").annotate(count=Count("pk"))
    return dict(rows)
