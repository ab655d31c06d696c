"""Projects and templates in Wagtail's admin."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
import yaml
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


def test_a_template_is_drafted_checked_and_published_as_the_next_version() -> None:
    zone()
    client, old = logged_in("operator"), template()
    address = reverse("projects_templates:edit", args=[old.pk])
    assert "企业投资项目备案" in client.get(address).content.decode()
    data = json.loads(json.dumps(old.data))
    data["steps"][0]["unit"] = ""
    data["steps"][1]["promised"] = 99
    data["steps"][2]["services"] = [{"code": "ZJ-999"}]
    data["steps"][0]["after"] = ["land_contract"]
    saved = client.post(address, {"text": yaml.safe_dump(data, allow_unicode=True)})
    draft = RouteTemplate.objects.get(is_draft=True)
    check = reverse("projects_templates:inspect", args=[draft.pk])
    assert saved["Location"] == check
    page = client.get(check).content.decode()
    for name in ("step_without_unit", "promise_above_limit", "unknown_service", "route_cycle"):
        assert name in page, name
    assert "发布为新版本" not in page
    client.post(check)
    assert template() == old  # it was not published
    good = {**old.data, "steps": [{**old.data["steps"][0], "promised": 2}, *old.data["steps"][1:]]}
    again = reverse("projects_templates:edit", args=[draft.pk])
    assert client.post(again, {"text": yaml.safe_dump(good, allow_unicode=True)}).status_code == 302
    page = client.get(check).content.decode()
    assert "检查通过" in page
    assert "承诺工作日" in page
    assert client.post(check).status_code == 302
    assert (template().pk, template().version) == (draft.pk, 2)
    old.refresh_from_db()
    assert (old.is_active, old.data["steps"][0]["promised"]) == (False, 1)
    assert "YAML" in client.post(again, {"text": "a: [b"}).content.decode()


def test_supervisors_only_look_and_editors_see_nothing() -> None:
    zone()
    supervisor, editor = logged_in("supervisor"), logged_in("editor")
    assert supervisor.get(reverse("projects_templates:index")).status_code == 200
    assert supervisor.get(reverse("projects_templates:edit", args=[template().pk])).status_code == 302
    assert editor.get(reverse("projects_projects:index")).status_code == 302
