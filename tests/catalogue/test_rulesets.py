"""Rules change in two pairs of hands, and each tender keeps the version of its day."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.catalogue import loading, queries, services, tasks
from marketplace.catalogue.models import RuleSet
from marketplace.catalogue.rules import RuleDataError
from marketplace.catalogue.services.rulesets import SamePerson
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message, Zone
from tests.factories import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(db: Any) -> None:
    services.load_catalogue(by=Actor.system())
    Zone.objects.create(name="区", owner="管委会", region_code="430599", region_name="示范区")


@pytest.fixture
def operator() -> Actor:
    return staff()


def rules(**periods: int) -> dict[str, Any]:
    data = deepcopy(loading.default_rules())
    data["periods"].update(periods)
    return data


def test_two_operators_make_a_version(operator: Actor) -> None:
    other = staff()
    proposed = services.propose_ruleset(rules(response=4), clock.today(), by=operator)
    assert queries.current_rules().periods.response == 3
    assert [task.act for task in tasks.desk_tasks(other)] == ["核对并批准"]
    assert list(tasks.desk_tasks(operator)) == []
    assert Message.objects.filter(kind="catalogue.ruleset_proposed", recipient=other.user).exists()
    with pytest.raises(SamePerson):
        services.approve_ruleset(proposed, by=operator)
    services.approve_ruleset(proposed, by=other)
    assert queries.current_rules().periods.response == 4
    assert queries.current_ruleset().region_code == "430599"
    with pytest.raises(AlreadyDone):
        services.approve_ruleset(proposed, by=other)
    public = LogEntry.objects.filter(log="public", action="catalogue.ruleset_approved").latest("id")
    assert public.data["rules"]["periods"]["response"] == 4


def test_the_database_too_wants_two_people(operator: Actor) -> None:
    with pytest.raises(IntegrityError):
        RuleSet.objects.create(
            region_code="430599",
            version=9,
            data={},
            effective_from=clock.today(),
            proposed_by=operator.user,
            approved_by=operator.user,
        )


def test_wrong_rules_are_not_even_proposed(operator: Actor) -> None:
    with pytest.raises(RuleDataError):
        services.propose_ruleset(rules(response=99), clock.today(), by=operator)
    with pytest.raises(DomainError, match="不能早于今天"):
        services.propose_ruleset(rules(), clock.today() - timedelta(days=1), by=operator)
    assert not RuleSet.objects.filter(region_code="430599").exists()


def test_nobody_else_touches_the_rules(operator: Actor) -> None:
    for actor in (staff("supervisor"), staff("editor")):
        with pytest.raises(NotAllowed):
            services.propose_ruleset(rules(), clock.today(), by=actor)


def test_a_refused_version_stays_aside_with_its_reason(operator: Actor) -> None:
    other = staff()
    proposed = services.propose_ruleset(rules(response=5), clock.today(), by=operator)
    with pytest.raises(DomainError, match="原因"):
        services.refuse_ruleset(proposed, " ", by=other)
    services.refuse_ruleset(proposed, "太长", by=other)
    with pytest.raises(WrongState):
        services.approve_ruleset(proposed, by=other)
    assert queries.current_rules().periods.response == 3
    assert Message.objects.filter(kind="catalogue.ruleset_refused", recipient=operator.user).exists()


def test_a_later_version_takes_effect_on_its_day(operator: Actor, drain: Callable[[], int]) -> None:
    other = staff()
    first = services.propose_ruleset(rules(response=4), clock.today(), by=operator)
    services.approve_ruleset(first, by=other)
    day = clock.today() + timedelta(days=10)
    second = services.propose_ruleset(rules(response=5), day, by=operator)
    services.approve_ruleset(second, by=other)
    assert (second.version, queries.predecessor(second)) == (2, first)
    assert queries.current_rules().periods.response == 4
    with clock.at(clock.now() + timedelta(days=11)):
        drain()
        assert queries.current_rules().periods.response == 5
    first.refresh_from_db()
    assert first.state == RuleSet.State.RETIRED
