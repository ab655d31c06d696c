"""Taking the steps: begin, limit, end, what follows."""

from datetime import datetime

import pytest

from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.projects import services
from marketplace.projects.errors import CaseNumberMissing
from marketplace.projects.models import Project, Step
from marketplace.projects.services.timing import limit_for
from tests.factories import member, staff
from tests.projects.scene import LARGE, MONDAY, SMALL, mapped

pytestmark = pytest.mark.django_db


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%m-%d %H:%M")


def test_a_step_is_due_at_its_promise_from_the_next_day() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    step = scene.step("filing")
    assert (step.state, step.case_number, local(step.due_at)) == ("running", "BA-1", "03-03 17:00")
    message = Message.objects.get(recipient=scene.owner.user, kind="projects.step_started")
    assert message.params["due"] == "2026-03-03"


def test_an_authoritys_step_needs_the_authoritys_number() -> None:
    scene = mapped()
    with pytest.raises(CaseNumberMissing) as caught:
        services.start_step(scene.step("filing"), "  ", by=scene.officer)
    assert caught.value.field == "case_number"


def test_a_step_waits_for_those_before_it() -> None:
    scene = mapped()
    with pytest.raises(WrongState):
        services.start_step(scene.step("site_design"), "X", by=scene.officer)
    scene.take("filing")
    assert scene.step("land_planning").state == Step.State.READY
    assert scene.step("site_design").state == Step.State.WAITING


def test_a_double_click_begins_and_ends_once() -> None:
    scene = mapped()
    services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    with pytest.raises(AlreadyDone):
        services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    services.finish_step(scene.step("filing"), by=scene.officer)
    with pytest.raises(AlreadyDone):
        services.finish_step(scene.step("filing"), by=scene.officer)
    assert LogEntry.objects.filter(action="step.finish").count() == 1


def test_only_the_officer_takes_an_authoritys_step_and_the_owner_its_own() -> None:
    scene = mapped()
    for stranger in (scene.owner, member(), staff("officer"), staff("operator"), staff("supervisor")):
        with pytest.raises(NotAllowed):
            services.start_step(scene.step("filing"), "X", by=stranger)
    scene.take("filing", "land_planning", "site_design")
    survey = services.start_step(scene.step("survey"), "", by=scene.owner)
    assert survey.state == Step.State.RUNNING
    services.finish_step(scene.step("survey"), by=scene.owner)


def test_a_step_decided_together_begins_and_ends_with_the_other() -> None:
    with clock.at(MONDAY):
        scene = mapped(answers=LARGE)
        scene.take("filing")
        services.start_step(scene.step("land_contract"), "HT-7", by=scene.officer)
        other = scene.step("land_planning")
        assert (other.state, other.case_number) == ("running", "HT-7")
        assert other.due_at == scene.step("land_contract").due_at
        services.finish_step(scene.step("land_contract"), by=scene.officer)
    assert scene.step("land_planning").state == Step.State.DONE
    assert scene.step("site_design").state == Step.State.READY
    entry = LogEntry.objects.get(action="step.finish", subject_label__contains="建设用地规划许可")
    assert entry.data["passed_by_itself"] is True


def test_special_procedures_lengthen_the_limit_and_the_arithmetic_is_shown() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning")
        services.start_step(scene.step("site_design"), "LS-1", by=scene.officer)
    step = scene.step("site_design")
    limit = limit_for(step)
    assert local(step.due_at) == "03-20 17:00"  # 7 + 7 working days
    assert limit is not None
    assert len(limit.promise.skipped) == 4


def test_the_log_says_which_results_were_missing() -> None:
    scene = mapped()
    scene.take("filing", "land_planning")
    services.start_step(scene.step("site_design"), "LS-1", by=scene.officer)
    entry = LogEntry.objects.filter(action="step.start").latest("id")
    assert entry.data["services_missing"] == ["ZJ-027"]


def test_with_the_last_step_the_project_is_done() -> None:
    scene = mapped(answers=SMALL)
    for _round in range(40):
        ready = Step.objects.filter(project=scene.project, state=Step.State.READY).first()
        if ready is None:
            break
        scene.take(ready.key)
    project = scene.fresh()
    assert project.state == Project.State.DONE
    assert project.finished_at is not None
    assert Message.objects.filter(recipient=scene.owner.user, kind="projects.done").exists()
    assert not Step.objects.filter(project=project).exclude(state=Step.State.DONE).exists()


@pytest.mark.parametrize("eia", ["book", "form", "registration"])
@pytest.mark.parametrize("land", ["granted", "owned"])
def test_every_questionnaire_can_be_walked_to_its_end(eia: str, land: str) -> None:
    scene = mapped(answers={**SMALL, "eia": eia, "land": land, "hazardous": eia == "book"})
    taken = 0
    while ready := Step.objects.filter(project=scene.project, state=Step.State.READY).first():
        scene.take(ready.key)
        taken += 1
    assert scene.fresh().state == Project.State.DONE
    assert taken >= 15
