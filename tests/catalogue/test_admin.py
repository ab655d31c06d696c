"""The catalogue on the operators' desk: forms write through the services, nobody deletes."""

from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import NoReverseMatch, reverse

from marketplace.accounts import groups
from marketplace.accounts.actors import Actor
from marketplace.catalogue import loading, services
from marketplace.catalogue.models import QualificationType, Region, RuleSet, ServiceItem
from marketplace.core import clock
from marketplace.core.models import LogEntry, OutboxMessage
from tests.factories import staff

pytestmark = pytest.mark.django_db
LISTS = ("serviceitem", "qualificationtype", "region", "ruleset")


@pytest.fixture(autouse=True)
def loaded(db: Any) -> None:
    services.load_catalogue(by=Actor.system())
    OutboxMessage.objects.all().delete()
    groups.ensure()


def browser(*roles: str) -> Client:
    client = Client()
    client.force_login(staff(*roles).user)  # type: ignore[arg-type]
    return client


def fields(form: Any) -> dict[str, Any]:
    """What the form would send as it stands."""
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_and_export_for_operators_and_supervisors(name: str) -> None:
    url = reverse(f"{name}:index")
    for roles in (("operator",), ("supervisor",)):
        client = browser(*roles)
        assert client.get(url).status_code == 200
        assert "spreadsheet" in client.get(url, {"export": "xlsx"})["Content-Type"]
    assert browser("editor").get(url).status_code in (302, 403)


def test_an_item_is_changed_through_the_service() -> None:
    item = ServiceItem.objects.get(code="ZJ-016")
    client = browser()
    url = reverse("serviceitem:edit", args=[item.pk])
    sent = fields(client.get(url).context["form"])
    assert sent["alternative_0"].endswith(":乙级")
    kind = QualificationType.objects.get(slug="tudi-pinggu")
    answer = client.post(url, {**sent, "days": "18", "alternative_1": f"{kind.pk}:"})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.days, item.code) == (18, "ZJ-016")
    assert [str(q.type.slug) for q in item.qualifications.order_by("pk")] == ["cehui", "tudi-pinggu"]
    entry = LogEntry.objects.get(action="catalogue.item_changed")
    assert entry.data["changed"]["days"] == ["15", "18"]
    history = client.get(reverse("serviceitem:history", args=[item.pk])).content.decode()
    assert "15 → 18" in history


def test_a_refusal_of_the_service_stands_on_its_field() -> None:
    item = ServiceItem.objects.get(code="ZJ-016")
    client = browser()
    url = reverse("serviceitem:edit", args=[item.pk])
    answer = client.post(url, {**fields(client.get(url).context["form"]), "price_high": "1"})
    assert answer.status_code == 200
    assert "参考价上限不能低于下限" in answer.content.decode()
    item.refresh_from_db()
    assert item.price_high > 1


def test_a_voluntary_or_abolished_type_cannot_be_required() -> None:
    client = browser()
    item = ServiceItem.objects.get(code="ZJ-001")
    url = reverse("serviceitem:edit", args=[item.pk])
    form = client.get(url).context["form"]
    groups_of = [choices for group, choices in form.fields["alternative_0"].choices if group]
    offered = {value for choices in groups_of for value, _label in choices}
    assert offered
    for status in ("voluntary", "abolished"):
        for kind in QualificationType.objects.filter(status=status):
            assert f"{kind.pk}:" not in offered
            answer = client.post(url, {**fields(form), "alternative_0": f"{kind.pk}:"})
            assert answer.status_code == 200


def test_a_types_slug_stays() -> None:
    kind = QualificationType.objects.get(slug="cehui")
    client = browser()
    url = reverse("qualificationtype:edit", args=[kind.pk])
    sent = fields(client.get(url).context["form"])
    assert client.post(url, {**sent, "slug": "other", "grades": "甲级\n乙级\n丙级"}).status_code == 302
    kind.refresh_from_db()
    assert (kind.slug, kind.grades) == ("cehui", ["甲级", "乙级", "丙级"])


def test_a_region_is_added() -> None:
    parent = Region.objects.get(code="430500")
    sent = {"code": "430598", "name": "新区", "en": "New Area", "parent": parent.pk}
    assert browser().post(reverse("region:add"), sent).status_code == 302
    assert Region.objects.get(code="430598").parent == parent


def test_nothing_is_deleted_and_a_supervisor_changes_nothing() -> None:
    item = ServiceItem.objects.get(code="ZJ-016")
    assert browser().post(reverse("serviceitem:delete", args=[item.pk])).status_code in (302, 403)
    assert ServiceItem.objects.filter(pk=item.pk).exists()
    assert browser("supervisor").get(reverse("serviceitem:edit", args=[item.pk])).status_code in (302, 403)
    with pytest.raises(NoReverseMatch):
        reverse("serviceitem:copy", args=[item.pk])


def test_rules_are_proposed_and_approved_on_the_desk() -> None:
    first, second = browser(), browser()
    data = loading.default_rules()
    data["periods"]["response"] = 4
    sent = {"effective_from": clock.today().isoformat(), "rules": yaml.safe_dump(data, allow_unicode=True)}
    wrong = first.post(reverse("ruleset:add"), {**sent, "rules": "periods: [1"})
    assert "不是有效的 YAML" in wrong.content.decode()
    data["periods"]["response"] = 40
    wrong = first.post(reverse("ruleset:add"), {**sent, "rules": yaml.safe_dump(data, allow_unicode=True)})
    assert "periods.response：报名期须在最短与最长之间" in wrong.content.decode()
    assert first.post(reverse("ruleset:add"), sent).status_code == 302
    proposed = RuleSet.objects.get(state="draft")
    url = reverse("ruleset:inspect", args=[proposed.pk])
    text = second.get(url).content.decode()
    assert "期限（工作日） › 报名期" in text
    assert "<del>3</del>" in text
    assert "<ins>4</ins>" in text
    own = first.post(url, {"approve": "1"}, follow=True).content.decode()
    assert "不能自己批准" in own
    assert second.post(url, {"approve": "1"}).status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == RuleSet.State.APPROVED
