"""The rules of contracts, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts import rules
from marketplace.contracts.models import Contract, Deliverable, Milestone, Review
from marketplace.contracts.rules import MilestoneTerms, Terms
from marketplace.core.errors import AlreadyDone, Incomplete, WrongState

AMOUNT = Decimal("80000.00")
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
money = st.decimals("0.01", "99999999.99", places=2)


def terms(*rows: tuple[str, str, int]) -> Terms:
    return Terms("第一条", tuple(MilestoneTerms(title, Decimal(amount), days) for title, amount, days in rows))


# --- terms ------------------------------------------------------------------------------------------------------------
def test_milestones_that_sum_to_the_amount_are_accepted() -> None:
    rules.check_terms(terms(("初稿", "30000", 10), ("报批稿", "50000.00", 30)), AMOUNT, 30)


@pytest.mark.parametrize(
    ("second", "difference", "words"), [("49999.99", "-0.01", "少 ¥0.01"), ("50000.01", "0.01", "多 ¥0.01")]
)
def test_a_sum_that_is_one_fen_off_names_the_difference(second: str, difference: str, words: str) -> None:
    with pytest.raises(rules.SumDiffers) as refused:
        rules.check_terms(terms(("初稿", "30000", 10), ("报批稿", second, 30)), AMOUNT, 30)
    assert refused.value.details["difference"] == Decimal(difference)
    assert words in str(refused.value)


def test_a_milestone_after_the_offered_days_is_refused_with_both_numbers() -> None:
    with pytest.raises(rules.TooManyDays, match="31 个工作日，超过中选承诺的 30 个工作日"):
        rules.check_terms(terms(("全部", "80000", 31)), AMOUNT, 30)


@pytest.mark.parametrize(
    "row", [("", "80000", 30), ("初稿", "0", 30), ("初稿", "-1", 30), ("初稿", "80000.001", 30), ("初稿", "80000", 0)]
)
def test_a_milestone_without_title_amount_or_days_is_refused(row: tuple[str, str, int]) -> None:
    with pytest.raises(rules.BadMilestone, match="第 1 个节点"):
        rules.check_terms(terms(row), AMOUNT, 30)


def test_a_contract_without_milestones_is_refused() -> None:
    with pytest.raises(rules.BadMilestone):
        rules.check_terms(terms(), AMOUNT, 30)


@given(money, st.lists(st.integers(1, 50), min_size=1, max_size=10))
def test_shares_of_a_hundred_per_cent_always_sum_exactly(amount: Decimal, parts: list[int]) -> None:
    shares = [Decimal(part) for part in parts]
    shares[-1] += 100 - sum(shares)
    if shares[-1] < 0:
        return
    assert sum(rules.amounts_by_share(amount, shares)) == amount


def test_shares_below_a_hundred_per_cent_do_not_swallow_the_rest() -> None:
    assert rules.amounts_by_share(Decimal("100.00"), [Decimal(30), Decimal(30)]) == [Decimal("30.00"), Decimal("30.00")]


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=20), money, st.integers(1, 300)), max_size=6), st.text(max_size=99)
)
def test_terms_survive_being_stored(rows: list[tuple[str, Decimal, int]], text: str) -> None:
    written = Terms(text, tuple(MilestoneTerms(*row) for row in rows))
    assert Terms.from_json(written.to_json()) == written
    assert rules.differences(written, written) == ()


def test_differences_name_changed_paragraphs_and_milestones() -> None:
    before = Terms("甲\n乙", (MilestoneTerms("全部", AMOUNT, 30),))
    after = Terms("甲\n丙", (MilestoneTerms("初稿", Decimal(30000), 10), MilestoneTerms("报批稿", Decimal(50000), 30)))
    changes = {change.label: (change.before, change.after) for change in rules.differences(before, after)}
    assert changes["约定事项"] == ("乙", "丙")
    assert changes["节点 1"] == ("全部，¥80,000，30 个工作日", "初稿，¥30,000，10 个工作日")
    assert changes["节点 2"] == ("", "报批稿，¥50,000，30 个工作日")


# --- states -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("machine", "model"),
    [
        (rules.CONTRACT, Contract),
        (rules.MILESTONE, Milestone),
        (rules.DELIVERABLE, Deliverable),
        (rules.REVIEW, Review),
    ],
)
def test_every_state_of_a_machine_is_a_state_of_its_model_with_a_tone(machine, model) -> None:
    used = {state for t in machine.transitions.values() for state in (*t.sources, t.target)}
    assert used == set(model.State.values)
    assert used <= set(rules.TONES)


def test_each_side_confirms_once_and_in_any_order() -> None:
    assert rules.signing_act("drafting", "buyer") == "sign_buyer_first"
    assert rules.signing_act("signed_agency", "buyer") == "sign_buyer_second"
    with pytest.raises(AlreadyDone):
        rules.signing_act("signed_buyer", "buyer")
    with pytest.raises(WrongState):
        rules.CONTRACT.target("terminated", rules.signing_act("terminated", "buyer"))


@pytest.mark.parametrize("state", ["completed", "terminated"])
def test_nothing_leaves_a_contract_that_has_ended(state: str) -> None:
    assert not [name for name, t in rules.CONTRACT.transitions.items() if state in t.sources]


@pytest.mark.parametrize(("round_number", "dispute"), [(1, False), (2, False), (3, True), (4, True)])
def test_the_third_return_and_every_one_after_it_is_a_dispute(round_number: int, dispute: bool) -> None:
    assert rules.is_dispute(round_number, 3) is dispute


# --- reminders --------------------------------------------------------------------------------------------------------
def morning(day: int) -> datetime:
    return MORNING + timedelta(days=day)


def test_reminders_come_five_two_and_no_days_before_the_end() -> None:
    found, moment = [], MORNING
    while (moment := rules.next_reminder(moment, 10, (5, 2, 0), morning)) is not None:
        found.append((moment - MORNING).days)
    assert found == [5, 8, 10]


def test_a_period_shorter_than_a_reminder_leaves_it_out() -> None:
    assert rules.next_reminder(MORNING, 4, (5, 2, 0), morning) == morning(2)


# --- reviews ----------------------------------------------------------------------------------------------------------
FINE = dict.fromkeys(rules.DIMENSIONS, 4)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_two_stars_need_words(text: str) -> None:
    with pytest.raises(rules.NeedsText, match="2 星及以下"):
        rules.check_review(FINE | {"fee": 2}, text, 2)
    rules.check_review(FINE | {"fee": 2}, "收费与约定不符", 2)
    rules.check_review(FINE | {"fee": 3}, text, 2)


@pytest.mark.parametrize("stars", [0, 6])
def test_stars_outside_one_to_five_are_refused(stars: int) -> None:
    with pytest.raises(Incomplete):
        rules.check_review(FINE | {"attitude": stars}, "好", 2)


def test_a_missing_dimension_is_refused() -> None:
    with pytest.raises(Incomplete):
        rules.check_review({"quality": 5}, "好", 2)


def test_days_over_the_agreed_ones_are_late() -> None:
    late = rules.Performance(30, 33, AMOUNT, AMOUNT, Decimal(0))
    assert (late.days_late, late.in_time, late.fee_kept) == (3, False, True)
    assert rules.Performance(30, None, AMOUNT, AMOUNT, AMOUNT).in_time is None
    assert not rules.Performance(30, 30, AMOUNT, AMOUNT + 1, AMOUNT).fee_kept
