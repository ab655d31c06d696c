"""What stands in the documents, and what must not."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest

from marketplace.agencies.models import Agency, Qualification
from marketplace.catalogue.models import QualificationType
from marketplace.core import clock
from search.documents import Row, agencies, items, source, tenders
from tests.factories import OrganisationFactory
from tests.search import market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    market.catalogue()


def test_an_agency_is_found_by_all_that_its_public_page_says() -> None:
    made = market.agency(
        "甲子环境技术有限公司",
        offers={"ZJ-005": (48000, 25)},
        papers={"测绘资质": "甲级"},
        people=2,
        contracts=1,
        business_scope="水土保持",
        rating=Decimal("4.5"),
        rating_count=3,
    )
    document = agencies.build(made.credit_code)
    assert document is not None
    assert document.url == f"/agencies/{made.credit_code}/"
    assert "建设项目环境影响报告书（表）编制（环评、环境影响评价，ZJ-005）" in document.terms
    assert {"测绘资质 甲级", "注册测绘师", "邵阳市", "湖南省"} <= set(document.terms)
    assert "水土保持" in document.body
    assert "示范项目 0 期" in document.body
    assert set(document.rows) == {
        Row("item", "ZJ-005", "工程许可", Decimal(48000), 25),
        Row("qualification", QualificationType.objects.get(name="测绘资质").slug, "甲级"),
        Row("region", "430500"),
        Row("region", "430000"),
        Row("credit", "B"),
        Row("admitted", clock.today().isoformat()),
        Row("work", "", "", number=1),
    }
    assert (document.price, document.days, document.rating) == (Decimal(48000), 25, Decimal("4.5"))
    assert document.data["contracts"] == 1
    assert document.data["practitioners"] == 2


def test_what_is_not_public_of_an_agency_is_not_in_its_document() -> None:
    made = market.agency(contact_phone="13812345678", contact_email="a@b.cn", legal_person="张密", people=1)
    Qualification.objects.create(
        agency=made,
        type=QualificationType.objects.get(name="工程监理资质"),
        grade="甲级",
        number="S-1",
        issuer="某厅",
        issued_on=date(2024, 1, 1),
        state=Qualification.State.SUBMITTED,
    )
    text = str(asdict(agencies.build(made.credit_code)))  # type: ignore[call-overload]
    for secret in ("13812345678", "a@b.cn", "张密", "王五", "工程监理资质"):
        assert secret not in text


@pytest.mark.parametrize(
    "state", [state for state in Agency.State if state not in {"active", "dormant", "frozen", "expelled"}]
)
def test_an_agency_that_is_not_public_has_no_document(state: str) -> None:
    made = market.agency(state=state)
    assert agencies.build(made.credit_code) is None
    assert list(agencies.keys()) == []


@pytest.mark.parametrize("state", ["dormant", "frozen", "expelled"])
def test_who_may_not_take_work_is_found_by_name_but_offers_nothing(state: str) -> None:
    made = market.agency("甲公司", offers={"ZJ-005": (48000, 25)}, state=state)
    document = agencies.build(made.credit_code)
    assert document is not None
    assert not document.is_available
    assert not [row for row in document.rows if row.name == "item"]
    assert document.price is None


def test_a_price_per_unit_is_not_compared_with_others() -> None:
    made = market.agency()
    market.offer(made, "ZJ-005", 50, 10, "unit")
    document = agencies.build(made.credit_code)
    assert document is not None
    assert document.price is None
    assert document.days == 10


def test_an_offer_that_was_taken_down_is_not_found() -> None:
    made = market.agency()
    offered = market.offer(made, "ZJ-005", 50, 10)
    offered.is_active = False
    offered.save()
    document = agencies.build(made.credit_code)
    assert document is not None
    assert not [row for row in document.rows if row.name == "item"]


def test_an_item_is_found_by_its_other_names_like_by_its_own() -> None:
    document = items.build("ZJ-005")
    assert document is not None
    assert {"环评", "环境影响评价", "ZJ-005"} <= set(document.names)
    assert Row("requirement", "C") in document.rows
    assert items.build("ZJ-999") is None


@pytest.mark.parametrize("state", ["draft", "checking"])
def test_a_tender_that_was_not_announced_has_no_document(state: str) -> None:
    made = market.tender("秘密采购", state=state, published_at=None)
    assert tenders.build(str(made.number)) is None
    assert list(tenders.keys()) == []


def test_the_document_of_a_tender_holds_nothing_of_its_responses(django_assert_num_queries: Callable) -> None:
    """Not only no trace now: the builder reads no other table than these."""
    made = market.tender("年产十万吨项目环评", buyer=OrganisationFactory(name="某某新材料公司"))
    with django_assert_num_queries(1) as captured:
        document = tenders.build(str(made.number))
    assert document is not None
    assert "bid" not in captured[0]["sql"].lower()
    assert "某某新材料公司" in document.terms
    assert Row("state", "published") in document.rows
    assert document.data["closes_at"] == made.closes_at.isoformat()
    assert document.is_available


@pytest.mark.parametrize("kind", ["agency", "item", "tender"])
def test_documents_are_made_in_a_constant_number_of_queries(kind: str, django_assert_max_num_queries: Callable) -> None:
    for number in range(4):
        market.agency(
            offers={"ZJ-005": (1000, 5), "ZJ-009": (2000, 6)}, papers={"测绘资质": "甲级"}, people=1, contracts=1
        )
        market.tender(f"采购 {number}")
    one = source(kind)
    wanted = list(one.all_keys())
    with django_assert_max_num_queries(6) as captured:
        first = one.build_many(wanted[:1])
    with django_assert_max_num_queries(len(captured)):
        many = one.build_many(wanted)
    assert len(first) == 1
    assert set(many) == set(wanted) == set(one.present(wanted))


def test_the_same_state_has_the_same_digest() -> None:
    made = market.agency(admitted_at=clock.now())
    assert agencies.build(made.credit_code).digest() == agencies.build(made.credit_code).digest()  # type: ignore[union-attr]
