import pytest
from django.test import RequestFactory
from django.utils import translation

from marketplace.accounts.navigation import SHORT_CUTS, main_menu
from marketplace.accounts.roles import MEMBER_ROLES, STAFF_ROLES


@pytest.mark.parametrize("cut", SHORT_CUTS, ids=lambda cut: cut.url_name)
def test_every_short_cut_leads_somewhere_and_is_for_known_roles(cut) -> None:
    assert cut.url
    assert set(cut.roles) <= {role.key for role in MEMBER_ROLES + STAFF_ROLES}


def test_the_menu_is_whole_and_marks_the_place_one_is_at() -> None:
    entries = main_menu(RequestFactory().get("/tenders/ZJ-2026-000001/"))
    assert len(entries) == 8
    assert [entry.url for entry in entries if entry.current] == ["/tenders/"]
    assert [entry.url for entry in main_menu(RequestFactory().get("/")) if entry.current] == ["/"]


def test_the_menu_stays_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        entries = main_menu(RequestFactory().get("/en/items/"))
    assert all(entry.url.startswith("/en/") for entry in entries)
    assert [entry.url for entry in entries if entry.current] == ["/en/items/"]
