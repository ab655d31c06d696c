"""Amounts, capitals and states of payments, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import rules
from payments.capitals import DIGITS, capitals
from payments.models import Payment
from payments.providers import registry
from payments.providers.transfer.provider import grouped


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("80000", "捌万元整"),
        ("1009.05", "壹仟零玖元零伍分"),
        ("1009.50", "壹仟零玖元伍角整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("100010.01", "壹拾万零壹拾元零壹分"),
        ("100000000", "壹亿元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("1000000001.10", "壹拾亿零壹元壹角整"),
        ("20030405.67", "贰仟零叁万零肆佰零伍元陆角柒分"),
        ("76543.21", "柒万陆仟伍佰肆拾叁元贰角壹分"),
    ],
)
def test_money_in_capitals(amount: str, words: str) -> None:
    assert capitals(Decimal(amount)) == words


VALUES = {digit: value for value, digit in enumerate(DIGITS)}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8, "兆": 10**12}


def read(words: str) -> Decimal:
    """The amount that capitals say, read independently."""
    whole, _, rest = words.partition("元") if "元" in words else ("", "", words)
    total = group = digit = 0
    for sign in whole:
        if sign in VALUES:
            digit = VALUES[sign]
        elif sign in UNITS:
            group += digit * UNITS[sign]
            digit = 0
        else:
            total += (group + digit) * GROUPS[sign]
            group = digit = 0
    yuan, fen, digit = total + group + digit, 0, 0
    for sign in rest:
        if sign in VALUES:
            digit = VALUES[sign]
        elif sign in "角分":
            fen += digit * (10 if sign == "角" else 1)
            digit = 0
    return Decimal(yuan) + Decimal(fen) / 100


@given(st.decimals("0", "9999999999999.99", places=2))
def test_capitals_say_the_amount(amount: Decimal) -> None:
    assert read(capitals(amount)) == amount
    assert "零零" not in capitals(amount)


@pytest.mark.parametrize("amount", ["-1", "0.001", "1E+16"])
def test_what_has_no_capitals_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="fen"):
        capitals(Decimal(amount))


@pytest.mark.parametrize("amount", ["0", "-0.01", "1.001", "NaN", "Infinity"])
def test_an_amount_that_cannot_be_paid_is_refused(amount: str) -> None:
    with pytest.raises(rules.BadAmount):
        rules.check_amount(Decimal(amount))


def test_another_currency_is_refused_by_name() -> None:
    with pytest.raises(rules.BadAmount, match="USD"):
        rules.check_amount(Decimal(1), "USD")


def test_every_state_is_a_state_of_the_model_with_a_tone() -> None:
    used = {state for t in rules.PAYMENT.transitions.values() for state in (*t.sources, t.target)}
    assert used == set(Payment.State.values) == set(rules.TONES)


def test_direct_transfer_is_found_as_the_default_provider() -> None:
    provider = registry.get(registry.DEFAULT)
    assert provider.key == "transfer"
    assert provider.takes_proof


def test_an_account_number_is_shown_in_groups_of_four() -> None:
    assert grouped("6222 0202001122334") == "6222 0202 0011 2233 4"
