"""The officer's log: quick to write, read by whom it concerns, and back on the desk on its next date."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.roles import MemberRole
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.core.models import Message
from marketplace.core.rules import Alert
from marketplace.projects import entries
from marketplace.projects.models import DeskEntry
from marketplace.projects.services.entries import add_entry, settle_entry
from tests.factories import member, staff
from tests.projects.scene import CODE, MONDAY, Scene, mapped
from tests.projects.test_pages import client_of, text_of

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 6), "navy").save(out, "JPEG")
    return SimpleUploadedFile("现场.jpg", out.getvalue(), content_type="image/jpeg")


def posted(scene: Scene, client: Client, **fields: object) -> object:
    return client.post(reverse("entry_new", args=[CODE]), {"kind": "phone", "text": "企业下周补地勘", **fields})


def test_an_officer_writes_a_call_on_a_step_and_reads_it_there_and_on_the_project() -> None:
    scene = mapped()
    client = client_of(scene.officer)
    answer = client.post(
        reverse("entry_new", args=[CODE]) + "?step=filing", {"kind": "phone", "text": "备案机关说材料齐了"}
    )
    assert answer["Location"].startswith(scene.step("filing").get_absolute_url())
    entry = DeskEntry.objects.get()
    assert (entry.step, entry.author) == (scene.step("filing"), scene.officer.user)
    for address in (scene.project.get_absolute_url(), scene.step("filing").get_absolute_url()):
        assert "备案机关说材料齐了" in text_of(client.get(address))


def test_the_owner_reads_only_what_is_marked_for_it_and_is_told() -> None:
    scene = mapped()
    add_entry(scene.project, "note", "内部：资金紧张", by=scene.officer)
    shared = add_entry(scene.project, "meeting", "会议纪要：周五前补地勘", by=scene.officer, is_shared=True)
    page = text_of(client_of(scene.owner).get(scene.project.get_absolute_url()))
    assert "会议纪要" in page
    assert "资金紧张" not in page
    assert list(entries.visible(scene.project, scene.owner)) == [shared]
    assert entries.visible(scene.project, scene.chief).count() == 2
    assert Message.objects.filter(kind="projects.entry_shared", recipient=scene.owner.user).count() == 1


@pytest.mark.parametrize("who", ["another firm", "another officer", "supervisor", "visitor"])
def test_nobody_else_reads_the_log(who: str) -> None:
    scene = mapped()
    add_entry(scene.project, "note", "一句话", by=scene.officer, is_shared=True)
    actors = {"another firm": member, "another officer": lambda: staff("officer")}
    actor = staff("supervisor") if who == "supervisor" else actors[who]() if who in actors else None
    assert not entries.visible(scene.project, actor).exists()
    assert "一句话" not in text_of(client_of(actor).get(scene.project.get_absolute_url()))


def test_only_its_officer_or_a_chief_writes() -> None:
    scene = mapped()
    for actor in (scene.owner, staff("officer"), member(MemberRole.BUYER)):
        with pytest.raises(NotAllowed):
            add_entry(scene.project, "note", "不该有", by=actor)
    assert add_entry(scene.project, "note", "主管代记", by=scene.chief).author == scene.chief.user
    assert client_of(scene.owner).post(reverse("entry_new", args=[CODE]), {"text": "x"}).status_code == 302
    assert DeskEntry.objects.count() == 1


def test_a_form_sent_twice_is_one_entry() -> None:
    scene = mapped()
    client, name = client_of(scene.officer), str(uuid4())
    for _again in range(2):
        assert posted(scene, client, sent_as=name).status_code == 302  # type: ignore[attr-defined]
    assert DeskEntry.objects.count() == 1


def test_a_photo_is_seen_by_whoever_reads_its_entry() -> None:
    scene = mapped()
    client = client_of(scene.officer)
    posted(scene, client, photo=picture(), kind="visit")
    photo = DeskEntry.objects.get().photos.get()
    address = reverse("file", args=[photo.pk])
    assert client.get(address).status_code == 200
    assert client_of(scene.owner).get(address).status_code == 404
    DeskEntry.objects.update(is_shared=True)
    assert client_of(scene.owner).get(address).status_code == 200
    assert client_of(member()).get(address).status_code == 404


def test_a_next_date_is_among_todays_until_it_is_settled() -> None:
    with clock.at(MONDAY):
        scene = mapped()
        today = clock.today()
        now = add_entry(scene.project, "phone", "再问地勘", by=scene.officer, next_on=today, next_what="问地勘到没到")
        add_entry(scene.project, "phone", "远着呢", by=scene.officer, next_on=today + timedelta(days=30))
        found = list(entries.tasks(scene.officer))
        assert [(task.title, task.level) for task in found] == [("问地勘到没到", Alert.ALERT)]
        board = client_of(scene.officer).get(reverse("officer_board"))
        assert "问地勘到没到" in text_of(board)
        client_of(scene.officer).post(reverse("entry_settle", args=[CODE, now.pk]))
        assert not list(entries.tasks(scene.officer))
        with pytest.raises(AlreadyDone):
            settle_entry(now, by=scene.officer)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("text", {"text": "  "}),
        ("happened_on", {"text": "x", "days": {"happened_on": 1}}),
        ("next_on", {"text": "x", "days": {"next_on": -1}}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: str, fields: dict[str, object]) -> None:
    scene = mapped()
    days: dict[str, int] = fields.pop("days", {})  # type: ignore[assignment]
    given = {name: clock.today() + timedelta(days=count) for name, count in days.items()}
    with pytest.raises(Incomplete) as refused:
        add_entry(scene.project, "note", str(fields["text"]), by=scene.officer, **given)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_refused_form_keeps_what_was_typed() -> None:
    scene = mapped()
    answer = posted(scene, client_of(scene.officer), next_on="1999-01-01")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "企业下周补地勘" in text_of(answer)


def test_the_board_writes_an_entry_of_one_of_my_projects_only() -> None:
    scene = mapped()
    client = client_of(scene.officer)
    assert scene.project.name in text_of(client.get(reverse("entry_quick")))
    data = {"project": scene.project.pk, "kind": "visit", "text": "到现场看了"}
    assert client.post(reverse("entry_quick"), data)["Location"] == reverse("officer_board")
    assert DeskEntry.objects.get().text == "到现场看了"
    assert client_of(staff("officer")).post(reverse("entry_quick"), data).status_code == 422
