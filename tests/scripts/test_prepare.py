"""manage.py prepare: what is missing is made, what is there is left alone."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from marketplace.core.models import Zone

pytestmark = pytest.mark.django_db


def test_a_real_installation_is_told_to_run_setup_and_gets_no_demonstration(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not settings.DEMO
    call_command("prepare")
    assert "manage.py setup" in capsys.readouterr().err
    assert Zone.current() is None


def test_a_missing_cache_table_is_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_cache")
    call_command("prepare")
    cache.set("a", 1)
    assert cache.get("a") == 1


def test_a_zone_that_is_there_is_left_alone(settings: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = True
    zone = Zone.objects.create(name="开发区", owner="管委会", region_code="330800", region_name="某市")
    call_command("prepare")
    assert Zone.current() == zone
    assert "演示数据" not in capsys.readouterr().err
