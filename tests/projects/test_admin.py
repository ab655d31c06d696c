"""Projects and templates in Wagtail's admin."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.core import clock
from marketplace.projects.models import RouteTemplate
from tests.factories import staff
from tests.projects.scene import CODE, mapped, template, zone

pytestmark = pytest.mark.django_db


def logged_in(*roles: str) -> Client:
    from marketplace.accounts import groups

    actor = staff(*roles)
    groups.ensure()
    client = Client()
    client.force_login(actor.user)
    return client


def export_of(client: Client, address: str) -> list[list[Any]]:
    """The rows of the list's spreadsheet."""
    response = client.get(address, {"export": "xlsx"})
    assert response.status_code == 200
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return [
        [cell.replace(microsecond=0) if isinstance(cell, datetime) else cell for cell in row]
        for row in book.active.iter_rows(values_only=True)
    ]


def test_operators_look_at_projects_filter_export_and_read_their_history() -> None:
    scene = mapped()
    client = logged_in("operator")
    index = reverse("projects_projects:index")
    assert CODE in client.get(index).content.decode()
    assert CODE not in client.get(index, {"state": "done"}).content.decode()
    head, row = export_of(client, index)
    assert row[head.index("项目代码")] == CODE
    assert row[head.index("状态")] == "办理中"
    assert row[head.index("项目单位")] == scene.owner.organisation.name
    assert row[head.index("登记时间")] == clock.local(scene.project.created_at).replace(tzinfo=None, microsecond=0)
    history = client.get(reverse("projects_projects:history", args=[scene.project.pk])).content.decode()
    assert "生成路线图" in history
    assert client.get(reverse("projects_projects:inspect", args=[scene.project.pk])).status_code == 200


def test_a_template_is_saved_as_a_new_version_or_refused_with_its_fault() -> None:
    zone()
    client = logged_in("operator")
    old = template()
    address = reverse("projects_templates:edit", args=[old.pk])
    bad = json.loads(json.dumps(old.data))
    bad["steps"][0]["unit"] = ""
    page = client.post(address, {"data": json.dumps(bad)}).content.decode()
    assert "没有办理单位" in page
    good = {**old.data, "name": "社会投资工业项目（新版）"}
    assert client.post(address, {"data": json.dumps(good)}).status_code == 302
    versions = dict(RouteTemplate.objects.filter(key="factory").values_list("version", "is_active"))
    assert versions == {1: False, 2: True}
    old.refresh_from_db()
    assert old.data["name"] != good["name"]


def test_supervisors_only_look_and_editors_see_nothing() -> None:
    zone()
    supervisor, editor = logged_in("supervisor"), logged_in("editor")
    assert supervisor.get(reverse("projects_templates:index")).status_code == 200
    assert supervisor.get(reverse("projects_templates:edit", args=[template().pk])).status_code == 302
    assert editor.get(reverse("projects_projects:index")).status_code == 302
