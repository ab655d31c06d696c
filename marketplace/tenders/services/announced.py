"""What a response asks of its tender, read under the response's locks - and once for all responses of some seconds.

In the last minute hundreds respond to one announcement: what it says is read once by each process. What may change
between two responses is read for each of them: the tender's state and close, the agency, its declared recusal. Whatever
is remembered here is asked again, from the tables, at the close and before the notice.
"""

import copy
import hashlib
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.agencies.rules import Facts, Needs
from marketplace.catalogue.rules import RuleData
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.tenders import conflicts
from marketplace.tenders.eligibility import Report, needs_of, report
from marketplace.tenders.models import Recusal, Tender
from marketplace.tenders.queries import rules_of

MEMORY_SECONDS = 5
MOST_REMEMBERED = 100
VOLATILE = ("state", "closes_at", "published_at", "amended", "public_key")
HEAVY = ("record", "wrapped_key")

_declared = Prepared(
    lambda tender, agency: Recusal.objects.filter(tender=tender, agency=agency).order_by().values_list("pk"), int, int
)
_memory: dict[tuple[object, ...], "Announced"] = {}


@dataclass(frozen=True)
class Announced:
    """An announcement as responses need it; `tender` has its conflicts, buyer, item, region and ruleset loaded."""

    tender: Tender
    data: RuleData
    needs: Needs
    until: float


def locked(tender: Tender, agency: Agency) -> Announced:
    """The tender as it is now, shared with other agencies' responses but not with this agency's. Tender.DoesNotExist.

    One statement takes both locks: the row FOR SHARE, whose values are those after the lock was had, and the agency's.
    """
    table, columns = connection.ops.quote_name(Tender._meta.db_table), ", ".join(VOLATILE)
    if connection.vendor == "postgresql":
        name = hashlib.sha256(f"bid\0{tender.pk}\0{agency.pk}".encode()).digest()
        number = int.from_bytes(name[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH agency AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s))"
                f" SELECT {columns} FROM {table}, agency WHERE {table}.id = %s FOR SHARE OF {table}",
                [number, tender.pk],
            )
            row = cursor.fetchone()
    else:
        row = Tender.objects.filter(pk=tender.pk).values_list(*VOLATILE).first()
    if row is None:
        raise Tender.DoesNotExist
    return _with(tender.pk, row)


def facts_of(said: Announced, agency: Agency) -> Facts:
    """What is known of the agency now, as far as the announcement asks."""
    return agencies.facts(agency, said.needs)


def report_for(said: Announced, agency: Agency, facts: Facts, moment: datetime) -> Report:
    """The agency's report for this tender at this moment, by the rules of the tender's day."""
    declared = _declared.rows(said.tender.pk, agency.pk)
    tender = conflicts.with_declared(said.tender, facts.credit_code, declared=bool(declared))
    return report(tender, said.needs, facts, clock.local(moment).date())


def _with(pk: int, row: tuple[object, ...]) -> Announced:
    """What is remembered of an announcement that has not changed, with its state of this moment."""
    values = dict(zip(VOLATILE, row, strict=True))
    key = (pk, *(value for name, value in values.items() if name != "state"))
    found = _memory.get(key)
    if found is None or found.until < time.monotonic():
        found = _read(pk)
        if len(_memory) >= MOST_REMEMBERED:
            _memory.clear()
        _memory[key] = found
    tender = copy.copy(found.tender)
    for name, value in values.items():
        setattr(tender, name, value)
    return Announced(tender, found.data, found.needs, found.until)


def _read(pk: int) -> Announced:
    shown = Tender.objects.select_related("buyer", "item", "region", "ruleset").defer(*HEAVY)
    tender = shown.get(pk=pk)
    conflicts.of(tender)
    data = rules_of(tender)
    return Announced(tender, data, needs_of(tender, data), time.monotonic() + MEMORY_SECONDS)
