"""The demonstration's cast: the same from the same number, plainly invented, and nobody forgotten."""

import random
from datetime import date
from pathlib import Path

import yaml
from stdnum.cn import uscc

from demo.seed import cast
from demo.seed.words import FIELDS

CATALOGUE = Path(__file__).resolve().parent.parent.parent / "marketplace" / "catalogue" / "data"
TODAY = date(2026, 3, 2)


def test_the_same_number_gives_the_same_firms() -> None:
    assert cast.firms(90, TODAY, random.Random(7)) == cast.firms(90, TODAY, random.Random(7))
    assert cast.firms(90, TODAY, random.Random(7)) != cast.firms(90, TODAY, random.Random(8))


def test_names_and_codes_are_unique_right_and_of_no_real_region() -> None:
    firms = cast.firms(3000, TODAY, random.Random(1))
    assert len({firm.name for firm in firms}) == len(firms)
    assert len({firm.credit_code for firm in firms}) == len(firms)
    assert all(uscc.is_valid(firm.credit_code) and firm.credit_code[2:8] == "430599" for firm in firms)


def test_every_item_is_offered_and_every_living_qualification_is_held() -> None:
    items = yaml.safe_load((CATALOGUE / "service-items.yaml").read_text(encoding="utf-8"))
    types = yaml.safe_load((CATALOGUE / "qualification-types.yaml").read_text(encoding="utf-8"))
    items, types = (found if isinstance(found, list) else next(iter(found.values())) for found in (items, types))
    assert {item["code"] for item in items} == {code for field in FIELDS for code in field.items}
    living = {kind["name"] for kind in types if kind["status"] != "abolished"}
    assert living == {name for field in FIELDS for name, _grades in field.certificates}
