"""Approval items come from the data, are found by words, and say what they need."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.approvals import loading, rules
from marketplace.approvals.models import ApprovalItem, Department
from marketplace.approvals.services import load_approvals
from marketplace.catalogue.services import load_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    load_catalogue(by=Actor.system())
    load_approvals(by=Actor.system())


def test_all_departments_and_items_come_in_once(loaded: None) -> None:
    assert (Department.objects.count(), ApprovalItem.objects.count()) == (30, 127)
    assert load_approvals(by=Actor.system()) == 0


def test_items_are_linked_to_the_services_they_need(loaded: None) -> None:
    for row in loading.items():
        codes = set(ApprovalItem.objects.get(code=row["id"]).services.values_list("code", flat=True))
        assert codes == set(row.get("services", ())), row["id"]


def test_every_row_uses_only_known_words() -> None:
    for row in loading.items():
        assert row["type"] in rules.TYPES
        assert "reason" not in row or row["reason"] in rules.REASONS
        assert "special" not in row or row["special"]["kind"] in rules.SPECIAL
        assert "case_type" not in row or row["case_type"] in rules.CASE_TYPES
        assert "online" not in row or row["online"] in rules.ONLINE
        assert {m["src"] for m in row.get("materials", ())} <= set(rules.SOURCES)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"n": 3, "unit": "wd"}, "3 个工作日"),
        ({"n": 1, "unit": "hd"}, "1 个半天"),
        ({"n": 20, "unit": "cd"}, "20 日"),
        ({"n": 0, "unit": "wd"}, "即时办结"),
        (None, ""),
    ],
)
def test_a_limit_reads_as_people_say_it(limit: dict[str, object] | None, text: str) -> None:
    assert rules.limit_text(limit) == text


def test_a_material_that_the_library_holds_is_spared() -> None:
    rows = [
        {"n": "营业执照", "src": "gov", "defer": False, "lib": "CT-01"},
        {"n": "章程", "src": "self", "defer": True, "lib": None},
    ]
    licence, articles = rules.materials(rows, loading.certificate_names())
    assert licence.is_spared
    assert licence.library == "营业执照"
    assert not articles.is_spared
    assert articles.may_follow


def find(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("approval_item_list"), query).context["page"]
    return [item.name for item in page.paginator.object_list]


def test_items_are_found_by_name_alias_department_and_class(loaded: None, client: Client) -> None:
    assert "企业设立登记" in find(client, q="设立")
    assert find(client, q="AP-001") == ["企业设立登记"]
    assert set(find(client, q="气象")) >= set(find(client, department="气象"))
    assert len(find(client, ready_class="3")) == ApprovalItem.objects.filter(ready_class=3).count()
    alias = next(row for row in loading.items() if row.get("alias"))
    assert alias["name"] in find(client, q=alias["alias"][0])
    assert find(client, q="没有这样的事项") == []


def test_the_list_takes_a_constant_number_of_queries(
    loaded: None, client: Client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client.get(reverse("approval_item_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("approval_item_list"))


@pytest.mark.parametrize("code", ["AP-001", "AP-041", "AP-079", "AP-107"])
def test_an_items_page_says_what_it_knows(loaded: None, client: Client, code: str) -> None:
    answer = client.get(reverse("approval_item", args=[code]))
    item = ApprovalItem.objects.get(code=code)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert item.name in text
    for service in item.services.all():
        assert service.name in text
    for row in item.data.get("materials", ()):
        assert row["n"] in text


def test_an_unknown_item_is_not_found(client: Client) -> None:
    assert client.get(reverse("approval_item", args=["AP-999"])).status_code == 404
