"""Who takes part: firms, people and codes, drawn from a seed. Pure: values in, values out."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stdnum.cn import uscc

from demo.seed.words import BUYERS, CYCLE, FIELDS, GIVEN, RINGS, STREETS, SURNAMES, Field

REGION = "430599"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Certificate:
    """A certificate to file: names of the catalogue, dates relative to the given day."""

    type: str
    grade: str
    number: str
    issued_on: date
    years: int


@dataclass(frozen=True)
class Firm:
    """An agency to be: everything its admission asks for."""

    number: int
    field: Field
    name: str
    credit_code: str
    legal_person: str
    contact: str
    phone: str
    address: str
    founded_on: date
    employees: int
    skill: float
    certificates: tuple[Certificate, ...]
    people: tuple[tuple[str, str], ...]

    @property
    def username(self) -> str:
        return f"agency{self.number:03d}@example.com"


@dataclass(frozen=True)
class Buyer:
    """An organisation that buys."""

    number: int
    name: str
    kind: str
    credit_code: str
    person: str

    @property
    def username(self) -> str:
        return f"buyer{self.number:02d}@example.com"


def credit_code(prefix: str, rng: random.Random) -> str:
    """A code with a right check character, of a region that does not exist."""
    body = prefix + REGION + "".join(rng.choice(LETTERS) for _ in range(9))
    return body + str(uscc.calc_check_digit(body))


def person(rng: random.Random) -> str:
    """An invented person's name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def firms(count: int, today: date, rng: random.Random) -> list[Firm]:
    """`count` agencies, spread over all fields so that every item and every living qualification type is held."""
    return [_firm(number, today, rng) for number in range(count)]


def buyers(rng: random.Random) -> list[Buyer]:
    """The organisations that buy."""
    prefixes = {"enterprise": "91", "institution": "12", "government": "11"}
    return [
        Buyer(i, name, kind, credit_code(prefixes[kind], rng), person(rng)) for i, (name, kind) in enumerate(BUYERS, 1)
    ]


def _firm(number: int, today: date, rng: random.Random) -> Firm:
    field = FIELDS[number % len(FIELDS)]
    turn = number // len(FIELDS)
    ring = RINGS[(number // 60) % len(RINGS)] + (f"{number // 1200 + 1}" if number >= 1200 else "")
    certificates = tuple(
        Certificate(
            type=name,
            grade=grades[turn % len(grades)],
            number=f"{rng.randrange(10**9, 10**10)}",
            issued_on=today - timedelta(days=rng.randrange(60, 900)),
            years=5,
        )
        for name, grades in field.certificates
    )
    people = tuple((person(rng), f"{rng.randrange(10**11, 10**12)}") for _ in range(rng.randrange(2, 5)))
    return Firm(
        number=number + 1,
        field=field,
        name=f"{CYCLE[number % 60]}{ring}{field.suffix}",
        credit_code=credit_code("91", rng),
        legal_person=person(rng),
        contact=person(rng),
        phone=f"0000-{rng.randrange(10**7, 10**8)}",
        address=f"示范经济技术开发区{rng.choice(STREETS)} {rng.randrange(1, 300)} 号",
        founded_on=today - timedelta(days=rng.randrange(1200, 9000)),
        employees=rng.randrange(8, 160),
        skill=rng.uniform(0.0, 1.0),
        certificates=certificates,
        people=people,
    )


def price_between(low: Decimal, high: Decimal, rng: random.Random, skill: float = 0.5) -> Decimal:
    """A price within the item's usual range, rounded to hundreds."""
    share = Decimal(str(round(min(max(rng.gauss(0.35 + 0.2 * skill, 0.12), 0.02), 0.95), 4)))
    price = (low + (high - low) * share) / 100
    return max(price.quantize(Decimal(1)) * 100, Decimal(100))
