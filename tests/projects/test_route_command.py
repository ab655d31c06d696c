"""`manage.py route`: the map and the arithmetic of its dates."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.core import clock
from marketplace.projects import services
from tests.projects.scene import CODE, MONDAY, mapped, requested

pytestmark = pytest.mark.django_db


def test_the_map_is_printed_with_every_dates_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.at(MONDAY):
        scene = mapped()
        scene.take("filing")
        services.start_step(scene.step("land_planning"), "GH-1", by=scene.officer)
        call_command("route", CODE, explain=True)
        named = capsys.readouterr().out
        call_command("route", first=True, explain=True)
        assert capsys.readouterr().out == named
        call_command("route", CODE)
        short = capsys.readouterr().out
    assert "2026-03-02 09:30 办结，在期限内。" in named
    assert "应于 2026-03-03 17:00 前办结。" in named
    assert "周末。" in named
    assert "2027 年放假安排尚未公布，按法定节假日暂算，公布后自动重算。" in named
    assert "前面的环节最晚到" in named
    assert "选取和签约 6 + 编制" in named
    assert "▶" in short and "关键路线：" in short and "起算" not in short  # noqa: PT018
    assert len(short.splitlines()) < len(named.splitlines()) / 3


def test_what_cannot_be_printed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="no project is under way"):
        call_command("route", first=True)
    requested()
    with pytest.raises(CommandError, match="has no route map yet"):
        call_command("route", CODE)
    with pytest.raises(CommandError, match="no project with the code"):
        call_command("route", "2601-430599-04-01-000000")
