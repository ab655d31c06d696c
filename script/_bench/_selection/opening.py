"""The opening of 10,000 price envelopes, beside a bare loop of openings and one bulk write of the same rows."""

import os
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django

from script._bench._selection import tell
from script._bench._selection.site import measured

ENVELOPES = int(os.environ.get("BENCH_ENVELOPES", "10000"))
MOST_TIMES, MOST_MB = 3, 300
BATCH = 1000


def responses(tender: Any, agencies: list[Any]) -> None:
    """A sealed response of each agency, as the service stores it."""
    from marketplace.tenders import sealing
    from marketplace.tenders.models import Bid
    from script._bench._selection.market import envelope

    made, moment = [], datetime.now(UTC)
    for place, agency in enumerate(agencies):
        price = Decimal(70000 + place * 7919 % 30000)
        sealed = sealing.seal(tender.public_key, envelope(tender, agency.organisation.credit_code, price))
        made.append(
            Bid(
                tender=tender,
                agency=agency,
                author=agency.person,
                ciphertext=sealed.ciphertext,
                commitment=sealed.commitment,
                receipt=sealing.receipt("placed", tender=tender.number, sealed=sealed, at=moment),
                idempotency_key=uuid.uuid4(),
            )
        )
    Bid.objects.bulk_create(made, batch_size=BATCH)


def bare(tender: Any) -> float:
    """Seconds of the yardstick: open each box, and write the rows as they are after an opening."""
    from nacl.bindings import sodium_unpad
    from nacl.public import PrivateKey, SealedBox

    from marketplace.core import keys
    from marketplace.tenders import sealing
    from marketplace.tenders.models import Bid, Tender

    box = SealedBox(PrivateKey(keys.keeper().unwrap(bytes(tender.wrapped_key))))
    other = Tender.objects.exclude(pk=tender.pk).get()
    rows = list(Bid.objects.filter(tender=tender))
    begun = time.perf_counter()
    texts = [sodium_unpad(box.decrypt(bytes(row.ciphertext)), sealing.BLOCK) for row in rows]
    seconds = time.perf_counter() - begun
    report = [{"key": "state", "label": "已入驻", "ok": True, "mine": "正常在驻", "needed": "正常在驻"}] * 4
    for place, (row, text) in enumerate(zip(rows, texts, strict=True)):
        row.pk, row.tender, row.idempotency_key = uuid.uuid4(), other, uuid.uuid4()
        row.state, row.opened, row.price, row.days = "lost", text.decode(), Decimal(80000), 8
        row.rank, row.eligibility = place, {"closed": report}
    begun = time.perf_counter()
    Bid.objects.bulk_create(rows, batch_size=BATCH)
    return seconds + time.perf_counter() - begun


def resident_mb(name: str = "VmRSS") -> float:
    """This process's resident memory now, or its highest (VmHWM)."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def main() -> None:
    """Seed, then the yardstick and the opening in turn."""
    from django.db import connection
    from django.urls import reverse

    from marketplace.tenders import services
    from marketplace.tenders.models import Tender
    from script._bench._selection import market

    market.zone()
    tender, _other = market.tenders(2)
    responses(tender, market.agencies(ENVELOPES))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reverse("tender_result", args=["ZJ"])  # a worker that has run for a while knows the addresses
    yardstick = bare(tender)
    Tender.objects.filter(pk=tender.pk).update(closes_at=datetime.now(UTC) - timedelta(seconds=1))
    with open("/proc/self/clear_refs", "w", encoding="ascii") as clear:
        clear.write("5")  # the highest resident memory counts from here
    before, begun = resident_mb(), time.perf_counter()
    services.open_bids(str(tender.pk))
    seconds = time.perf_counter() - begun
    tender.refresh_from_db()
    if len(tender.record["outcome"]["ranking"]) != ENVELOPES:
        raise SystemExit(f"not everybody was ranked: {tender.state}")
    tell(f"selection.bare_opening_{ENVELOPES}", yardstick, "s", 1000)
    tell(f"selection.opening_{ENVELOPES}", seconds, "s", MOST_TIMES * yardstick)
    tell(f"selection.opening_memory_{ENVELOPES}", resident_mb("VmHWM") - before, "MB", MOST_MB)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        django.setup()
        main()
    else:
        measured("opening", "inside")
