"""The sweep: which limits it sees, which cards it raises and whom it tells."""

from datetime import datetime, timedelta

import pytest

from marketplace.accounts.roles import MemberRole
from marketplace.core import calendar, clock, deadlines, log
from marketplace.core.models import Deadline, Message
from marketplace.projects import services as projects
from marketplace.supervision import limits, services
from marketplace.supervision.models import Card, Sweep
from marketplace.tenders.models import Tender
from tests.factories import member, staff
from tests.projects.scene import MONDAY, Scene, mapped, requested

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=clock.ZONE)


def running_step() -> Scene:
    """A step that began on Monday the 2nd and has five working days: due on the 9th."""
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning")
        projects.start_step(scene.step("site_design"), "LS-1", by=scene.officer)
        step = scene.step("site_design")
        step.due_at = at(9, 17)
        step.save(update_fields=["due_at"])
    return scene


def levels_over_time(*moments: datetime) -> list[str]:
    found = []
    for moment in moments:
        with clock.at(moment):
            services.sweep()
        card = Card.objects.filter(cleared_at=None, kind="step").first()
        found.append(card.level if card else "")
    return found


def test_a_limit_is_alerted_then_yellow_then_red() -> None:
    running_step()
    moments = [at(3), at(6, 17), at(9, 16, 59), at(9, 17, 1), at(10, 17), at(10, 17, 1)]
    assert levels_over_time(*moments) == ["", "alert", "alert", "yellow", "yellow", "red"]


def test_a_higher_card_replaces_a_lower_one_and_both_stay_on_record() -> None:
    running_step()
    levels_over_time(at(6, 17), at(9, 18), at(11))
    cards = list(Card.objects.filter(kind="step").order_by("raised_at"))
    assert [card.level for card in cards] == ["alert", "yellow", "red"]
    assert [card.cleared_at is None for card in cards] == [False, False, True]
    assert cards[-1].responsible == "自然资源"


def test_the_same_card_is_not_raised_twice_nor_told_twice() -> None:
    scene = running_step()
    supervisor = staff("supervisor")
    levels_over_time(at(9, 18), at(9, 19), at(9, 20))
    assert Card.objects.filter(kind="step").count() == 1
    assert Message.objects.filter(recipient=supervisor.user, kind="supervision.yellow").count() == 1
    assert Message.objects.filter(recipient=scene.officer.user, kind="supervision.yellow").count() == 1


def test_an_alert_is_shown_but_nobody_is_written_to() -> None:
    running_step()
    staff("supervisor")
    levels_over_time(at(6, 17))
    assert not Message.objects.filter(kind__startswith="supervision.").exists()


def test_what_is_done_in_the_end_is_cleared() -> None:
    scene = running_step()
    levels_over_time(at(9, 18))
    with clock.at(at(9, 19)):
        projects.finish_step(scene.step("site_design"), by=scene.officer)
        services.sweep()
    card = Card.objects.get(kind="step")
    assert card.cleared_at == at(9, 19)
    assert list(log.history(card).values_list("action", flat=True)) == ["card.raise", "card.clear"]


def test_the_enterprise_answers_for_its_own_steps() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing", "land_planning", "site_design")
        projects.start_step(scene.step("survey"), "", by=scene.owner)
    with clock.at(scene.step("survey").due_at + timedelta(hours=1)):
        services.sweep()
    card = Card.objects.get(cleared_at=None, subject=deadlines.subject_of(scene.step("survey")))
    assert card.responsible == scene.owner.organisation.name
    assert Message.objects.filter(recipient=scene.owner.user, kind="supervision.yellow").exists()


def test_requests_nobody_takes_on_and_complaints_nobody_answers_are_watched_too() -> None:
    with clock.at(MONDAY):
        requested()
        services.file_complaint(text="窗口人员要求指定中介机构，请核实处理。")
    with clock.at(at(6)):
        services.sweep()
    assert {card.kind: card.level for card in Card.objects.filter(cleared_at=None)} == {
        "request": "red",  # two working days, until the 4th
        "complaint": "yellow",  # three to accept it, until the 5th
    }


def test_announcements_to_check_and_contracts_to_sign_are_watched() -> None:
    from marketplace.agencies.models import Agency
    from marketplace.contracts.models import Contract
    from marketplace.tenders.models import Award

    with clock.at(MONDAY):
        scene = requested()
        from marketplace.catalogue.models import ServiceItem

        agency_side = member(MemberRole.BID_AUTHOR)
        agency = Agency.objects.create(organisation=agency_side.organisation, state="active")
        tender = Tender.objects.create(
            number="ZJ-2026-000001",
            buyer=scene.owner.organisation,
            created_by=scene.owner.user,
            item=ServiceItem.objects.get(code="ZJ-005"),
            title="环评",
            state="checking",
            submitted_at=clock.now(),
            check_by=calendar.closes_at(clock.now(), 1),
        )
        award = Award.objects.create(tender=tender, agency=agency, price=1, days=1)
        Contract.objects.create(
            number="HT-2026-000001",
            award=award,
            buyer=scene.owner.organisation,
            agency=agency,
            title="环评合同",
            amount=1,
            days=1,
            sign_by=at(5, 17),
            state="signed_buyer",
        )
    operator = staff("operator")
    with clock.at(at(9)):
        services.sweep()
    cards = {card.kind: card for card in Card.objects.filter(cleared_at=None)}
    assert cards["tender"].level == cards["contract"].level == "red"
    assert cards["contract"].responsible == agency_side.organisation.name  # the buyer has confirmed already
    assert Message.objects.filter(recipient=operator.user, kind="supervision.red").exists()
    assert Message.objects.filter(recipient=agency_side.user, kind="supervision.red").exists()
    told = Message.objects.filter(recipient=scene.owner.user, kind="supervision.red")
    assert not any("合同" in message.params["title"] for message in told)


def test_every_source_has_a_name_and_runs_on_an_empty_house() -> None:
    assert set(limits.SOURCES) == set(limits.KINDS)
    assert list(limits.running()) == []


def test_the_sweep_renews_itself_every_half_hour_and_is_planned_once(drain: object) -> None:
    with clock.at(MONDAY):
        services.ensure_sweep()
        services.ensure_sweep()
        assert Deadline.objects.filter(kind="supervision.sweep", done_at=None).count() == 1
    moment = MONDAY
    for _round in range(3):
        moment += timedelta(minutes=30)
        with clock.at(moment):
            assert deadlines.run_due() == 1
    assert Sweep.objects.exclude(swept_at=None).count() == 3
    following = Deadline.objects.get(kind="supervision.sweep", done_at=None)
    assert following.due_at == moment + timedelta(minutes=30)


def test_a_sweep_by_hand_does_not_break_the_chain() -> None:
    with clock.at(MONDAY):
        services.ensure_sweep()
        services.sweep()
    with clock.at(MONDAY + timedelta(hours=2)):
        deadlines.run_due()
        assert Deadline.objects.filter(kind="supervision.sweep", done_at=None).count() == 1


def test_a_broken_chain_is_mended() -> None:
    with clock.at(MONDAY):
        services.ensure_sweep()
        Deadline.objects.filter(kind="supervision.sweep").update(done_at=clock.now())
        services.ensure_sweep()
        assert Deadline.objects.filter(kind="supervision.sweep", done_at=None).count() == 1
