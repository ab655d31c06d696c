"""Stopping and resuming a step's clock, and what a changed calendar does to limits that run."""

from datetime import date, datetime, timedelta

import pytest

from marketplace.core import calendar, clock, events
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.core.models import LogEntry, Message
from marketplace.core.rules import Alert
from marketplace.projects import desk, page, queries, services
from marketplace.projects.errors import ClockStopped, NoClockToStop, PauseTooLate
from marketplace.projects.models import Step, StepPause
from marketplace.projects.services import timing
from marketplace.projects.situation import Situation, level_of
from marketplace.supervision.queries import by_responsible, open_cards
from marketplace.supervision.services import sweep
from tests.factories import staff
from tests.projects.scene import LARGE, MONDAY, Scene, mapped

pytestmark = pytest.mark.django_db
KIND = StepPause.Kind


@pytest.fixture(autouse=True)
def _fresh_calendar() -> None:
    calendar.forget()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=clock.ZONE)


def running(key: str = "site_design", answers: dict[str, object] | None = None) -> Scene:
    """A step of 7 + 7 working days, accepted on Monday the 2nd: due on the 20th."""
    with clock.at(MONDAY):
        scene = mapped(answers=answers)
        scene.take("filing", "land_planning")
        services.start_step(scene.step(key), "LS-1", by=scene.officer)
    return scene


def test_a_correction_moves_the_due_day_by_the_working_days_it_took() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        services.pause_step(scene.step("site_design"), KIND.CORRECTION, "补总平面图", by=scene.officer)
    stopped = scene.step("site_design")
    assert (stopped.due_at, stopped.paused_at) == (None, at(4, 11))
    with clock.at(at(10, 9, 30)):
        services.resume_step(scene.step("site_design"), by=scene.officer)
    step = scene.step("site_design")
    assert step.due_at == at(26, 17)  # four working days later
    assert step.counted_from_at == at(6, 9, 30)
    assert step.paused_at is None
    message = Message.objects.get(recipient=scene.owner.user, kind="projects.correction_asked")
    assert message.params["reason"] == "补总平面图"
    assert LogEntry.objects.get(action="step.resume").data["due_on"] == "2026-03-26"


def test_special_procedures_use_up_what_was_planned_for_them_first() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        services.pause_step(scene.step("site_design"), KIND.EXPERT_REVIEW, "", by=scene.officer)
    with clock.at(at(10, 9, 30)):
        services.resume_step(scene.step("site_design"), by=scene.officer)
    assert scene.step("site_design").due_at == at(20, 17)


def test_there_is_no_card_while_the_clock_stands_and_the_alert_comes_later() -> None:
    scene = running()
    with clock.at(at(19, 10)):
        assert sweep().raised == 1
        services.pause_step(scene.step("site_design"), KIND.CORRECTION, "补图", by=scene.officer)
        assert list(queries.running_steps()) == []
        assert sweep().cleared == 1
    with clock.at(at(31, 10)):
        step = services.resume_step(scene.step("site_design"), by=scene.officer)
        assert step.due_at is not None
        assert sweep().raised == 1
    with clock.at(step.due_at + timedelta(minutes=1)):
        assert level_of(step.clock_from, step.due_at) == Alert.YELLOW


def test_steps_decided_together_stop_and_go_on_together() -> None:
    with clock.at(MONDAY):
        scene = mapped(answers=LARGE)
        scene.take("filing")
        services.start_step(scene.step("land_contract"), "HT-7", by=scene.officer)
    with clock.at(at(3, 10)):
        with pytest.raises(NoClockToStop):
            services.pause_step(scene.step("land_planning"), KIND.PUBLICITY, "", by=scene.officer)
        services.pause_step(scene.step("land_contract"), KIND.CORRECTION, "补成交确认书", by=scene.officer)
        assert scene.step("land_planning").paused_at is not None
    with clock.at(at(5, 10)):
        services.resume_step(scene.step("land_contract"), by=scene.officer)
    assert scene.step("land_planning").due_at == scene.step("land_contract").due_at == at(11, 17)


def test_bad_pauses_are_refused_by_name() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        step = scene.step("site_design")
        with pytest.raises(Incomplete):
            services.pause_step(step, KIND.CORRECTION, " ", by=scene.officer)
        for stranger in (scene.owner, staff("officer"), staff("operator")):
            with pytest.raises(NotAllowed):
                services.pause_step(step, KIND.HEARING, "", by=stranger)
        with pytest.raises(NoClockToStop):
            services.pause_step(scene.step("planning_permit"), KIND.HEARING, "", by=scene.officer)
        with pytest.raises(AlreadyDone):
            services.resume_step(step, by=scene.officer)
        services.pause_step(step, KIND.HEARING, "", by=scene.officer)
        with pytest.raises(AlreadyDone):
            services.pause_step(step, KIND.HEARING, "", by=scene.officer)
        with pytest.raises(ClockStopped):
            services.finish_step(step, by=scene.officer)
        services.resume_step(step, by=scene.officer)
    with clock.at(at(23, 11)), pytest.raises(PauseTooLate):
        services.pause_step(scene.step("site_design"), KIND.HEARING, "", by=scene.officer)


def test_the_page_shows_the_pause_and_its_arithmetic() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        services.pause_step(scene.step("site_design"), KIND.CORRECTION, "补图", by=scene.officer)
    with clock.at(at(6, 11)):
        project = queries.with_route(queries.visible_to(scene.officer)).get()
        step = next(each for each in project.steps.all() if each.key == "site_design")
        shown = page.step_page(step, scene.officer)
    (_promise, lines), (_law, _lines) = shown["arithmetic"]
    assert "暂停：2026-03-04 11:00 至 现在（尚未结束），企业补正（补图），顺延 2 个工作日。" in lines
    assert lines[-1] == "计时暂停中；若现在恢复，应于 2026-03-24 17:00 前办结。"
    assert shown["level_chip"] == ("计时暂停中", "waiting")
    assert [ball.what for ball in Situation(project).owed if ball.service is None] == ["设计方案联审：补正材料"]


def test_a_corrected_calendar_redates_what_runs_and_says_so_in_the_log() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        calendar.correct(date(2026, 3, 18), is_workday=False, name="台风停工", by=staff("operator"))
        events.dispatch()
    assert scene.step("site_design").due_at == at(23, 17)
    entry = LogEntry.objects.get(action="step.redate")
    assert entry.data["to"].startswith("2026-03-23")
    assert timing.recount() == 0
    assert Step.objects.filter(due_at__isnull=False, state="running").count() == 1


def test_alerts_and_cards_are_counted_by_unit() -> None:
    scene = running()
    with clock.at(at(19, 10)):
        sweep()
        assert list(by_responsible(open_cards())) == [{"responsible": "自然资源", "alert": 1, "yellow": 0, "red": 0}]
    with clock.at(at(20, 18)):
        sweep()
        assert list(by_responsible(open_cards())) == [{"responsible": "自然资源", "alert": 0, "yellow": 1, "red": 0}]
    assert scene.step("site_design").due_at == at(20, 17)


def test_a_stopped_clock_stands_on_the_desks_of_owner_and_officer() -> None:
    scene = running()
    with clock.at(at(4, 11)):
        services.pause_step(scene.step("site_design"), KIND.CORRECTION, "补图", by=scene.officer)
        of_owner = [task.act for task in desk.tasks(scene.owner) if "补正材料" in task.title]
        of_officer = [task.act for task in desk.tasks(scene.officer) if "补正材料" in task.title]
    assert (of_owner, of_officer) == (["补正"], ["跟进，恢复计时"])
