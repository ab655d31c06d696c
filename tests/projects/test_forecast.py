"""The forecast from real durations: its basis and range, the nightly round, and what if something comes later."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from marketplace.core import calendar, clock
from marketplace.projects import durations, queries, services, supposing
from marketplace.projects.models import Project, ProjectForecast, Step, StepLength
from marketplace.projects.services import forecasting
from marketplace.projects.situation import Situation
from tests.projects.scene import MONDAY, Scene, mapped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    durations.forget()
    monkeypatch.setattr(forecasting, "_last_look", None)


def look(scene: Scene) -> Situation:
    return Situation(queries.with_route(Project.objects.filter(pk=scene.project.pk)).get())


def finished(key: str, days: list[int]) -> None:
    """As if so many projects had gone through this step in these working days."""
    begin = datetime(2026, 1, 5, 9, 0, tzinfo=clock.ZONE)
    first = Project.objects.get()
    for n, taken in enumerate(days):
        other = Project.objects.get(pk=first.pk)
        other.pk, other.code, other.state = None, f"25{n + 10:02d}-430599-04-01-318024", "done"
        other.save()
        end = datetime.combine(calendar.due_on(begin.date(), taken).due_on, begin.timetz())
        Step.objects.create(
            project=other, key=key, position=1, stage="x", name=key, unit="x", state="done", started_at=begin,
            finished_at=end,
        )  # fmt: skip


def test_with_eight_finished_steps_the_forecast_goes_by_them_and_shows_a_range() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        before = look(scene)
        assert before.range.is_by_limit
        finished("build", [100, 100, 100, 110, 110, 120, 130, 150])
        forecasting.compute_lengths()
        row = StepLength.objects.get(key="build")
        assert (row.route, row.cases, row.median, row.p80) == ("factory", 8, 110, 130)
        after = look(scene)
        assert after.forecast.finish_on < before.forecast.finish_on  # the limit was 240
        assert after.range.late.finish_on > after.range.likely.finish_on


def test_seven_finished_steps_are_too_few_and_the_page_says_so() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        before = look(scene).forecast.finish_on
        finished("build", [100] * 7)
        forecasting.compute_lengths()
        assert look(scene).forecast.finish_on == before
        client = Client()
        client.force_login(scene.owner.user)  # type: ignore[arg-type]
        assert (
            "办结件都不足 8 件，各环节暂按承诺时限推算。"
            in client.get(scene.project.get_absolute_url()).content.decode()
        )


def test_the_night_stores_each_forecast_once() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        assert forecasting.nightly() == 1
        assert forecasting.nightly() == 0
        stored = ProjectForecast.objects.get()
        assert stored.finish_on == look(scene).forecast.finish_on
        assert (stored.permit_on, tuple(stored.critical)) == (look(scene).permit_on, look(scene).forecast.critical)
    with clock.at(MONDAY.replace(hour=1) + timedelta(days=1)):
        assert forecasting.nightly() == 0
    with clock.at(MONDAY.replace(hour=3) + timedelta(days=1)):
        assert forecasting.nightly() == 1
    assert ProjectForecast.objects.count() == 1


def test_another_process_that_was_faster_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        mapped()
        assert forecasting.nightly() == 1
        monkeypatch.setattr(forecasting, "_last_look", None)
        assert forecasting.nightly() == 0


def test_a_command_does_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    mapped()
    call_command("forecast")
    assert capsys.readouterr().out == "1 forecasts\n"


def test_a_service_that_comes_later_moves_the_end_when_it_decides() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        here = look(scene)
        later = supposing.suppose(here, "build", 10)
        assert later is not None
        assert later.moved == 10
        assert later.finish_on > here.forecast.finish_on
        assert supposing.suppose(here, "ZJ-999", 10) is None
        assert supposing.suppose(here, "build", 0) is None


def test_the_question_stands_in_the_address_and_the_answer_on_the_page() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        client = Client()
        client.force_login(scene.owner.user)  # type: ignore[arg-type]
        address = scene.project.get_absolute_url()
        shown = client.get(address, {"later": "ZJ-027", "days": "10"}).content.decode()
        assert "如果“ZJ-027" in shown
        assert "全部办结晚" in shown
        wrong = client.get(address, {"later": "ZJ-999", "days": "10"})
        assert wrong.status_code == 200
        assert "全部办结晚" not in wrong.content.decode()


def test_a_paused_step_is_forecast_as_if_it_went_on_now() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning")
        services.start_step(scene.step("site_design"), "LS-1", by=scene.officer)
    with clock.at(MONDAY + timedelta(days=2)):
        services.pause_step(scene.step("site_design"), "correction", "补图", by=scene.officer)
    with clock.at(MONDAY + timedelta(days=8)):
        assert look(scene).forecast.ends["site_design"] == date(2026, 3, 26)
        forecasting.recompute()
        stored = ProjectForecast.objects.get()
        assert (stored.finish_on, stored.permit_on) == (look(scene).forecast.finish_on, look(scene).permit_on)
        assert (stored.finish_late_on, stored.by_limit) == (
            look(scene).range.late.finish_on,
            len(look(scene).range.by_limit),
        )
