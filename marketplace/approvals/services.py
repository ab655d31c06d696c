"""What is done with approval items."""

import json
from typing import Any

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.approvals import loading, rules
from marketplace.approvals.models import ApprovalItem, Department
from marketplace.catalogue.models import ServiceItem
from marketplace.core import log


@transaction.atomic
def load_approvals(*, by: Actor) -> int:
    """Bring departments and approval items in, linked to the catalogue's items; returns how many rows were new.

    Harmless to repeat; the catalogue must be loaded. NotAllowed for anybody but an operator.
    """
    by.require_staff(StaffRole.OPERATOR)
    departments = {department.name: department for department in Department.objects.all()}
    new = 0
    for row in loading.departments():
        if row["name"] not in departments:
            department = Department.objects.create(name=row["name"], code=row["code"], credit_code=row["uscc"])
            departments[row["name"]] = department
            new += 1
    known = set(ApprovalItem.objects.values_list("code", flat=True))
    services = {item.code: item for item in ServiceItem.objects.all()}
    for row in loading.items():
        if row["id"] not in known:
            item = _item(row, departments[row["dept"]])
            item.save()
            item.services.set(services[code] for code in row.get("services", ()) if code in services)
            log.record("approvals.item_loaded", item, by=by)
            new += 1
    return new


def _item(row: dict[str, Any], department: Department) -> ApprovalItem:
    return ApprovalItem(
        code=row["id"],
        name=row["name"],
        aliases=row.get("alias", []),
        department=department,
        ready_class=row["class"],
        statutory=rules.limit_code(row.get("statutory")),
        promised=rules.limit_code(row.get("promised")),
        visits=row.get("visits", 0 if "materials" in row else 1),
        data=json.loads(json.dumps(row, default=str)),
    )


@transaction.atomic
def save_item(item: ApprovalItem, services: list[ServiceItem], *, by: Actor) -> ApprovalItem:
    """Write a changed item with the intermediary services it needs."""
    by.require_staff(StaffRole.OPERATOR)
    before = ApprovalItem.objects.filter(pk=item.pk).first()
    item.save()
    item.services.set(services)
    names = ["name", "ready_class", "visits", "department_id"]
    changed = {n: [str(getattr(before, n)), str(getattr(item, n))] for n in names if before} if before else {}
    log.record(
        "approvals.item_changed",
        item,
        by=by,
        data={
            "changed": {n: pair for n, pair in changed.items() if pair[0] != pair[1]},
            "services": [service.code for service in services],
        },
    )
    return item
