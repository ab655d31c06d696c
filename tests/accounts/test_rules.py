import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from marketplace.accounts import rules
from marketplace.accounts.rules import CodeProblem
from tests.factories import credit_code

GOOD = "91110000600037341L"
bodies = st.tuples(
    st.sampled_from(["11", "12", "51", "91", "92", "93", "N2", "31", "Y1"]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(alphabet=rules.ALPHABET, min_size=9, max_size=9),
).map("".join)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (GOOD, None),
        ("91440101MA5CQ2XU1", CodeProblem.LENGTH),
        (GOOD + "0", CodeProblem.LENGTH),
        ("", CodeProblem.LENGTH),
        ("9111000060003734IL", CodeProblem.ALPHABET),
        ("91110000600O37341L", CodeProblem.ALPHABET),
        ("911I0000600037341L", CodeProblem.ALPHABET),
        ("9111A000600037341L", CodeProblem.ALPHABET),
        ("91110000600037341M", CodeProblem.CHECK),
        ("91110000600037314L", CodeProblem.CHECK),
    ],
)
def test_a_credit_code_names_its_first_problem(code: str, problem: CodeProblem | None) -> None:
    assert rules.credit_code_problem(code) == problem


def test_a_remainder_of_zero_gives_the_check_character_zero() -> None:
    bodies = (f"91440101MA{n:07d}" for n in range(1000))
    body = next(body for body in bodies if uscc.calc_check_digit(body) == "0")
    assert rules.credit_code_problem(body + "0") is None


@given(body=bodies)
def test_every_body_has_exactly_one_check_character(body: str) -> None:
    good = [c for c in rules.ALPHABET if rules.credit_code_problem(body + c) is None]
    assert good == [uscc.calc_check_digit(body)]


@given(body=bodies, place=st.integers(0, 16), other=st.sampled_from(rules.ALPHABET))
def test_one_wrong_character_is_always_found(body: str, place: int, other: str) -> None:
    code = body + uscc.calc_check_digit(body)
    if code[place] != other:
        assert rules.credit_code_problem(code[:place] + other + code[place + 1 :]) is not None


def test_codes_of_cooperatives_and_law_firms_are_taken() -> None:
    for prefix in ("93", "31", "N2"):
        assert rules.credit_code_problem(credit_code(7, prefix)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "９１１１００００６０００３７３４１Ｌ",
        " 9111 0000 6000 3734 1l ",
        "91110000-60003734-1L",
        "911100006000\u300037341L",
    ],
)
def test_a_code_may_be_typed_wide_with_spaces_and_in_small_letters(typed: str) -> None:
    assert rules.normalise_code(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "zhang@example.cn"),
        (" Zhang@Example.CN ", "zhang@example.cn"),
        ("139 0000 1111", "13900001111"),
        ("+86 139-0000-1111", "13900001111"),
        ("８６１３９００００１１１１", "13900001111"),
    ],
)
def test_a_contact_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert rules.normalise_contact(typed) == stored


def test_a_name_loses_its_spaces_and_gets_wide_brackets() -> None:
    assert rules.normalise_name(" 示范 勘测(广州)　有限公司 ") == "示范勘测（广州）有限公司"
    assert rules.normalise_name("Demo  Survey (China) Ltd.") == "Demo Survey (China) Ltd."


def test_a_code_tells_the_kind_where_it_can() -> None:
    assert rules.code_suits_kind("12" + "0" * 16, "institution") is True
    assert rules.code_suits_kind("12" + "0" * 16, "enterprise") is False
    assert rules.code_suits_kind("31" + "0" * 16, "social") is None


@pytest.mark.parametrize(
    ("code", "is_code"),
    [("2018-440101-77-03-803215", True), ("2103-440101-04-01-123456", True), ("2113-440101-04-01-123456", False)],
)
def test_project_codes_of_both_forms_are_known(code: str, is_code: bool) -> None:
    assert rules.is_project_code(code) is is_code


def test_a_masked_contact_is_recognised_and_not_usable() -> None:
    assert rules.masked("13912345678") == "139****5678"
    assert rules.masked("zhangsan@example.cn") == "zh***@example.cn"
