"""The pure rules: states, time, amounts in words, recusal, and what stands against publishing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue import loading
from marketplace.catalogue.rules import RuleData
from marketplace.core.states import Machine
from marketplace.tenders import rules
from marketplace.tenders.models import TONES, Bid, Tender
from marketplace.tenders.rules import Asked, Party, Plan
from marketplace.tenders.selection import registry

RULES = RuleData.from_json(loading.default_rules())
PLAN = Plan(
    item_code="ZJ-030",
    item_kind="A",
    item_is_active=True,
    title="联合测绘",
    content="按规范完成。",
    project_code="",
    funds="private",
    method="lowest_price",
    budget=None,
    ceiling=Decimal(100000),
    floor=None,
    days=10,
    response_days=3,
    region_code="430500",
    local_only=False,
    practitioners=0,
    contact_name="张三",
    contact_phone="0739-5220000",
    complaint_phone="0739-5220000",
)
DIRECT = replace(PLAN, method="direct", chosen="91430500MA41000190", price=Decimal(40000), choice_reason="熟悉现场")


def keys(plan: Plan) -> list[str]:
    return [problem.key for problem in rules.problems(plan, RULES, registry.announced())]


# --- states -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("machine", "states"), [(rules.PROCUREMENT, Tender.State), (rules.BID, Bid.State)])
def test_the_machines_know_exactly_the_models_states(machine: Machine, states: type) -> None:
    named = {t.target for t in machine.transitions.values()} | {
        s for t in machine.transitions.values() for s in t.sources
    }
    assert named == set(states.values)  # type: ignore[attr-defined]


def test_every_state_of_a_tender_has_its_tone() -> None:
    assert set(TONES) == set(Tender.State.values)


def test_an_ended_purchase_never_moves_again() -> None:
    ends = {"closed_ok", "failed", "cancelled", "terminated"}
    assert not [t.name for t in rules.PROCUREMENT.transitions.values() if t.sources & ends]


# --- time -------------------------------------------------------------------------------------------------------------
CLOSE = datetime(2026, 3, 19, 9, 0, tzinfo=UTC)


def test_a_millisecond_before_the_close_counts_and_the_close_itself_does_not() -> None:
    assert rules.in_time(CLOSE - timedelta(milliseconds=1), CLOSE)
    assert not rules.in_time(CLOSE, CLOSE)
    assert not rules.in_time(CLOSE + timedelta(milliseconds=1), CLOSE)
    assert not rules.in_time(CLOSE, None)


def test_a_service_ends_after_publicity_contract_and_its_own_days() -> None:
    assert rules.service_ends_on(date(2026, 3, 19), 1, 10, 10, lambda day: day.weekday() < 5) == date(2026, 4, 17)


# --- amounts ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("60000", "人民币陆万元整"),
        ("76543.21", "人民币柒万陆仟伍佰肆拾叁元贰角壹分"),
        ("100001.05", "人民币壹拾万零壹元零伍分"),
        ("1005000", "人民币壹佰万伍仟元整"),  # a zero at the place of 万 may be written or not
        ("100000001", "人民币壹亿零壹元整"),
        ("10.30", "人民币壹拾元叁角整"),
        ("0.07", "人民币柒分"),
        ("120000345", "人民币壹亿贰仟万零叁佰肆拾伍元整"),
    ],
)
def test_amounts_are_written_in_capital_numerals(amount: str, words: str) -> None:
    assert rules.amount_in_words(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_no_two_amounts_read_alike(amount: Decimal) -> None:
    words = rules.amount_in_words(amount)
    assert words != rules.amount_in_words(amount + Decimal("0.01"))
    assert "零零" not in words


# --- recusal ----------------------------------------------------------------------------------------------------------
def test_the_buyer_itself_and_a_firm_of_the_same_legal_person_stand_aside() -> None:
    assert rules.recusals(Party("A", "王五"), Party("A", "王五")) == ("same_organisation",)
    assert rules.recusals(Party("A", "王五"), Party("B", " 王五 ")) == ("same_legal_person",)
    assert rules.recusals(Party("A", ""), Party("B", "")) == ()
    assert rules.recusals(Party("A", "王五"), Party("B", "赵六")) == ()


# --- publishing -------------------------------------------------------------------------------------------------------
def test_a_complete_plan_has_no_problem() -> None:
    assert keys(PLAN) == []
    assert keys(DIRECT) == []


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"item_is_active": False}, "item_retired"),
        ({"title": " "}, "title_missing"),
        ({"content": ""}, "content_missing"),
        ({"days": None}, "days_missing"),
        ({"days": 1501}, "days_too_many"),
        ({"project_code": "2411-430500"}, "project_code"),
        ({"funds": "public", "ceiling": None}, "ceiling_missing"),
        ({"budget": Decimal(99999)}, "ceiling_above_budget"),
        ({"floor": Decimal(100001)}, "floor_above_ceiling"),
        ({"response_days": 0}, "response_days"),
        ({"response_days": 6}, "response_days"),
        ({"method": "auction"}, "method_not_allowed"),
        ({"local_only": True, "region_code": ""}, "region_missing"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_phone": ""}, "contact_phone"),
        ({"complaint_phone": ""}, "complaint_phone"),
        ({"asked": (Asked("工程造价咨询企业资质", "abolished", abolished_on=date(2021, 7, 1)),)}, "type_abolished"),
        ({"asked": (Asked("工程咨询", "voluntary"),)}, "type_voluntary"),
        ({"asked": (Asked("测绘资质", "required", ("甲级", "乙级"), "丙级"),)}, "grade_unknown"),
        ({"item_kind": "D", "asked": (Asked("测绘资质", "required"),)}, "type_not_lawful"),
    ],
)
def test_each_problem_is_named(changes: dict[str, object], key: str) -> None:
    assert keys(replace(PLAN, **changes)) == [key]  # type: ignore[arg-type]


def test_an_abolished_type_is_refused_with_its_day() -> None:
    asked = Asked("工程造价咨询企业资质", "abolished", abolished_on=date(2021, 7, 1))
    (problem,) = rules.problems(replace(PLAN, asked=(asked,)), RULES, registry.announced())
    assert "2021年7月1日" in problem.sentence
    assert problem.field == "requirements"


@pytest.mark.parametrize("item", ["ZJ-026", "ZJ-027", "ZJ-033"])
@pytest.mark.parametrize(
    ("amount", "funds", "stops"),
    [(999_999, "public", False), (1_000_000, "public", True), (2_000_000, "private", False)],
)
def test_a_million_of_public_money_for_survey_design_or_supervision_stops(
    item: str, amount: int, funds: str, stops: bool
) -> None:
    plan = replace(PLAN, item_code=item, funds=funds, ceiling=Decimal(amount))
    assert keys(plan) == (["compulsory_tendering"] if stops else [])
    if stops:
        assert "2018 年第 16 号" in rules.problems(plan, RULES, registry.announced())[0].sentence


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"chosen": ""}, "agency_missing"),
        ({"price": None}, "price_missing"),
        ({"price": Decimal(0)}, "price_missing"),
        ({"price": Decimal(100001)}, "price_above_ceiling"),
        ({"funds": "public", "ceiling": None, "choice_reason": " "}, "reason_missing"),
        ({"funds": "public", "ceiling": None, "price": Decimal("50000.01")}, "direct_limit"),
        ({"refusals": 2}, "direct_refused"),
    ],
)
def test_each_problem_of_a_direct_choice_is_named(changes: dict[str, object], key: str) -> None:
    assert keys(replace(DIRECT, **changes)) == [key]  # type: ignore[arg-type]


def test_private_money_chooses_directly_at_any_amount_and_public_money_after_two_failures() -> None:
    large = replace(DIRECT, ceiling=None, price=Decimal(900000))
    assert keys(large) == []
    assert keys(replace(large, funds="public", failures=2)) == []
    assert keys(replace(DIRECT, funds="public", ceiling=None, price=Decimal(50000))) == []
