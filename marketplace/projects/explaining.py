"""How every date of a route map was counted: what began, what is due and what is only expected."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from marketplace.core import calendar, display
from marketplace.core.limit_words import explain, provisional_lines, skipped_lines
from marketplace.core.rules import add_workdays
from marketplace.projects.models import Step, StepService
from marketplace.projects.rules import forecast as forecasts
from marketplace.projects.services.timing import limit_for
from marketplace.projects.situation import Situation, lead_of, short_name


def of_step(step: Step, look: Situation) -> list[str]:
    """The lines of one step: its limit when it runs, its real days when it is over, its forecast when it is to come."""
    if step.state == Step.State.DONE:
        return [*_limit(step, look), _finished(step)]
    if step.state == Step.State.RUNNING:
        return [*_limit(step, look), *_expected_running(step, look)]
    return list(_expected(step, look))


def _limit(step: Step, look: Situation) -> list[str]:
    limit = limit_for(step)
    if limit is None or step.together_with:
        return [_("与“%(step)s”同时受理、同时办结。") % {"step": _other(step, look)}] if step.together_with else []
    lines = explain(limit.promise, calendar.facts())
    if limit.law is not None:
        day = limit.law.due_at
        lines.append(_("法定时限至 %(due)s。") % {"due": display.full_moment(day)})
        if limit.by_law:
            lines += explain(limit.law, calendar.facts())
    return lines


def _finished(step: Step) -> str:
    in_time = step.due_at is None or (step.finished_at is not None and step.finished_at <= step.due_at)
    words = _("%(at)s 办结，在期限内。") if in_time else _("%(at)s 办结，超过期限。")
    return words % {"at": display.full_moment(step.finished_at)}


def _expected_running(step: Step, look: Situation) -> Iterable[str]:
    fact = next(fact for fact in look.facts if fact.key == step.key)
    if fact.is_measured and fact.length is not None:
        yield _("同类办结 %(cases)d 件，中位用时 %(median)d 个工作日，八成在 %(p80)d 个工作日内；预计 %(day)s。") % {
            "cases": fact.length.cases,
            "median": fact.length.median,
            "p80": fact.length.p80,
            "day": look.forecast.ends[step.key].isoformat(),
        }


def _expected(step: Step, look: Situation) -> Iterable[str]:
    fact = next(fact for fact in look.facts if fact.key == step.key)
    plan, begin = look.forecast, look.forecast.begins[step.key]
    yield from _why_then(step, look)
    days = _length(fact)
    yield _length_words(step, look, fact)
    counted = add_workdays(begin, days, calendar.is_workday)
    yield from skipped_lines(counted.skipped, calendar.facts())
    end, late = plan.ends[step.key], look.range.late.ends[step.key]
    yield from provisional_lines(range(begin.year, end.year + 1), calendar.facts())
    if late != end:
        yield _("预计 %(begin)s 开始，%(end)s 结束；八成把握在 %(late)s 前。") % {
            "begin": begin.isoformat(),
            "end": end.isoformat(),
            "late": late.isoformat(),
        }
    else:
        yield _("预计 %(begin)s 开始，%(end)s 结束。") % {"begin": begin.isoformat(), "end": end.isoformat()}


def _why_then(step: Step, look: Situation) -> Iterable[str]:
    ends = look.forecast.ends
    names = {each.key: each.label for each in look.steps}
    before = [key for key in step.after if key in ends]
    if before:
        last = max(before, key=lambda key: ends[key])
        yield _("前面的环节最晚到 %(day)s（%(step)s）。") % {"day": ends[last].isoformat(), "step": names[last]}
    else:
        yield _("没有前置环节，从 %(day)s 起算。") % {"day": look.today.isoformat()}
    if lead := lead_of(step):
        service = max(
            (each for each in step.services.all() if not each.by_authority),
            key=lambda each: forecasts.lead_days(each.state, each.item.days),
        )
        yield _("所需的%(item)s最早 %(day)s 到位：从 %(today)s 起 %(lead)d 个工作日（%(parts)s）。") % {
            "item": short_name(service),
            "day": look.workdays.day(lead).isoformat(),
            "today": look.today.isoformat(),
            "lead": lead,
            "parts": _parts(service),
        }


def _parts(service: StepService) -> str:
    state, days = service.state, service.item.days
    if state == StepService.State.NEEDED:
        return _("选取和签约 %(select)d + 编制 %(days)d") % {"select": forecasts.SELECTION_DAYS, "days": days}
    if state == StepService.State.TENDERING:
        return _("剩余选取和签约 %(select)d + 编制 %(days)d") % {
            "select": forecasts.REMAINING_SELECTION_DAYS,
            "days": days,
        }
    return _("编制 %(days)d") % {"days": days}


def _other(step: Step, look: Situation) -> str:
    return next((each.label for each in look.steps if each.key == step.together_with), step.together_with)


def _length(fact: forecasts.StepFacts) -> int:
    return fact.length.median if fact.is_measured and fact.length is not None else fact.days


def _length_words(step: Step, look: Situation, fact: forecasts.StepFacts) -> str:
    if step.together_with:
        return _("与“%(step)s”同时办结，不另计时间。") % {"step": _other(step, look)}
    if fact.is_measured and fact.length is not None:
        return _("用时 %(days)d 个工作日：同类办结 %(cases)d 件的中位用时，八成在 %(p80)d 个工作日内。") % {
            "days": fact.length.median,
            "cases": fact.length.cases,
            "p80": fact.length.p80,
        }
    cases = fact.length.cases if fact.length else 0
    return _(
        "用时 %(days)d 个工作日：承诺 %(promised)d + 特别程序 %(special)d；"
        "同类办结 %(cases)d 件，不足 %(fewest)d 件，按时限推算。"
    ) % {
        "days": fact.days,
        "promised": step.promised_days,
        "special": step.special_days,
        "cases": cases,
        "fewest": forecasts.FEWEST,
    }
