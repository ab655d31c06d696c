"""Templates of route maps by hand: a draft is written, checked and then published as the next version."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, locks, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.projects import rules
from marketplace.projects.models import RouteTemplate
from marketplace.projects.rules.errors import Malformed, RouteError

MAY = (StaffRole.OPERATOR, StaffRole.CHIEF)


@transaction.atomic
def save_template(data: dict[str, Any], *, by: Actor) -> RouteTemplate:
    """A new version of a route map's template, when the data differ from the present one; running projects keep theirs.

    NotAllowed, or the first RouteError of the data.
    """
    by.require_staff(*MAY)
    plan = rules.RoutePlan.from_json(data)
    plan.check(codes())
    _locked(plan.key)
    newest = RouteTemplate.objects.filter(key=plan.key, is_draft=False).order_by("-version").first()
    if newest is not None and newest.data == data:
        return newest
    template = RouteTemplate(key=plan.key, data=data)
    return _publish(template, plan, by)


@transaction.atomic
def draft_template(data: dict[str, Any], *, by: Actor, draft: RouteTemplate | None = None) -> RouteTemplate:
    """Keep a route map in the making: it may have faults, but must be readable. A given draft is written over.

    NotAllowed, Malformed (unreadable, or the key of another route map), WrongState (published meanwhile).
    """
    by.require_staff(*MAY)
    plan = rules.RoutePlan.from_json(data)
    if not plan.key or not plan.name:
        raise Malformed(_("路线图缺少标识 key 或名称 name。"))
    _locked(plan.key)
    if draft is None:
        draft = RouteTemplate(key=plan.key, version=_next_version(plan.key), is_draft=True, is_active=False)
    else:
        draft = locks.exclusive(RouteTemplate, draft.pk)
        if not draft.is_draft:
            raise WrongState(_("这个版本已经发布，不能再改。请另建草稿。"))
        if draft.key != plan.key:
            raise Malformed(_("草稿属于路线图“%(key)s”，标识不能改。") % {"key": draft.key})
    draft.name, draft.en, draft.data = plan.name, plan.en, data
    draft.save()
    data = {"version": draft.version, "steps": len(plan.steps), "problems": [str(each) for each in problems(draft)]}
    log.record("route_template.draft", draft, by=by, data=data)
    return draft


def problems(template: RouteTemplate) -> list[RouteError]:
    """Everything that forbids publishing it, by name: cycle, step without a unit, promise above the law, …"""
    return rules.RoutePlan.from_json(template.data).problems(codes())


@transaction.atomic
def publish_template(draft: RouteTemplate, *, by: Actor) -> RouteTemplate:
    """Make a draft the version in force; projects that run keep theirs until somebody migrates them.

    NotAllowed, AlreadyDone, or the first RouteError.
    """
    by.require_staff(*MAY)
    _locked(draft.key)
    draft = locks.exclusive(RouteTemplate, draft.pk)
    if not draft.is_draft:
        raise AlreadyDone()
    plan = rules.RoutePlan.from_json(draft.data)
    plan.check(codes())
    return _publish(draft, plan, by)


def codes() -> set[str]:
    """The codes of all services that a step may name."""
    return set(ServiceItem.objects.values_list("code", flat=True))


def current(key: str) -> RouteTemplate | None:
    """The version in force of a route map."""
    return RouteTemplate.objects.filter(key=key, is_active=True).order_by("-version").first()


def _publish(template: RouteTemplate, plan: rules.RoutePlan, by: Actor) -> RouteTemplate:
    published = RouteTemplate.objects.filter(key=plan.key, is_draft=False)
    published.filter(is_active=True).update(is_active=False)
    newest = published.aggregate(newest=Max("version"))["newest"] or 0
    if template.pk is None or template.version <= newest:
        template.version = _next_version(plan.key)
    template.name, template.en = plan.name, plan.en
    template.is_draft, template.is_active, template.published_at = False, True, clock.now()
    template.save()
    log.record("route_template.save", template, by=by, data={"version": template.version, "steps": len(plan.steps)})
    return template


def _next_version(key: str) -> int:
    return (RouteTemplate.objects.filter(key=key).aggregate(newest=Max("version"))["newest"] or 0) + 1


def _locked(key: str) -> None:
    locks.counter(f"projects.route.{key}"[:40])
