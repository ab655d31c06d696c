"""The project page's picture: the metro map, the ruler to scale, and the step cards, made from a situation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import display
from marketplace.core.rules import Alert
from marketplace.projects.models import Step, StepService
from marketplace.projects.rules import metro
from marketplace.projects.situation import Situation, level_of, short_name

RULER_WIDTH, ROW = 1150, 17
STATE_OF = {Step.State.DONE: "done", Step.State.RUNNING: "now", Step.State.READY: "now", Step.State.WAITING: "todo"}
SIGNS = {Step.State.DONE: "✓", Step.State.RUNNING: "▶", Step.State.READY: "○", Step.State.WAITING: "·"}
PARTS = (StepService.State.TENDERING, StepService.State.CONTRACTED, StepService.State.DELIVERED)
CHIPS = {Alert.RED: "red", Alert.YELLOW: "yellow", Alert.ALERT: "alert"}


@dataclass(frozen=True)
class Bar:
    """A stage on the ruler."""

    x: float
    width: float
    y: int
    fill: str
    label: str
    inside: bool

    @property
    def text_x(self) -> float:
        """Where its words begin: behind it, or inside when there is no room behind."""
        return self.x + 8 if self.inside else self.x + self.width + 6

    @property
    def text_y(self) -> float:
        """The words' base line."""
        return self.y + 10.5


@dataclass(frozen=True)
class Ruler:
    """The stages to scale, with today."""

    height: int
    ticks: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    today_x: float
    description: str


def metro_of(situation: Situation) -> metro.Metro:
    """The metro map of the project."""
    stations = [
        metro.Station(
            key=step.key,
            stage=step.stage,
            name=step.label,
            after=tuple(step.after),
            state=STATE_OF[Step.State(step.state)],
            url=f"#s-{step.key}",
            mark=_mark(step),
        )
        for step in situation.steps
    ]
    title = _("%(project)s 审批路线图") % {"project": situation.project.name}
    return metro.draw(stations, situation.forecast.critical, title=title, description=_described(situation))


def ruler_of(situation: Situation) -> Ruler:
    """The stages from their first begin to their last end, to scale."""
    plan, stages = situation.forecast, situation.stages()
    spans = [(min(plan.begins[s.key] for s in steps), max(plan.ends[s.key] for s in steps)) for _stage, steps in stages]
    first, last = min(begin for begin, _end in spans), max([situation.today, *(end for _begin, end in spans)])
    scale = RULER_WIDTH / max((last - first).days, 1)

    def place(day: date) -> float:
        return round((day - first).days * scale, 1)

    bars = []
    for number, ((stage, _steps), (begin, end)) in enumerate(zip(stages, spans, strict=True)):
        x, width = place(begin), max(place(end) - place(begin), 3)
        inside = x + width > RULER_WIDTH * 0.8
        bars.append(Bar(x, width, 24 + ROW * number, "fs" if inside else f"f{1 + number % 2}", stage, inside))
    ticks = tuple((place(day), words) for day, words in _months(first, last))
    words = "；".join(
        _("%(stage)s：%(begin)s 至 %(end)s") % {"stage": stage, "begin": begin.isoformat(), "end": end.isoformat()}
        for (stage, _steps), (begin, end) in zip(stages, spans, strict=True)
    )
    return Ruler(30 + ROW * len(bars), ticks, tuple(bars), place(situation.today), words)


def card_of(step: Step, situation: Situation) -> dict[str, Any]:
    """A step as components/route_step.html takes it."""
    state = STATE_OF[Step.State(step.state)]
    services = [service for service in step.services.all() if not service.by_authority]
    bought = [s for s in services if s.state != StepService.State.NEEDED]
    return {
        "id": step.key,
        "title": step.name,
        "url": step.get_absolute_url(),
        "state": state,
        "critical": step.key in situation.critical,
        "chip": level_chip(step, situation),
        "meta": _meta(step, situation),
        "text": _joint_words(step),
        "percent": display.elapsed_percent(step.clock_from, step.due_at) if step.due_at and state == "now" else "",
        "services": [track_of(service) for service in bought],
        "offers": [
            {"label": short_name(service), "url": f"{step.get_absolute_url()}#service-{service.pk}"}
            for service in services
            if service.state == StepService.State.NEEDED and step.state != Step.State.DONE
        ],
    }


def sheet_row(step: Step, situation: Situation) -> dict[str, Any]:
    """A step as a line of the printed list."""
    services = [short_name(service) for service in step.services.all() if not service.by_authority]
    return {
        "sign": SIGNS[Step.State(step.state)],
        "name": step.name,
        "critical": step.key in situation.critical,
        "unit": step.unit,
        "days": "—" if step.together_with else step.days,
        "begins": situation.forecast.begins[step.key],
        "ends": situation.forecast.ends[step.key],
        "state": _("计时暂停中") if step.paused_at else step.get_state_display(),
        "services": "、".join(services),
    }


def level_chip(step: Step, situation: Situation) -> tuple[str, str] | None:
    """How a running step's limit stands, where there is something to say."""
    if step.state != Step.State.RUNNING:
        return None
    if step.paused_at:
        return _("计时暂停中"), "waiting"
    level = level_of(step.clock_from, step.due_at, situation.moment)
    return (_due_words(step, level), CHIPS[level]) if level in CHIPS else None


def track_of(service: StepService) -> dict[str, Any]:
    """A service's way 招标 → 合同 → 成果 as the step card shows it."""
    labels = (_("采购"), _("合同"), _("成果"))
    reached = len(PARTS) if service.is_provided else PARTS.index(StepService.State(service.state))
    parts = [
        {"label": label, "state": "done" if number < reached else "now" if number == reached else ""}
        for number, label in enumerate(labels)
    ]
    return {
        "label": short_name(service),
        "code": service.item.code,
        "parts": parts,
        "url": f"{service.step.get_absolute_url()}#service-{service.pk}",
        "text": _service_words(service),
    }


def _service_words(service: StepService) -> str:
    if service.state == StepService.State.TENDERING and service.tender:
        return str(service.tender.get_state_display())
    return str(service.get_state_display())


def _mark(step: Step) -> tuple[str, str] | None:
    services = [service for service in step.services.all() if not service.by_authority]
    under_way = [s for s in services if s.state in {StepService.State.TENDERING, StepService.State.CONTRACTED}]
    if under_way:
        tone = "signup" if under_way[0].state == StepService.State.TENDERING else "running"
        return tone, _("采购") if tone == "signup" else _("履约")
    waiting = [service for service in services if service.state == StepService.State.NEEDED]
    if waiting and step.state in {Step.State.READY, Step.State.RUNNING}:
        return "signup", _("待购")
    return None


def _meta(step: Step, situation: Situation) -> str:
    parts = [_("%(unit)s牵头") % {"unit": step.unit} if step.joint else step.unit]
    if step.state == Step.State.DONE:
        return f"{_('%(day)s办结') % {'day': display.day(step.finished_at)}} · {parts[0]}"
    if step.together_with:
        parts.append(_("与前一环节同时办结"))
    elif step.special_days:
        parts.append(
            _("承诺 %(promised)d + 特别程序 %(special)d 个工作日")
            % {"promised": step.promised_days, "special": step.special_days}
        )
    else:
        parts.append(_("承诺 %(promised)d 个工作日") % {"promised": step.promised_days})
    if step.state == Step.State.RUNNING and step.due_at:
        parts.append(_("应于 %(day)s前办结") % {"day": display.day(step.due_at)})
    else:
        parts.append(_("预计 %(day)s") % {"day": display.day(situation.forecast.ends[step.key])})
    return " · ".join(parts)


def _due_words(step: Step, level: Alert) -> str:
    if level == Alert.ALERT:
        return _("预警：剩 %(left)s") % {"left": display.remaining(step.due_at)}
    return _("红牌：超过期限一个工作日以上") if level == Alert.RED else _("黄牌：已超过期限")


def _joint_words(step: Step) -> str:
    if not step.joint or step.state == Step.State.DONE:
        return ""
    return _("会同 %(units)s联合办理") % {"units": "、".join(step.joint)}


def _described(situation: Situation) -> str:
    now = [step.name for step in situation.steps if step.state in {Step.State.READY, Step.State.RUNNING}]
    names = {step.key: step.label for step in situation.steps}
    return _(
        "%(all)d 个环节分 %(stages)d 个阶段，已完成 %(done)d 个。在办或可办：%(now)s。"
        "关键路线：%(critical)s。逐项内容见下方列表。"
    ) % {
        "all": len(situation.steps),
        "stages": len(situation.stages()),
        "done": situation.done,
        "now": "、".join(now) or "—",
        "critical": "、".join(names[key] for key in situation.forecast.critical),
    }


def _months(first: date, last: date) -> list[tuple[date, str]]:
    """The first days of months between, every second one when there are many, with their words."""
    days, day = [], (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= last:
        days.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = max(1, -(-len(days) // 10))
    shown: Sequence[date] = days[::step]
    years = {first.year}
    words = []
    for each in shown:
        year = each.year not in years
        years.add(each.year)
        text = _("%(year)d年%(month)d月") if year else _("%(month)d月")
        words.append((each, text % {"year": each.year, "month": each.month}))
    return words
