"""Operators change regions, types and items; each change is logged with what it was before."""

from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.events import ItemChanged
from marketplace.catalogue.models import ItemQualification, QualificationType, Region, ServiceItem
from marketplace.core import events, log
from marketplace.core.errors import DomainError

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def save_region(region: Region, *, by: Actor) -> Region:
    """Write a new or changed region."""
    return _save(region, "catalogue.region", by)


@transaction.atomic
def save_type(kind: QualificationType, *, by: Actor) -> QualificationType:
    """Write a new or changed qualification type; its items are told. The slug of an existing type stays."""
    if len(kind.grades) != len(set(kind.grades)) or any(not isinstance(grade, str) for grade in kind.grades):
        raise DomainError(_("等级须由高到低逐个列出，不能重复。"), field="grades")
    saved = _save(kind, "catalogue.type", by, fixed=("slug",))
    for pk in ItemQualification.objects.filter(type=saved).values_list("item_id", flat=True):
        events.publish(ItemChanged(pk))
    return saved


@transaction.atomic
def save_item(item: ServiceItem, qualifications: list[ItemQualification] | None = None, *, by: Actor) -> ServiceItem:
    """Write a new or changed item, and its qualifications when they are given.

    DomainError when a qualification may not be asked for.
    """
    if item.price_high < item.price_low:
        raise DomainError(_("参考价上限不能低于下限。"), field="price_high")
    for each in qualifications or ():
        _may_be_asked(each)
    saved = _save(item, "catalogue.item", by, fixed=("code",))
    if qualifications is not None:
        saved.qualifications.all().delete()
        for each in qualifications:
            each.pk, each.item = None, saved
            each.save()
        shown = [f"{each.type} {each.minimum_grade}".strip() for each in qualifications]
        log.record("catalogue.item_qualifications", saved, by=by, data={"qualifications": shown})
    events.publish(ItemChanged(saved.pk))
    return saved


def _may_be_asked(each: ItemQualification) -> None:
    """An abolished type can't be asked for, a voluntary one only for merit points (selection-rules, *Requirements*)."""
    status, name = each.type.status, each.type.name
    if status == QualificationType.Status.ABOLISHED:
        raise DomainError(_("“%(name)s”已取消，不能作为要求。") % {"name": name}, field="qualifications")
    if status == QualificationType.Status.VOLUNTARY and not each.merit_only:
        raise DomainError(_("“%(name)s”是自愿评价，只能用于加分。") % {"name": name}, field="qualifications")
    if each.minimum_grade and each.minimum_grade not in each.type.grades:
        said = {"name": name, "grade": each.minimum_grade}
        raise DomainError(_("“%(name)s”没有“%(grade)s”这一等级。") % said, field="qualifications")


def _save(obj: M, action: str, by: Actor, fixed: tuple[str, ...] = ()) -> M:
    by.require_staff(StaffRole.OPERATOR)
    before = type(obj)._default_manager.filter(pk=obj.pk).first() if obj.pk else None
    for name in fixed:
        if before is not None:
            setattr(obj, name, getattr(before, name))
    obj.save()
    changed = _changes(before, obj) if before is not None else {}
    log.record(f"{action}_changed" if before is not None else f"{action}_made", obj, by=by, data={"changed": changed})
    return obj


def _changes(before: models.Model, after: models.Model) -> dict[str, Any]:
    names = [field.attname for field in after._meta.concrete_fields]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: [str(old), str(new)] for name, (old, new) in pairs.items() if old != new}
