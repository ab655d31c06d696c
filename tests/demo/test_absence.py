"""Outside a demonstration nothing of it exists: no address, no banner, no clock, and its command refuses."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from demo import clock as demo_clock
from demo import views
from demo.models import ClockOffset
from marketplace.core import clock

ADDRESSES = ("/demo/", "/demo/login/", "/demo/clock/", "/en/demo/")


def test_the_tests_run_outside_a_demonstration() -> None:
    assert settings.DEMO is False


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_its_addresses_answer_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, {"persona": "admin", "step": "day"}).status_code == 404


@pytest.mark.parametrize("name", ["demo", "demo_login", "demo_clock"])
def test_its_addresses_have_no_name(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.django_db
def test_no_page_carries_its_banner(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "z-demo" not in page
    assert "演示站点" not in page


@pytest.mark.django_db
def test_the_domain_does_not_read_its_clock() -> None:
    before = clock.now()
    ClockOffset.objects.create(pk=1, seconds=10**6)
    demo_clock.forget()
    assert (clock.now() - before).total_seconds() < 1000


@pytest.mark.django_db
def test_its_command_refuses() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


@pytest.mark.django_db
def test_its_views_refuse_even_when_an_address_leads_to_them(rf) -> None:  # type: ignore[no-untyped-def]
    from django.http import Http404

    for view in (views.tour, views.log_in, views.move_clock):
        with pytest.raises(Http404):
            view(rf.post("/anything/"))


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_command_leaves_a_database_that_is_not_empty_alone() -> None:
    from marketplace.core.models import Zone

    Zone.objects.create(name="真实区域", owner="管委会", region_code="430500", region_name="邵阳市")
    with pytest.raises(CommandError, match="not empty"):
        call_command("demo")
