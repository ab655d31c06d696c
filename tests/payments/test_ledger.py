"""The ledger balances, and nobody changes it: neither through the models nor behind them."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments import ledger, services
from payments.ledger import Line
from payments.models import LedgerEntry, LedgerIsFinal, LedgerLine
from tests.payments.scene import debt, proof

pytestmark = pytest.mark.django_db

ACTS = st.lists(st.sampled_from(["proof", "dispute", "confirm", "confirm"]), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_happens_the_ledger_sums_to_zero(acts: list[str]) -> None:
    from marketplace.core.errors import DomainError

    owed = debt()
    for number, act in enumerate(acts):
        try:
            if act == "proof":
                services.upload_proof(owed.payment, proof(owed.payer, bytes([number])), by=owed.payer)
            elif act == "dispute":
                services.dispute(owed.payment, "未到账", by=owed.payee)
            else:
                services.confirm_receipt(owed.payment, by=owed.payee)
        except DomainError:
            pass
    lines = list(LedgerLine.objects.filter(entry__payment=owed.payment))
    assert sum(line.amount for line in lines) == 0
    assert len(lines) == (4 if owed.payment.state == "paid" else 2)
    assert not ledger.unbalanced().exists()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line("receivable:A", Decimal(1))],
        [Line("receivable:A", Decimal("1.00")), Line("payable:B", Decimal("-0.99"))],
        [Line("receivable:A", Decimal(1)), Line("payable:B", Decimal(-1), "USD")],
    ],
)
def test_an_entry_out_of_balance_is_never_written(lines: list[Line]) -> None:
    owed = debt()
    with pytest.raises(ledger.Unbalanced):
        ledger.post(owed.payment, "odd", lines)
    assert owed.payment.ledger.count() == 1


def test_a_movement_is_written_once() -> None:
    owed = debt()
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.due(owed.payment)


def test_an_entry_out_of_balance_behind_the_services_is_found() -> None:
    owed = debt()
    entry = LedgerEntry.objects.create(payment=owed.payment, movement="forged")
    LedgerLine.objects.create(entry=entry, account="receivable:X", amount=Decimal(5))
    assert list(ledger.unbalanced()) == [entry]
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="does not sum to zero"), transaction.atomic():
            connection.check_constraints()
    LedgerLine.objects.create(entry=entry, account="payable:X", amount=Decimal(-5))
    assert not ledger.unbalanced().exists()


def test_a_line_of_nothing_is_refused_by_the_database() -> None:
    owed = debt()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(entry=owed.payment.ledger.get(), account="x", amount=Decimal(0))


def test_models_refuse_changes() -> None:
    owed = debt()
    entry, line = owed.payment.ledger.get(), LedgerLine.objects.first()
    for change in (
        entry.save,
        entry.delete,
        line.save,
        line.delete,
        LedgerLine.objects.all().delete,
        lambda: LedgerLine.objects.update(amount=1),
        lambda: entry.lines.update(amount=1),
    ):
        with pytest.raises(LedgerIsFinal):
            change()


@pytest.mark.parametrize("table", ["payments_ledgerline", "payments_ledgerentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_changes_behind_the_models(table: str, statement: str) -> None:
    debt()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
