"""A market of a given number of offers, written in bulk as the demonstration would have it, the same for every seed.

Agencies are named, placed and certified like those of the demonstration; each lists eight items: those of its line of
business first, then others. Everything is domain rows, so that documents are made of it on the real way.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import django

OFFERS_EACH = 8
CERTIFICATES_EACH, PEOPLE_EACH, WORKS_EACH = 2, 3, 3
CHUNK = 1000  # agencies a round: memory stays flat
SEED = 6
INDUSTRIES = ("工业制造", "房屋建筑", "市政公用", "仓储物流", "环保设施")


def zone() -> None:
    """The zone and its catalogue, as `manage.py setup` makes them."""
    from marketplace.accounts.actors import Actor
    from marketplace.catalogue import services as catalogue
    from marketplace.core.models import Zone

    Zone.objects.create(
        name="测速", owner="测速", region_code="430500", region_name="邵阳市", supervision_phone="0739-5220000"
    )
    catalogue.load_catalogue(by=Actor.system())


def fill(offers: int) -> int:
    """Write agencies until there are so many offers; returns how many agencies there are then."""
    from django.db import connection, transaction

    count = -(-offers // OFFERS_EACH)
    made = Market(random.Random(SEED))
    numbers: Iterator[int] = iter(range(count))
    while chunk := list(islice(numbers, CHUNK)):
        with transaction.atomic():
            made.agencies(chunk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


class Market:
    """Makes agencies by chance, of the catalogue that is there."""

    def __init__(self, chance: random.Random) -> None:
        from demo.seed import words
        from marketplace.catalogue.models import QualificationType, Region, ServiceItem
        from marketplace.core import clock

        self.chance, self.words, self.moment = chance, words, clock.now()
        self.items = {item.code: item for item in ServiceItem.objects.filter(is_active=True).order_by("code")}
        self.types = {each.name: each for each in QualificationType.objects.all()}
        self.regions = list(Region.objects.order_by("code"))

    def agencies(self, numbers: list[int]) -> None:
        """Agencies with all that belongs to them."""
        from marketplace.accounts.models import Organisation
        from marketplace.agencies.models import Agency

        fields = [self.words.FIELDS[self.chance.randrange(len(self.words.FIELDS))] for _ in numbers]
        regions = [self.chance.choice(self.regions) for _ in numbers]
        firms = Organisation.objects.bulk_create(
            [
                Organisation(credit_code=code(n), name=self._name(n, field, region), verified_at=self.moment)
                for n, field, region in zip(numbers, fields, regions, strict=True)
            ]
        )
        made = Agency.objects.bulk_create(
            [self._agency(firm, field, region) for firm, field, region in zip(firms, fields, regions, strict=True)]
        )
        pairs = list(zip(made, fields, strict=True))
        for rows in (self._offers(pairs), self._papers(pairs), self._people(pairs), self._works(pairs)):
            type(rows[0]).objects.bulk_create(rows, batch_size=2000)

    def _name(self, number: int, field: Any, region: Any) -> str:
        cycle = self.words.CYCLE[number % len(self.words.CYCLE)]
        ring = self.words.RINGS[number // len(self.words.CYCLE) % len(self.words.RINGS)]
        return f"{region.name}{cycle}{ring}{field.suffix}"

    def _agency(self, firm: Any, field: Any, region: Any) -> Any:
        from marketplace.agencies.models import Agency

        rated = self.chance.randrange(40)
        return Agency(
            organisation=firm,
            state="active" if self.chance.random() < 0.97 else "frozen",
            legal_person=self.chance.choice(self.words.SURNAMES) + self.chance.choice(self.words.GIVEN),
            region=region,
            business_scope=field.scope,
            admitted_at=self.moment - timedelta(days=self.chance.randrange(1500)),
            credit_score=self.chance.randrange(60, 101),
            rating=Decimal(self.chance.randrange(3000, 5001)) / 1000 if rated else None,
            rating_count=rated,
        )

    def _offers(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        from marketplace.agencies.models import ServiceOffer

        rows = []
        for agency, field in pairs:
            own = [self.items[each] for each in field.items if each in self.items]
            others = [each for each in self.items.values() if each not in own]
            for item in [*own, *self.chance.sample(others, OFFERS_EACH)][:OFFERS_EACH]:
                asks = self.chance.random() < 0.1
                price = None if asks else Decimal(self.chance.randrange(20, 2500) * 100)
                rows.append(
                    ServiceOffer(
                        agency=agency,
                        item=item,
                        price_mode="ask" if asks else self.chance.choice(("fixed", "from", "from", "unit")),
                        price=price,
                        unit="项",
                        days=self.chance.randrange(3, 90),
                        content=f"{item.name}：现场踏勘、资料收集、成果编制，配合评审并修改完善至通过。",
                    )
                )
        return rows

    def _papers(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        from marketplace.agencies.models import Qualification

        rows = []
        for agency, field in pairs:
            names = [name for name, _grades in field.certificates]
            names += self.chance.sample([each for each in self.types if each not in names], CERTIFICATES_EACH)
            for name in names[:CERTIFICATES_EACH]:
                kind = self.types[name]
                rows.append(
                    Qualification(
                        agency=agency,
                        type=kind,
                        grade=self.chance.choice(kind.grades) if kind.grades else "",
                        number=f"B-{agency.pk}-{kind.pk}",
                        issuer=kind.issuer,
                        issued_on=date(2025, 1, 1),
                        valid_until=self.moment.date() + timedelta(days=900),
                        state="verified",
                    )
                )
        return rows

    def _people(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        from marketplace.agencies.models import Practitioner

        return [
            Practitioner(
                agency=agency,
                name=self.chance.choice(self.words.SURNAMES) + self.chance.choice(self.words.GIVEN),
                licence=field.licence,
                licence_number=f"{agency.pk}-{number}",
                is_active=True,
            )
            for agency, field in pairs
            for number in range(PEOPLE_EACH)
        ]

    def _works(self, pairs: list[tuple[Any, Any]]) -> list[Any]:
        from marketplace.agencies.models import PastWork

        rows = []
        for agency, field in pairs:
            for number in range(WORKS_EACH):
                project = self.chance.choice(self.words.PROJECTS)[0]
                item = self.items.get(self.chance.choice(field.items))
                ended = date(2026, 1, 1) - timedelta(days=self.chance.randrange(700))
                rows.append(
                    PastWork(
                        agency=agency,
                        item=item,
                        title=f"{project}{item.name if item else ''}",
                        client=self.chance.choice(self.words.BUYERS)[0],
                        industry=self.chance.choice(INDUSTRIES),
                        amount=Decimal(self.chance.randrange(50, 3000) * 100),
                        started_on=ended - timedelta(days=60),
                        finished_on=ended,
                        contract_number=f"HT-{agency.pk}-{number}" if number == 0 else "",
                    )
                )
        return rows


def code(number: int) -> str:
    """A credit code that the database takes."""
    return f"91430500MB{number:08d}"


def main(offers: int) -> None:
    """Write the market into the site's database."""
    begun = datetime.now()
    zone()
    count = fill(offers)
    print(f"# {count} agencies, {offers} offers in {(datetime.now() - begun).total_seconds():.0f} s", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]))
