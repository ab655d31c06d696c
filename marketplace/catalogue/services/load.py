"""Take the data files over into the database."""

from datetime import date
from typing import Any

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue import loading
from marketplace.catalogue.events import ItemChanged
from marketplace.catalogue.models import ItemQualification, QualificationType, Region, RuleSet, ServiceItem
from marketplace.catalogue.rules import RuleData
from marketplace.core import events, log


@transaction.atomic
def load_catalogue(*, by: Actor) -> int:
    """Bring regions, qualification types, items and the default RuleSet in; returns how many rows were new.

    Harmless to repeat: what is there already stays as operators changed it. NotAllowed for anybody but an operator.
    """
    by.require_staff(StaffRole.OPERATOR)
    return _regions() + _types() + _items(by) + _default_ruleset(by)


def _regions() -> int:
    known = {region.code: region for region in Region.objects.all()}
    new = 0
    for row in loading.regions():
        if row["code"] not in known:
            known[row["code"]] = Region.objects.create(**row, parent=_parent(row["code"], known))
            new += 1
    return new


def _parent(code: str, known: dict[str, Region]) -> Region | None:
    for above in (f"{code[:4]}00", f"{code[:2]}0000"):
        if above != code and above in known:
            return known[above]
    return None


def _types() -> int:
    known = set(QualificationType.objects.values_list("slug", flat=True))
    rows = [_type(row) for row in loading.qualification_types() if row["slug"] not in known]
    QualificationType.objects.bulk_create(rows)
    return len(rows)


def _type(row: dict[str, Any]) -> QualificationType:
    plain = {key: row[key] for key in ("slug", "name", "issuer", "grades", "years", "status")}
    return QualificationType(**plain, abbr=row.get("abbr", ""), abolished_on=row.get("since"))


def _items(by: Actor) -> int:
    known = set(ServiceItem.objects.values_list("code", flat=True))
    types = {each.name: each for each in QualificationType.objects.all()}
    rows = [row for row in loading.service_items() if row["code"] not in known]
    for row in rows:
        item = _item(row)
        item.save()
        asked = [(name, False) for name in row["qualification"]] + [(name, True) for name in row.get("merit", ())]
        for name, merit_only in asked:
            grade = row.get("grade", "") if row.get("grade") in types[name].grades else ""
            ItemQualification.objects.create(item=item, type=types[name], minimum_grade=grade, merit_only=merit_only)
        log.record("catalogue.item_loaded", item, by=by)
        events.publish(ItemChanged(item.pk))
    return len(rows)


def _item(row: dict[str, Any]) -> ServiceItem:
    low, high = row["price"]
    return ServiceItem(
        code=row["code"],
        name=row["name"],
        en=row["en"],
        category=row["category"],
        kind=row["kind"],
        may_do_itself=row.get("self", False),
        abbreviations=row.get("abbr", []),
        practitioner=row.get("practitioner", ""),
        basis=row["basis"],
        needed_by=row["needed_by"],
        days=row["days"],
        price_low=low,
        price_high=high,
        payer=row["who_pays"],
        draw_allowed=row.get("draw", True),
    )


def _default_ruleset(by: Actor) -> int:
    if RuleSet.objects.filter(region_code=loading.DEFAULT_REGION).exists():
        return 0
    data = RuleData.from_json(loading.default_rules()).to_json()
    # In force from the beginning: whatever happened before this moment is judged by it as well.
    ruleset = RuleSet.objects.create(
        region_code=loading.DEFAULT_REGION,
        version=1,
        data=data,
        state=RuleSet.State.APPROVED,
        effective_from=date(2020, 1, 1),
    )
    log.record("catalogue.ruleset_loaded", ruleset, by=by, data={"version": 1})
    log.make_public("catalogue.ruleset_approved", ruleset, by=by, data={"version": 1, "rules": data})
    return 1
