"""Ratings become one number, credit points a grade; both are written once."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries, rules, services
from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency, PastWork, ServiceRating
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, events
from marketplace.core.errors import DomainError, NotAllowed
from tests.agencies import scene
from tests.factories import staff

TODAY = date(2026, 3, 18)
SCORES = dict.fromkeys(rules.DIMENSIONS, 5)
Drain = Callable[[], int]


def rated(mean: str, days_ago: int = 0) -> rules.Rated:
    return rules.Rated(Decimal(mean), TODAY - timedelta(days=days_ago))


# --- arithmetic -------------------------------------------------------------------------------------------------------
def test_a_single_review_is_drawn_towards_the_market() -> None:
    assert rules.bayesian_rating([rated("5")], Decimal(4), TODAY) == Decimal("4.167")  # (5·4 + 5) / 6


def test_without_reviews_there_is_no_rating() -> None:
    assert rules.bayesian_rating([], Decimal(4), TODAY) is None


def test_a_review_of_two_years_ago_weighs_a_quarter() -> None:
    old = rules.bayesian_rating([rated("5", 730)], Decimal(4), TODAY, prior_weight=0)
    assert old == Decimal("5.000")
    mixed = rules.bayesian_rating([rated("5", 0), rated("1", 730)], Decimal(4), TODAY, prior_weight=0)
    assert mixed is not None
    assert abs(mixed - Decimal("4.2")) < Decimal("0.01")  # (5 + 1/4) / (1 + 1/4)


def test_many_reviews_outweigh_the_market() -> None:
    many = rules.bayesian_rating([rated("5")] * 100, Decimal(3), TODAY)
    assert many is not None
    assert many > Decimal("4.9")


means = st.lists(st.builds(rated, st.sampled_from(["1", "2.4", "3", "4.2", "5"]), st.integers(0, 2000)), min_size=1)


@given(means, st.sampled_from([Decimal(2), Decimal(4)]))
def test_a_rating_lies_between_the_market_and_the_reviews(reviews: list[rules.Rated], market: Decimal) -> None:
    value = rules.bayesian_rating(reviews, market, TODAY)
    values = [market, *(review.mean for review in reviews)]
    assert value is not None
    assert min(values) <= value <= max(values)


@given(means)
def test_one_more_best_review_never_lowers_the_rating(reviews: list[rules.Rated]) -> None:
    before = rules.bayesian_rating(reviews, Decimal(4), TODAY)
    after = rules.bayesian_rating([*reviews, rated("5")], Decimal(4), TODAY)
    assert before is not None
    assert after is not None
    assert after >= before


@pytest.mark.parametrize(
    ("score", "grade"), [(100, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D")]
)
def test_credit_grades_have_their_lines(score: int, grade: str) -> None:
    assert rules.credit_grade(score) == grade


def test_credit_counts_until_it_expires_and_rewards_are_capped() -> None:
    entries = [
        rules.Points(-5, TODAY + timedelta(days=1)),
        rules.Points(-40, TODAY),
        rules.Points(8, TODAY + timedelta(days=9)),
        rules.Points(8, TODAY + timedelta(days=9)),
    ]
    assert rules.credit_score(entries, TODAY) == 80 - 5 + 10


@given(st.lists(st.builds(rules.Points, st.integers(-60, 10), st.dates(date(2025, 1, 1), date(2028, 1, 1)))))
def test_credit_stays_within_its_scale(entries: list[rules.Points]) -> None:
    assert 0 <= rules.credit_score(entries, TODAY) <= 100


# --- written down -----------------------------------------------------------------------------------------------------
@pytest.fixture
def agency(db: Any, drain: Drain) -> Agency:
    scene.catalogue()
    return scene.admitted(scene.author(), staff(), drain)


def rate(agency: Agency, number: str = "HT-2026-000001", **changes: Any) -> ServiceRating:
    given: dict[str, Any] = {
        "contract_number": number,
        "item": ServiceItem.objects.get(code="ZJ-016"),
        "title": "产业园一期勘测定界",
        "by_name": "示范精工制造有限公司",
        "scores": SCORES,
        "text": "按期交付",
        "is_default": False,
    }
    return services.record_rating(agency=agency, by=Actor.system(), **{**given, **changes})


@pytest.mark.django_db
def test_a_review_moves_the_rating_and_is_told(agency: Agency, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    listening = {"test": lambda event: told.append(event.agency_id)}
    monkeypatch.setitem(events._subscribers, events.name_of(AgencyChanged), listening)
    monkeypatch.setitem(events._types, events.name_of(AgencyChanged), AgencyChanged)
    rate(agency)
    drain()
    agency.refresh_from_db()
    assert agency.rating == Decimal("5.000")  # the market has no other review
    assert agency.rating_count == 1
    assert told == [agency.pk]


@pytest.mark.django_db
def test_a_review_of_the_same_contract_counts_once(agency: Agency) -> None:
    assert rate(agency) == rate(agency, scores=dict.fromkeys(rules.DIMENSIONS, 1))
    agency.refresh_from_db()
    assert (agency.rating, agency.rating_count) == (Decimal("5.000"), 1)


@pytest.mark.django_db
def test_a_default_review_is_shown_but_does_not_count(agency: Agency) -> None:
    rate(agency, is_default=True)
    agency.refresh_from_db()
    assert (agency.rating, agency.rating_count) == (None, 0)
    page = queries.public_page(agency.credit_code)
    assert page is not None
    assert [rating.is_default for rating in page.ratings] == [True]


@pytest.mark.django_db
def test_a_star_outside_the_scale_is_refused(agency: Agency) -> None:
    with pytest.raises(DomainError):
        rate(agency, scores={**SCORES, "fee": 6})


@pytest.mark.django_db
def test_the_rating_ages_by_itself(agency: Agency, drain: Drain) -> None:
    rate(agency, scores=dict.fromkeys(rules.DIMENSIONS, 1))
    rate(agency, "HT-2026-000002")
    agency.refresh_from_db()
    before = agency.rating
    ServiceRating.objects.filter(contract_number="HT-2026-000001").update(
        published_at=clock.now() - timedelta(days=900)
    )
    with clock.at(clock.now() + timedelta(days=31)):
        drain()
    agency.refresh_from_db()
    assert before is not None
    assert agency.rating is not None
    assert agency.rating > before


@pytest.mark.django_db
def test_only_the_agency_answers_a_review_and_once(agency: Agency) -> None:
    rate(agency)
    author = Actor.of(agency.organisation.memberships.get().user)
    with pytest.raises(NotAllowed):
        services.answer_rating("HT-2026-000001", "谢谢", by=scene.author())
    services.answer_rating("HT-2026-000001", "谢谢", by=author)
    with pytest.raises(DomainError, match="已经回复"):
        services.answer_rating("HT-2026-000001", "再谢", by=author)


@pytest.mark.django_db
def test_work_under_a_contract_is_written_once(agency: Agency) -> None:
    given: dict[str, Any] = {
        "agency": agency,
        "contract_number": "HT-2026-000001",
        "item": ServiceItem.objects.get(code="ZJ-016"),
        "title": "勘测定界",
        "client": "示范精工",
        "amount": Decimal("46000"),
        "started_on": TODAY,
        "finished_on": TODAY + timedelta(days=9),
        "by": Actor.system(),
    }
    assert services.add_contract_work(**given) == services.add_contract_work(**given)
    work = PastWork.objects.get()
    assert work.is_own
    author = Actor.of(agency.organisation.memberships.get().user)
    with pytest.raises(DomainError, match="本平台合同"):
        services.remove_past_work(work, by=author)


@pytest.mark.django_db
def test_points_count_for_twelve_months(agency: Agency, drain: Drain) -> None:
    entry = services.add_credit(agency, -10, "超合同收费", "查实", by=staff("supervisor"))
    agency.refresh_from_db()
    assert (agency.credit_score, agency.credit_grade) == (70, "C")
    with clock.at(clock.now() + timedelta(days=370)):
        drain()
    agency.refresh_from_db()
    assert agency.credit_score == 80
    assert entry.expires_on > clock.today()


@pytest.mark.django_db
def test_grade_d_freezes_until_released(agency: Agency) -> None:
    supervisor = staff("supervisor")
    services.add_credit(agency, -40, "材料虚假", "查实", by=supervisor)
    agency.refresh_from_db()
    assert (agency.credit_grade, agency.state) == ("D", Agency.State.FROZEN)
    services.unfreeze(agency, "修复", by=supervisor)
    agency.refresh_from_db()
    assert agency.state == Agency.State.ACTIVE


@pytest.mark.django_db
def test_a_freeze_ends_by_its_day(agency: Agency, drain: Drain) -> None:
    until = clock.today() + timedelta(days=30)
    services.freeze(agency, until, "逾期", by=staff("supervisor"))
    with clock.at(clock.now() + timedelta(days=29)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.FROZEN
    with clock.at(clock.now() + timedelta(days=32)):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.ACTIVE


@pytest.mark.django_db
def test_an_agency_may_not_write_its_own_credit(agency: Agency) -> None:
    author = Actor.of(agency.organisation.memberships.get().user)
    with pytest.raises(NotAllowed):
        services.add_credit(agency, 10, "表扬", "自己", by=author)


@pytest.mark.django_db
def test_who_still_has_something_open_may_not_leave(agency: Agency) -> None:
    from marketplace.agencies.services import standing

    author = Actor.of(agency.organisation.memberships.get().user)
    services.register_obstacle("test", lambda _agency: ["还有 1 份合同未完成"])
    try:
        with pytest.raises(DomainError, match="未完成"):
            services.withdraw(agency, by=author)
    finally:
        del standing._obstacles["test"]
    assert services.withdraw(agency, by=author).state == Agency.State.WITHDRAWN
    assert queries.public_page(agency.credit_code) is None
