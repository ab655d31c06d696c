"""What two versions of a route map do not have in common: steps added, removed and changed, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marketplace.projects.rules.template import LimitPlan, ServicePlan, StepPlan

LABELS: Mapping[str, str | Promise] = {
    "stage": _("阶段"),
    "name": _("环节"),
    "short": _("简称"),
    "unit": _("办理单位"),
    "limit": _("法定时限"),
    "limit_unit": _("法定时限单位"),
    "promised": _("承诺工作日"),
    "special": _("特别程序工作日"),
    "after": _("前置环节"),
    "own": _("企业自办"),
    "joint": _("会同单位"),
    "together_with": _("同时办理"),
    "materials": _("材料"),
    "deferrable": _("可容缺材料"),
    "services": _("中介服务"),
    "limits": _("另有时限"),
    "condition": _("条件"),
    "note": _("备注"),
    "fee": _("收费"),
}


@dataclass(frozen=True)
class Change:
    """A field of a step that differs."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangedStep:
    """A step that is in both, with what differs."""

    step: StepPlan
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Differences:
    """Between an older and a newer version."""

    added: tuple[StepPlan, ...]
    removed: tuple[StepPlan, ...]
    changed: tuple[ChangedStep, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def differences(old: Sequence[StepPlan], new: Sequence[StepPlan]) -> Differences:
    """What has to be done to the older steps to have the newer ones; the order of steps is not looked at."""
    before, behind = {step.key: step for step in old}, {step.key: step for step in new}
    pairs = [(before[step.key], step) for step in new if step.key in before]
    return Differences(
        added=tuple(step for step in new if step.key not in before),
        removed=tuple(step for step in old if step.key not in behind),
        changed=tuple(ChangedStep(step, found) for was, step in pairs if (found := _changes(was, step))),
    )


def _changes(old: StepPlan, new: StepPlan) -> tuple[Change, ...]:
    return tuple(
        Change(str(label), _words(getattr(old, name)), _words(getattr(new, name)))
        for name, label in LABELS.items()
        if _compared(getattr(old, name)) != _compared(getattr(new, name))
    )


def _compared(value: Any) -> Any:
    """What stands in no particular order is compared without one."""
    return frozenset(value) if isinstance(value, tuple) else value


def _words(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return _now("是") if value else _now("否")
        case ServicePlan():
            parts = [value.code, _now("审批部门委托") if value.by_authority else "", value.condition]
            return " ".join(part for part in parts if part)
        case LimitPlan():
            return f"{value.condition}：{value.limit}"
        case tuple():
            return "、".join(_words(each) for each in value)
    return str(value)
