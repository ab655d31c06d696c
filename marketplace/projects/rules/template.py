"""A route map's template: its steps and questions as values, what is wrong with it, what it becomes for a project."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.projects.rules import conditions, graph
from marketplace.projects.rules.errors import (
    BadCondition,
    DuplicateStep,
    Malformed,
    PromiseAboveLimit,
    RouteCycle,
    RouteError,
    StepWithoutUnit,
    UnknownService,
    UnknownStep,
)
from marketplace.projects.rules.questions import Question, questions_of

WORKING, CALENDAR = "working", "calendar"


@dataclass(frozen=True)
class ServicePlan:
    """An intermediary service whose result a step needs."""

    code: str
    by_authority: bool = False
    condition: str = ""


@dataclass(frozen=True)
class LimitPlan:
    """Another statutory limit, under a condition."""

    condition: str
    limit: int


@dataclass(frozen=True)
class StepPlan:
    """A step of a template; the fields are those of data/routes.yaml, whose head explains them."""

    key: str
    stage: str
    name: str
    unit: str
    short: str = ""
    limit: int | None = None
    limit_unit: str = WORKING
    promised: int = 0
    special: int = 0
    after: tuple[str, ...] = ()
    own: bool = False
    joint: tuple[str, ...] = ()
    together_with: str = ""
    materials: tuple[str, ...] = ()
    deferrable: tuple[str, ...] = ()
    services: tuple[ServicePlan, ...] = ()
    limits: tuple[LimitPlan, ...] = ()
    condition: str = ""
    note: str = ""
    fee: str = ""

    @property
    def days(self) -> int:
        """Working days that the step takes: the promise and the special procedures outside it.

        A step decided together with another takes none of its own: one date.
        """
        return 0 if self.together_with else self.promised + self.special

    def conditions(self) -> tuple[str, ...]:
        """All conditions that stand in the step."""
        texts = [self.condition, *(s.condition for s in self.services), *(li.condition for li in self.limits)]
        return tuple(text for text in texts if text)


@dataclass(frozen=True)
class RoutePlan:
    """A route map's template."""

    key: str
    name: str
    en: str
    steps: tuple[StepPlan, ...]
    questions: tuple[Question, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RoutePlan":
        """Read a route of data/routes.yaml with its `questionnaire`. Malformed names the field that is wrong."""
        steps = data.get("steps")
        if not isinstance(steps, list) or not steps:
            raise Malformed(_("路线图没有环节。"))
        return cls(
            key=str(data.get("key", "")),
            name=str(data.get("name", "")),
            en=str(data.get("en", "")),
            steps=tuple(_step(row) for row in steps),
            questions=questions_of(data.get("questionnaire", [])),
        )

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that matter for this route, in their order."""
        used = {name for step in self.steps for text in step.conditions() for name in conditions.read(text).names}
        return tuple(question for question in self.questions if question.key in used)

    def problems(self, services: Collection[str]) -> list[RouteError]:
        """Everything wrong with the template, by name. `services`: the codes of the catalogue."""
        found: list[RouteError] = []
        keys = [step.key for step in self.steps]
        for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
            found.append(DuplicateStep(_("环节标识“%(key)s”重复。") % {"key": key}, key=key))
        asked = {question.key for question in self.questions}
        for step in self.steps:
            found += _problems_of(step, set(keys), set(services), asked)
        try:
            graph.ordered({step.key: step.after for step in self.steps})
        except RouteCycle as error:
            found.append(error)
        return found

    def check(self, services: Collection[str]) -> None:
        """Raise the first of `problems`."""
        for problem in self.problems(services):
            raise problem

    def for_answers(self, answers: conditions.Answers) -> tuple[StepPlan, ...]:
        """The steps of a project with these answers, in the template's order.

        A step whose condition is false is left out and hands its predecessors to its successors; services and limits
        under a false condition go; a step that was decided together with one that is left out stands by itself.
        """
        out = {step.key for step in self.steps if step.condition and not _holds(step.condition, answers)}
        after = graph.without({step.key: step.after for step in self.steps}, out)
        return tuple(
            replace(
                step,
                after=after[step.key],
                together_with="" if step.together_with in out else step.together_with,
                services=tuple(s for s in step.services if not s.condition or _holds(s.condition, answers)),
                limit=next((each.limit for each in step.limits if _holds(each.condition, answers)), step.limit),
                limits=(),
            )
            for step in self.steps
            if step.key not in out
        )


def _holds(condition: str, answers: conditions.Answers) -> bool:
    return conditions.read(condition).holds(answers)


def _problems_of(step: StepPlan, keys: set[str], services: set[str], asked: set[str]) -> list[RouteError]:
    found: list[RouteError] = []
    if not step.unit.strip():
        found.append(StepWithoutUnit(_("环节“%(name)s”没有办理单位。") % {"name": step.name}, key=step.key))
    for name in (*step.after, *([step.together_with] if step.together_with else [])):
        if name not in keys:
            found.append(
                UnknownStep(_("环节“%(name)s”的前置“%(key)s”不存在。") % {"name": step.name, "key": name}, key=step.key)
            )
    for service in step.services:
        if service.code not in services:
            found.append(
                UnknownService(
                    _("环节“%(name)s”所需服务 %(code)s 不在事项目录中。") % {"name": step.name, "code": service.code},
                    key=step.key,
                )
            )
    for limit in [step.limit, *(each.limit for each in step.limits)]:
        if limit is not None and _least_days(step) > limit:
            found.append(
                PromiseAboveLimit(
                    _("环节“%(name)s”承诺 %(promised)d 个工作日，超过法定 %(limit)d 日。")
                    % {"name": step.name, "promised": step.promised, "limit": limit},
                    key=step.key,
                )
            )
    return found + _bad_conditions(step, asked)


def _bad_conditions(step: StepPlan, asked: set[str]) -> list[RouteError]:
    found: list[RouteError] = []
    for text in step.conditions():
        try:
            unknown = sorted(conditions.read(text).names - asked)
        except BadCondition as error:
            found.append(error)
            continue
        if unknown:
            found.append(
                BadCondition(
                    _("条件“%(text)s”用到问卷里没有的问题：%(names)s。") % {"text": text, "names": "、".join(unknown)},
                    text=text,
                )
            )
    return found


def _least_days(step: StepPlan) -> int:
    """The promise in the unit of the limit: n working days take at least n calendar days and the weekends between."""
    return step.promised if step.limit_unit == WORKING else step.promised + 2 * ((step.promised - 1) // 5)


def _step(row: Any) -> StepPlan:
    if not isinstance(row, Mapping):
        raise Malformed(_("环节应是一组字段。"))
    for name in ("key", "stage", "name"):
        if not str(row.get(name) or "").strip():
            raise Malformed(_("有环节缺少 %(field)s。") % {"field": name})
    if row.get("limit_unit", WORKING) not in {WORKING, CALENDAR}:
        raise Malformed(_("环节“%(name)s”的时限单位应为 working 或 calendar。") % {"name": row["name"]})
    try:
        return StepPlan(
            key=str(row["key"]),
            stage=str(row["stage"]),
            name=str(row["name"]),
            unit=str(row.get("unit") or ""),
            short=str(row.get("short") or "")[:20],
            limit=_days(row, "limit") if row.get("limit") is not None else None,
            limit_unit=str(row.get("limit_unit", WORKING)),
            promised=_days(row, "promised"),
            special=_days(row, "special"),
            after=_texts(row, "after"),
            own=bool(row.get("own", False)),
            joint=_texts(row, "joint"),
            together_with=str(row.get("together_with") or ""),
            materials=_texts(row, "materials"),
            deferrable=_texts(row, "deferrable"),
            services=tuple(
                ServicePlan(str(s["code"]), s.get("by") == "authority", str(s.get("if") or ""))
                for s in row.get("services", [])
            ),
            limits=tuple(LimitPlan(str(each["if"]), int(each["limit"])) for each in row.get("limits", [])),
            condition=str(row.get("if") or ""),
            note=str(row.get("note") or ""),
            fee=str(row.get("fee") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(
            _("环节“%(name)s”的字段写法有误：%(error)s。") % {"name": row["name"], "error": error}, key=str(row["key"])
        ) from error


def _days(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 2000:
        raise ValueError(f"{name}: {value!r}")
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name}: {value!r}")
    return tuple(str(each) for each in value)
