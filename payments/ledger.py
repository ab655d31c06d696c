"""The ledger: double entry, append-only. This is its only writer.

Accounts are `payable:<credit code>` (what a payer owes, credit) and `receivable:<credit code>` (what a payee is owed,
debit). With a direct transfer no money passes the market: `due` opens both sides, `paid` closes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, models, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce, Round

from marketplace.core import clock
from payments.models import LedgerEntry, LedgerLine, Payment

ZERO = Decimal("0.00")


class Unbalanced(ValueError):
    """Lines that don't sum to zero: a mistake of the program, never of a person."""


@dataclass(frozen=True)
class Line:
    """One side of a movement; positive = debit."""

    account: str
    amount: Decimal
    currency: str = "CNY"


def due(payment: Payment) -> LedgerEntry:
    """The amount has fallen due: the payee is owed, the payer owes."""
    return post(payment, "due", _sides(payment, payment.amount))


def paid(payment: Payment) -> LedgerEntry:
    """The money has come: both sides are closed."""
    return post(payment, "paid", _sides(payment, -payment.amount))


def post(payment: Payment, movement: str, lines: Sequence[Line]) -> LedgerEntry:
    """Write one movement with all of its lines. Unbalanced unless they sum to zero in every currency.

    IntegrityError when the payment has this movement already.
    """
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.currency] = totals.get(line.currency, ZERO) + line.amount
    if len(lines) < 2 or any(totals.values()):
        raise Unbalanced(f"{payment} {movement}: {totals}")
    with transaction.atomic():
        entry = LedgerEntry.objects.create(payment=payment, movement=movement, at=clock.now())
        LedgerLine.objects.bulk_create(
            LedgerLine(entry=entry, account=line.account, amount=line.amount, currency=line.currency) for line in lines
        )
    return entry


def balance(account: str, currency: str = "CNY") -> Decimal:
    """What stands on the account now; positive = debit."""
    total = LedgerLine.objects.filter(account=account, currency=currency).aggregate(total=Coalesce(Sum("amount"), ZERO))
    return Decimal(total["total"]).quantize(ZERO)


def unbalanced() -> "models.QuerySet[LedgerEntry]":
    """Entries whose lines do not sum to zero: there are none, and a check says so."""
    summed = LedgerEntry.objects.annotate(total=Round(Sum("lines__amount"), 2))
    return summed.exclude(total=0)


def _sides(payment: Payment, amount: Decimal) -> tuple[Line, Line]:
    return (
        Line(f"receivable:{payment.payee.credit_code}", amount, payment.currency),
        Line(f"payable:{payment.payer.credit_code}", -amount, payment.currency),
    )


# --- what the database itself refuses ---------------------------------------------------------------------------------

SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION ledger_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is never changed'; END $$;
CREATE OR REPLACE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF EXISTS (SELECT 1 FROM payments_ledgerline WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount) <> 0)
  THEN RAISE EXCEPTION 'ledger entry % does not sum to zero', NEW.entry_id; END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS ledger_final ON payments_ledgerentry;
CREATE TRIGGER ledger_final BEFORE UPDATE OR DELETE ON payments_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_is_final();
DROP TRIGGER IF EXISTS ledger_final ON payments_ledgerline;
CREATE TRIGGER ledger_final BEFORE UPDATE OR DELETE ON payments_ledgerline
  FOR EACH ROW EXECUTE FUNCTION ledger_is_final();
DROP TRIGGER IF EXISTS ledger_balance ON payments_ledgerline;
CREATE CONSTRAINT TRIGGER ledger_balance AFTER INSERT ON payments_ledgerline DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger_balances();
"""


def install_triggers(**_kwargs: object) -> None:
    """Let the database refuse changes of the ledger (and on PostgreSQL, at the commit, entries out of balance).

    Runs after every `migrate`, because a table that a migration rebuilds loses its triggers on SQLite.
    """
    if LedgerLine._meta.db_table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        elif connection.vendor == "sqlite":
            for table in (LedgerEntry._meta.db_table, LedgerLine._meta.db_table):
                for act in ("UPDATE", "DELETE"):
                    cursor.execute(SQLITE.format(table=table, act=act))
