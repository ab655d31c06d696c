"""A market for measuring, written in bulk: a zone, a buyer and its tenders, agencies that respond, their sessions."""

import base64
import json
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

ITEM = "ZJ-030"  # a combined survey: needs a surveying qualification
CEILING = Decimal(100000)
BOUNDARY = "----bench"


def zone() -> None:
    """The zone and its catalogue, as `manage.py setup` makes them."""
    from marketplace.accounts.actors import Actor
    from marketplace.catalogue import services as catalogue
    from marketplace.core.models import Zone

    Zone.objects.create(
        name="测速", owner="测速", region_code="430500", region_name="邵阳市", supervision_phone="0739-5220000"
    )
    catalogue.load_catalogue(by=Actor.system())


def tenders(count: int, *, as_announced: bool = False) -> list[Any]:
    """Open tenders of one buyer, announced before there was any agency; they close in six hours, or as announced."""
    from marketplace.accounts.actors import Actor
    from marketplace.accounts.models import Membership, Organisation, User
    from marketplace.catalogue.models import ServiceItem
    from marketplace.core import clock
    from marketplace.tenders import services
    from marketplace.tenders.models import Tender

    firm = Organisation.objects.create(
        credit_code="91440101MA0000000X",
        name="测速建设有限公司",
        legal_person="王买方",
        phone="0739-5551234",
        verified_at=clock.now(),
    )
    person = User.objects.create(username="13900000000", name="王采购")
    Membership.objects.create(user=person, organisation=firm, roles=["buyer"])
    by, item = Actor.of(person), ServiceItem.objects.get(code=ITEM)
    found = []
    for number in range(count):
        draft = services.create_draft(
            item=item,
            by=by,
            title=f"联合测绘 {number}",
            ceiling=CEILING,
            days=10,
            content="按规范完成联合测绘并提交成果。",
        )
        found.append(services.publish(draft, by=by))
    made = Tender.objects.filter(pk__in=[each.pk for each in found]).order_by("pk")
    if not as_announced:
        made.update(closes_at=datetime.now(UTC) + timedelta(hours=6))
    return list(made)


def code(number: int) -> str:
    """A credit code that the database takes."""
    return f"91440101MB{number:08d}"


def agencies(count: int, *, first: int = 0) -> list[Any]:
    """Admitted agencies, each with one person who writes its bids, an offer and a certificate."""
    from marketplace.accounts.models import Membership, Organisation, User
    from marketplace.agencies.models import Agency, Qualification, ServiceOffer
    from marketplace.catalogue.models import ServiceItem
    from marketplace.core import clock

    numbers, moment = range(first, first + count), clock.now()
    firms = Organisation.objects.bulk_create(
        [Organisation(credit_code=code(n), name=f"测速第{n}测绘有限公司", verified_at=moment) for n in numbers]
    )
    people = User.objects.bulk_create([User(username=f"bench-{n}", name=f"报价员{n}", password="!") for n in numbers])
    Membership.objects.bulk_create(
        [Membership(user=u, organisation=f, roles=["bid_author"]) for u, f in zip(people, firms, strict=True)]
    )
    made = Agency.objects.bulk_create(
        [Agency(organisation=f, state="active", legal_person=f"李{n}") for n, f in zip(numbers, firms, strict=True)]
    )
    item = ServiceItem.objects.get(code=ITEM)
    ServiceOffer.objects.bulk_create([ServiceOffer(agency=a, item=item, price=Decimal(50000), days=10) for a in made])
    for needed in item.qualifications.filter(merit_only=False).select_related("type"):
        grade = needed.type.grades[0] if needed.type.grades else ""
        Qualification.objects.bulk_create(
            Qualification(
                agency=agency,
                type=needed.type,
                grade=grade,
                number=f"B-{agency.pk}-{needed.type_id}",
                issuer="测速",
                issued_on=date(2025, 1, 1),
                valid_until=moment.date() + timedelta(days=900),
                state="verified",
            )
            for agency in made
        )
    for agency, person in zip(made, people, strict=True):
        agency.person = person  # type: ignore[attr-defined]
    return list(made)


def envelope(tender: Any, credit_code: str, price: Decimal) -> Any:
    """What an agency seals."""
    from nacl.utils import random

    from marketplace.tenders import sealing

    return sealing.Envelope(
        tender=tender.number,
        agency=credit_code,
        price=format(price, ".2f"),
        days=8,
        note="",
        nonce=random(32).hex(),
        share=random(32).hex(),
    )


def sessions(people: list[Any]) -> list[str]:
    """A logged-in session for each, by its key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils.crypto import get_random_string

    store, expires = SessionStore(), datetime.now(UTC) + timedelta(days=1)
    rows = [
        Session(
            session_key=get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789"),
            expire_date=expires,
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
        )
        for person in people
    ]
    Session.objects.bulk_create(rows)
    return [row.session_key for row in rows]


def requests(found: list[Any], bidders: list[Any], keys: list[str]) -> Iterator[list[dict[str, str]]]:
    """For each tender what each agency's browser sends: its cookies, its idempotency key, and the form's bytes."""
    from marketplace.tenders import sealing

    token = "b" * 32
    for tender in found:
        sent = []
        for place, (agency, session) in enumerate(zip(bidders, keys, strict=True)):
            price = Decimal(70000 + place % 30000)
            sealed = sealing.seal(tender.public_key, envelope(tender, agency.organisation.credit_code, price))
            key = str(uuid.uuid4())
            fields = {
                "csrfmiddlewaretoken": token,
                "key": key,
                "no_collusion": "on",
                "ciphertext": base64.b64encode(sealed.ciphertext).decode(),
                "commitment": sealed.commitment,
            }
            cookies = f"sessionid={session}; csrftoken={token}"
            sent.append({"cookies": cookies, "key": key, "commitment": sealed.commitment, "body": _form(fields)})
        yield sent


def _form(fields: dict[str, str]) -> str:
    """The bytes of a FormData, all ASCII."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


def main(folder: Path, rounds: int, bidders: int) -> None:
    """Write the market into the database, and what its agencies will send into `folder`."""
    from django.db import connection

    from script._bench._selection import TABLE

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    zone()
    found = tenders(rounds)
    made = agencies(bidders)
    keys = sessions([agency.person for agency in made])
    for tender, sent in zip(found, requests(found, made, keys), strict=True):
        (folder / f"{tender.number}.json").write_text(json.dumps(sent), encoding="ascii")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps([{"number": tender.number, "pk": tender.pk} for tender in found]))


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
