"""The zone that runs this site: opened once, corrected by its operators."""

from typing import Any

from django.db import transaction

from marketplace.core import log
from marketplace.core.models import Zone

FIELDS = ("name", "owner", "region_code", "region_name", "phone", "supervision_phone", "hours", "address", "email")


@transaction.atomic
def save_zone(particulars: dict[str, Any], *, by: log.Actor, is_demonstration: bool = False) -> Zone:
    """Open the zone, or change what is said about it; there is one. `particulars` holds any of FIELDS."""
    zone = Zone.objects.select_for_update().order_by("pk").first()
    new = zone is None
    zone = zone or Zone(is_demonstration=is_demonstration)
    changed = {name: str(particulars[name]).strip() for name in FIELDS if name in particulars}
    before = {name: getattr(zone, name) for name in changed if getattr(zone, name) != changed[name]}
    if not new and not before:
        return zone
    for name, value in changed.items():
        setattr(zone, name, value)
    zone.save()
    data = {"after": changed} if new else {"before": before, "after": {name: changed[name] for name in before}}
    log.record("zone.open" if new else "zone.save", zone, by=by, data=data)
    return zone
