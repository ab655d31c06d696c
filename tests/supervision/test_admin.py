"""Cards and complaints in Wagtail's admin."""

import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.supervision import services
from tests.projects.scene import MONDAY, requested
from tests.projects.test_admin import export_of, logged_in

pytestmark = pytest.mark.django_db


def test_cards_are_listed_filtered_and_exported() -> None:
    with clock.at(MONDAY):
        requested()
    with clock.at(MONDAY.replace(day=6)):
        services.sweep()
    client = logged_in("operator")
    index = reverse("supervision_cards:index")
    assert "受理代办申请" in client.get(index).content.decode()
    assert "受理代办申请" not in client.get(index, {"level": "yellow"}).content.decode()
    head, row = export_of(client, index)
    assert row[head.index("级别")] == "红牌"


def test_complaints_are_for_supervisors_alone_and_lists_name_nobody() -> None:
    services.file_complaint(text="窗口人员要求指定中介机构，请核实。", name="王小明", contact="13812345678")
    index = reverse("supervision_complaints:index")
    supervisor = logged_in("supervisor")
    page = supervisor.get(index).content.decode()
    assert "TS-" in page
    assert "王小明" not in page
    assert "王小明" not in str(export_of(supervisor, index))
    for role in ("operator", "editor"):
        assert logged_in(role).get(index).status_code == 302
