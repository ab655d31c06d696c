"""Past work that counts as performance in a selection."""

from datetime import date
from typing import Any

from django.db.models import Count

from marketplace.agencies.models import PastWork


def counted_works(agencies: Any, *, item_code: str, since: date, until: date) -> dict[int, int]:
    """How many works of an item each agency finished between two dates, both included; one query.

    Only work under contracts of this market counts (`PastWork.is_own`): it is the only one that nobody need prove.
    `agencies`: primary keys, or a queryset of them.
    """
    rows = PastWork.objects.filter(agency__in=agencies, item__code=item_code).exclude(contract_number="")
    rows = rows.filter(finished_on__gte=since, finished_on__lte=until).order_by()
    return {row["agency_id"]: row["n"] for row in rows.values("agency_id").annotate(n=Count("pk"))}
