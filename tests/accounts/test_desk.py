from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts import queries, services
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Claim
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.views.desk import shelves, tiles
from marketplace.core import clock
from marketplace.core.desk import Task
from marketplace.core.rules import Alert
from tests.factories import ClaimFactory, MembershipFactory, UserFactory, member, staff

NOW = datetime(2026, 3, 18, 10, 0, tzinfo=clock.ZONE)


def task(due_at: datetime | None, group: str = "") -> Task:
    return Task(title=str(due_at), act="办理", url="/", due_at=due_at, group=group)


def test_tasks_stand_on_the_shelf_of_their_time() -> None:
    due = {
        "overdue": NOW - timedelta(minutes=1),
        "today": NOW.replace(hour=17),
        "tomorrow": NOW + timedelta(days=1),
        "week": NOW + timedelta(days=7),
        "later": NOW + timedelta(days=8),
        "open": None,
    }
    found = shelves([task(moment) for moment in due.values()], NOW)
    assert {shelf.key: shelf.tasks[0].due_at for shelf in found} == due
    assert [shelf.key for shelf in found] == list(due)


def test_tiles_count_the_kinds_and_stay_away_when_there_is_one() -> None:
    first, second = task(NOW, "核验"), task(NOW + timedelta(days=2), "核验")
    other = task(None, "邀请")
    assert tiles([first, second], "") == []
    found = tiles([first, second, other], "邀请")
    assert [(tile.label, tile.count, tile.due_at, tile.current) for tile in found] == [
        ("核验", 2, NOW, False),
        ("邀请", 1, None, True),
    ]


@pytest.mark.django_db
def test_a_newcomer_is_told_the_first_thing_to_do(browser_of: Callable) -> None:
    text = browser_of(UserFactory()).get("/desk/").text
    assert "/organisation/register/?for=buyer" in text
    assert "/organisation/register/?for=agency" in text


@pytest.mark.django_db
def test_a_visitor_is_asked_to_log_in_first(client: Client) -> None:
    assert client.get("/desk/").url == "/accounts/login/?next=/desk/"


@pytest.mark.django_db
def test_an_operator_finds_claims_with_their_limit(browser_of: Callable) -> None:
    submitted = datetime(2026, 3, 18, 16, 0, tzinfo=clock.ZONE)
    with clock.at(submitted):
        claim = ClaimFactory(name="示范测绘有限公司")
        operator = staff("operator")
    with clock.at(submitted + timedelta(hours=1)):
        (waiting,) = queries.desk_tasks(operator)
    assert waiting.due_at == datetime(2026, 3, 19, 17, 0, tzinfo=clock.ZONE)
    assert waiting.level == Alert.QUIET
    assert waiting.url == f"/admin/accounts_claims/review/{claim.pk}/"
    with clock.at(submitted + timedelta(days=1, hours=2)):
        (late,) = queries.desk_tasks(operator)
    assert late.level == Alert.YELLOW
    text = browser_of(operator).get("/desk/").text
    assert "示范测绘有限公司" in text
    assert text.count(waiting.url) == 2  # the title and the one act


@pytest.mark.django_db
def test_other_staff_and_strangers_see_no_claims() -> None:
    ClaimFactory()
    for actor in (staff("editor"), staff("officer"), member(), Actor.system()):
        assert not list(queries.desk_tasks(actor))


@pytest.mark.django_db
def test_a_refused_claim_waits_for_its_person() -> None:
    claim = ClaimFactory(state=Claim.State.REFUSED, reason="看不清")
    MembershipFactory(user=claim.user, organisation=claim.organisation)
    (waiting,) = queries.desk_tasks(Actor.of(claim.user))
    assert "看不清" in waiting.subject
    assert waiting.url == f"/organisation/authorisation/?organisation={claim.organisation.pk}"


@pytest.mark.django_db
def test_an_organisation_that_nobody_vouched_for_asks_for_its_paper() -> None:
    membership = MembershipFactory(organisation__verified_at=None)
    (waiting,) = queries.desk_tasks(Actor.of(membership.user))
    assert waiting.title == membership.organisation.name


@pytest.mark.django_db
def test_no_desk_shows_an_invitation_to_who_merely_has_its_contact() -> None:
    actor, colleague = member(), UserFactory(username="13811112222")
    services.invite(actor.organisation, contact=colleague.username, name="", roles=["buyer"], by=actor)
    assert not list(queries.desk_tasks(Actor.of(colleague)))


@pytest.mark.django_db
def test_the_desk_costs_the_same_for_one_claim_and_for_ten(
    browser_of: Callable, django_assert_num_queries: Callable
) -> None:
    client = browser_of(staff("operator"))
    ClaimFactory()
    client.get("/desk/")
    with clock.at(clock.now()), CaptureQueriesContext(connection) as one:
        client.get("/desk/")
    for _ in range(9):
        ClaimFactory()
    with clock.at(clock.now()), django_assert_num_queries(len(one)):
        client.get("/desk/")


@pytest.mark.django_db
def test_short_cuts_follow_the_roles(browser_of: Callable) -> None:
    buyer = browser_of(member(MemberRole.BUYER)).get("/desk/")
    labels = {str(cut.label) for cut in buyer.context["short_cuts"]}
    assert "单位与成员" in labels
    assert not labels & {"运营与内容后台", "我的报价"}
    operator = browser_of(staff("operator")).get("/desk/")
    assert [str(cut.label) for cut in operator.context["short_cuts"]][:1] == ["运营与内容后台"]
