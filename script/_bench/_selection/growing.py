"""Placing a bid when the market holds 10 bids, and when it holds 100,000: queries and time, as a table."""

import os
import statistics
import sys
import time
import uuid
from decimal import Decimal
from typing import Any

import django

from script._bench._selection import tell
from script._bench._selection.site import measured

FEW, MANY = 10, int(os.environ.get("BENCH_MARKET", "100000"))
AGENCIES, SAMPLES = 1000, 60
MOST_TIMES, SLACK_MS = 1.5, 2


def place(tender: Any, agencies: list[Any]) -> tuple[int, float]:
    """Each agency responds once: the queries of one response, and the median of their milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from marketplace.accounts.actors import Actor
    from marketplace.tenders import sealing, services
    from script._bench._selection.market import envelope

    sealed = [sealing.seal(tender.public_key, envelope(tender, a.credit_code, Decimal(80000))) for a in agencies]
    actors = [Actor.of(agency.person) for agency in agencies]
    times, queries = [], 0
    for number, (agency, each, by) in enumerate(zip(agencies, sealed, actors, strict=True)):
        key = uuid.uuid4()
        if number == len(agencies) - 1:
            with CaptureQueriesContext(connection) as captured:
                services.place_sealed(tender, agency, each, idempotency_key=key, by=by)
            queries = len(captured)
            continue
        begun = time.perf_counter()
        services.place_sealed(tender, agency, each, idempotency_key=key, by=by)
        times.append(1000 * (time.perf_counter() - begun))
    return queries, statistics.median(times)


def fill(tender: Any, agencies: list[Any], upto: int) -> None:
    """Respond to other tenders, in bulk, until the market has so many bids."""
    from django.db import connection

    from marketplace.tenders.models import Bid, Tender

    model = Bid.objects.filter(tender=tender)[0]
    left = upto - Bid.objects.count()
    for number in range(-(-left // len(agencies))):
        other = Tender.objects.get(pk=tender.pk)
        other.pk, other.number, other.chain = None, f"ZJ-2025-{number:06d}", uuid.uuid4()
        other.save(force_insert=True)
        Bid.objects.bulk_create(
            [
                Bid(
                    tender=other,
                    agency=agency,
                    author=agency.person,
                    ciphertext=model.ciphertext,
                    commitment=model.commitment,
                    receipt=model.receipt,
                    idempotency_key=uuid.uuid4(),
                )
                for agency in agencies[: left - number * len(agencies)]
            ],
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    """Measure at few, fill, measure at many."""
    from marketplace.tenders.models import Bid
    from script._bench._selection import market

    market.zone()
    warm, first, second = market.tenders(3)
    agencies = market.agencies(AGENCIES)
    place(warm, agencies[:FEW])
    few_bids = Bid.objects.count()
    few_queries, few_ms = place(first, agencies[:SAMPLES])
    fill(warm, agencies, MANY)
    many_bids = Bid.objects.count()
    many_queries, many_ms = place(second, agencies[:SAMPLES])
    print(f"{'bids':>8} {'queries':>8} {'ms':>8}", file=sys.stderr)
    for bids, queries, ms in ((few_bids, few_queries, few_ms), (many_bids, many_queries, many_ms)):
        print(f"{bids:8} {queries:8} {ms:8.2f}", file=sys.stderr)
    tell("selection.place_queries_at_10", few_queries, "queries", 20)
    tell("selection.place_queries_at_100000", many_queries, "queries", few_queries)
    tell("selection.place_at_10", few_ms, "ms", 1000)
    tell("selection.place_at_100000", many_ms, "ms", MOST_TIMES * few_ms + SLACK_MS)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        django.setup()
        main()
    else:
        measured("growing", "inside")
