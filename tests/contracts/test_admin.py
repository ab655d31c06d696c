"""Contracts and reviews on the operators' desk."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.contracts import services
from marketplace.core import clock
from tests.contracts.scene import GOOD, at, completed, drafted
from tests.factories import member, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wagtail_groups() -> None:
    groups.ensure()


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def test_operators_list_filter_export_inspect_and_read_the_history() -> None:
    deal = drafted()
    client = browser(staff())
    address = reverse("contracts_contracts:index")
    assert deal.contract.number in client.get(address).content.decode()
    assert deal.contract.number not in client.get(address, {"state": "completed"}).content.decode()
    assert deal.contract.number in client.get(address, {"q": "热管理"}).content.decode()
    assert client.get(address, {"export": "xlsx"})["Content-Type"].startswith("application/vnd.openxmlformats")
    inspected = client.get(reverse("contracts_contracts:inspect", args=[deal.contract.pk])).content.decode()
    assert "第一条" in inspected
    history = client.get(reverse("contracts_contracts:history", args=[deal.contract.pk])).content.decode()
    assert "生成合同" in history


def test_nobody_changes_a_contract_on_the_operators_desk() -> None:
    deal = drafted()
    client = browser(staff())
    for name in ("contracts_contracts", "contracts_reviews"):
        for act in ("add", "edit", "delete"):
            assert client.get(f"/admin/{name}/{act}/").status_code == 404
            assert client.get(f"/admin/{name}/{act}/{deal.contract.pk}/").status_code == 404


def test_operators_see_no_review_before_its_publication() -> None:
    deal = completed()
    client, secret = browser(staff()), "质量很差要整改"
    address = reverse("contracts_reviews:index")
    with clock.at(at("2026-03-17")):
        services.write_review(deal.contract, GOOD | {"quality": 1}, secret, by=deal.buyer)
        assert secret not in client.get(address).content.decode()
        assert secret.encode() not in client.get(address, {"export": "csv"}).getvalue()
        services.write_review(deal.contract, GOOD, "", by=deal.agency)
        assert secret in client.get(address).content.decode()


def test_editors_and_strangers_stay_outside() -> None:
    for actor in (staff("editor"), staff("officer"), member()):
        assert browser(actor).get(reverse("contracts_contracts:index")).status_code == 302
