"""Wagtail's admin: what each group enters, its policy, and the list of what waits."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from cms.models import AgencyProfile, HomePage
from tests.factories import staff
from tests.tenders import scene

pytestmark = pytest.mark.django_db


def at_work(*roles: str) -> Client:
    client = Client()
    client.force_login(staff(*roles).person)
    return client


@pytest.mark.parametrize("role", ["operator", "editor", "supervisor"])
def test_the_first_page_shows_what_waits(home: HomePage, role: str) -> None:
    answer = at_work(role).get("/admin/")
    assert answer.status_code == 200
    assert "等我处理" in answer.content.decode()


def test_an_operator_sees_a_tender_to_check(home: HomePage) -> None:
    from marketplace.tenders import services

    buyer = scene.buyer()
    services.publish(scene.draft(buyer, funds="public", title="等人核对的采购"), by=buyer)
    assert "等人核对的采购" in at_work("operator").get("/admin/").content.decode()


@pytest.mark.parametrize("role", ["officer", "chief", "clerk"])
def test_others_stay_outside(home: HomePage, role: str) -> None:
    assert at_work(role).get("/admin/").status_code in (302, 403)


def menu_of(client: Client) -> list[str]:
    """The addresses of the menu, all levels."""
    import re

    return sorted(set(re.findall(r'"url": "(/admin/[^"#?]*)"', client.get("/admin/").content.decode())))


@pytest.mark.parametrize("role", ["operator", "editor", "supervisor"])
def test_every_entry_of_the_menu_opens(home: HomePage, role: str) -> None:
    client = at_work(role)
    entries = menu_of(client)
    assert len(entries) > 2
    wrong = {url: status for url in entries if (status := client.get(url, follow=True).status_code) != 200}
    assert not wrong


def test_editors_neither_begin_nor_delete_an_agencys_text(home: HomePage) -> None:
    client = at_work("editor")
    profile = AgencyProfile.objects.create(credit_code="914401", name="某机构")
    assert AgencyProfile in get_snippet_models()
    client.post(reverse("wagtailsnippets_cms_agencyprofile:delete", args=[profile.pk]))
    assert client.get(reverse("wagtailsnippets_cms_agencyprofile:edit", args=[profile.pk])).status_code == 200
    assert AgencyProfile.objects.filter(pk=profile.pk).exists()


def test_only_the_admin_has_the_looser_policy(home: HomePage, client: Client) -> None:
    def policy(path: str, of: Client) -> Any:
        return of.get(path)["Content-Security-Policy"]

    assert "unsafe-inline" in policy("/admin/", at_work("editor"))
    for path in ("/", "/help/", "/adminx/", "/accounts/login/"):
        assert "unsafe" not in policy(path, client)
