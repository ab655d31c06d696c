"""What do I need? Public, answers in the address, kept as a project with one click."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.projects import durations, need
from marketplace.projects.models import Project
from tests.factories import member
from tests.projects.scene import MONDAY, template, zone
from tests.projects.test_pages import ANSWERS, FORM, client_of, text_of

pytestmark = pytest.mark.django_db
WHOLE = {"kind": "factory", "funding": "private", "floor_area": "36800", **ANSWERS}


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    durations.forget()


def test_a_visitor_chooses_answers_and_reads_what_follows() -> None:
    zone()
    client, address = Client(), reverse("need")
    first = text_of(client.get(address))
    assert "?kind=factory" in first
    assert 'name="energy"' in text_of(client.get(address, {"kind": "factory"}))
    with clock.at(MONDAY):
        shown = text_of(client.get(address, WHOLE))
    for words in ("需要的中介服务", "不需要的服务", "预计开工", "ZJ-005", "审批部门", "项目备案信息表", "目录参考价"):
        assert words in shown, words
    assert "不用办：“是否占用林地”答的是“否”" in shown
    assert "不用买：“是否直接取水”答的是“否”" in shown


def test_a_missing_answer_is_asked_for_and_the_others_stay() -> None:
    zone()
    shown = text_of(Client().get(reverse("need"), {**WHOLE, "energy": ""}))
    assert "error-summary-title" in shown
    assert 'value="36800"' in shown
    again = text_of(Client().get(reverse("need"), {**WHOLE, "edit": "1"}))
    assert 'value="1200"' in again


def test_services_are_named_once_with_who_pays() -> None:
    zone()
    answers = {"funding": "private", "floor_area": 36800, "land": "granted", "energy": 0, "eia": "registration"}
    flags = dict.fromkeys(
        ["hazardous", "forest", "water", "earthwork", "relics", "civil_defence", "special_equipment"], False
    )
    with clock.at(MONDAY):
        found = need.need_of(template(), {**answers, **flags})
    codes = [each.item.code for each in found.bought]
    assert len(codes) == len(set(codes))
    assert "ZJ-028" in {each.item.code for each in found.by_authority}
    assert "ZJ-028" not in codes
    assert "ZJ-005" in {each.item.code for each in found.left_out_services if each.item}
    assert found.low <= found.high
    assert found.ground is not None
    assert MONDAY.date() < found.ground[0] < found.finish[0]
    assert found.plan.is_by_limit


def test_one_click_keeps_the_answers_through_the_log_in_into_the_project() -> None:
    zone()
    shown = text_of(Client().get(reverse("need"), WHOLE))
    keep = shown.split('href="' + reverse("project_new"))[1].split('"')[0].replace("&amp;", "&")
    door = Client().get(reverse("project_new") + keep)
    assert door.status_code == 302
    assert parse_qs(urlsplit(door["Location"]).query)["next"] == [reverse("project_new") + keep]
    owner = member(MemberRole.BUYER)
    client = client_of(owner)
    form = text_of(client.get(reverse("project_new") + keep))
    assert 'value="36800"' in form
    sent = client.post(reverse("project_new") + keep, {**FORM, "template": template().pk})
    project = Project.objects.get()
    assert sent["Location"] == project.get_absolute_url()
    assert (project.answers["energy"], project.answers["eia"], project.answers["earthwork"]) == (1200, "form", True)


def test_an_unknown_kind_shows_the_choice() -> None:
    zone()
    assert "?kind=factory" in text_of(Client().get(reverse("need"), {"kind": "castle"}))
