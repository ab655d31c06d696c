"""The data files come into the database once, and stay as people changed them."""

import pytest

from marketplace.accounts.actors import Actor
from marketplace.catalogue import loading, queries, services
from marketplace.catalogue.models import ItemQualification, QualificationType, Region, RuleSet, ServiceItem
from marketplace.core.errors import NotAllowed
from marketplace.core.models import LogEntry, Zone

pytestmark = pytest.mark.django_db


def load() -> int:
    return services.load_catalogue(by=Actor.system())


def test_everything_comes_in() -> None:
    load()
    assert ServiceItem.objects.count() == 44
    assert QualificationType.objects.count() == 27
    assert Region.objects.get(code="430599").parent == Region.objects.get(code="430500")
    assert Region.objects.filter(code__endswith="0000").count() == 34
    assert RuleSet.objects.get().state == RuleSet.State.APPROVED


def test_loading_twice_changes_nothing() -> None:
    assert load() > 0
    before = LogEntry.objects.count()
    assert load() == 0
    assert LogEntry.objects.count() == before


def test_what_an_operator_changed_stays() -> None:
    load()
    item = ServiceItem.objects.get(code="ZJ-005")
    item.days = 99
    services.save_item(item, by=Actor.system())
    load()
    item.refresh_from_db()
    assert item.days == 99


def test_several_qualifications_of_an_item_are_alternatives() -> None:
    load()
    item = queries.items().get(code="ZJ-039")
    names = [each.type.name for each in queries.alternatives(item)]
    assert names == ["资产评估机构备案", "土地评估机构备案", "房地产估价机构资质"]


def test_a_voluntary_level_gives_merit_only() -> None:
    load()
    item = queries.items().get(code="ZJ-044")
    assert queries.alternatives(item) == []
    merit = item.qualifications.get()
    assert merit.merit_only
    assert merit.minimum_grade == "丙级"


def test_a_minimum_grade_is_one_of_the_type() -> None:
    load()
    for each in ItemQualification.objects.select_related("type"):
        assert each.minimum_grade == "" or each.minimum_grade in each.type.grades, each


def test_no_item_asks_for_an_abolished_or_voluntary_type() -> None:
    load()
    asked = ItemQualification.objects.filter(merit_only=False)
    assert set(asked.values_list("type__status", flat=True)) == {"required", "filing"}


def test_every_type_that_an_item_names_exists() -> None:
    names = {row["name"] for row in loading.qualification_types()}
    for row in loading.service_items():
        assert names.issuperset(row["qualification"]), row["code"]


def test_a_tendering_agent_may_not_be_drawn() -> None:
    load()
    assert list(ServiceItem.objects.filter(draw_allowed=False).values_list("code", flat=True)) == ["ZJ-031"]


def test_only_operators_load(db: None) -> None:
    from tests.catalogue.people import person

    with pytest.raises(NotAllowed):
        services.load_catalogue(by=Actor.of(person("editor", ["editor"])))


def test_without_rules_the_site_says_so() -> None:
    with pytest.raises(queries.NoRules):
        queries.current_ruleset()


def test_the_zones_own_rules_come_before_the_default_ones() -> None:
    load()
    assert queries.current_ruleset().region_code == "000000"
    Zone.objects.create(name="区", owner="管委会", region_code="430599", region_name="示范区")
    own = RuleSet.objects.create(
        region_code="430599", version=1, data=loading.default_rules(), state="approved", effective_from="2020-01-01"
    )
    assert queries.current_ruleset() == own


def test_the_zones_regions_are_its_province_and_the_other_provinces() -> None:
    load()
    codes = set(queries.zone_regions().values_list("code", flat=True))
    assert {"430599", "430100", "440000"} <= codes
