"""An agency writes, an editor approves, then it shows - all by the requests that their browsers send."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image

from cms import queries, services
from cms.models import AgencyProfile, ArticlePage, HomePage, SectionPage
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import clock, desk
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.core.models import Message
from tests.core.uploads import pixel_bomb
from tests.factories import member, staff
from tests.tenders import scene

pytestmark = pytest.mark.django_db
INTRO = "专做环评。\n\n- 两次踏勘\n- 按期交付"


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


def png(name: str = "现场.png") -> SimpleUploadedFile:
    content = io.BytesIO()
    Picture.new("RGB", (320, 200), "#16559f").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def write(author: Actor, **changes: Any) -> Any:
    data = {"slogan": "资料一次讲清", "intro": INTRO, "picture_1": png(), "caption_1": "现场踏勘"} | changes
    return logged_in(author).post(reverse("agency_words"), data)


def act_of(editor: Actor, agency: Agency, act: str, comment: str = "") -> Any:
    """What Wagtail's buttons send when the editor approves or returns the text."""
    profile = AgencyProfile.objects.get(credit_code=agency.credit_code)
    task = profile.current_workflow_task_state
    url = reverse("wagtailsnippets_cms_agencyprofile:workflow_action", args=[profile.pk, act, task.pk])
    return logged_in(editor).post(url, {"comment": comment})


def test_an_agencys_text_shows_after_an_editor_approved_it(home: HomePage, client: Client) -> None:
    agency, editor = scene.agency(), staff("editor")
    author, page = scene.author(agency), reverse("agency", args=[agency.credit_code])
    assert write(author).status_code == 302
    assert "资料一次讲清" not in client.get(page).content.decode()
    assert [task.title for task in desk.tasks(editor)] == [agency.name]
    assert act_of(editor, agency, "approve").status_code == 302
    shown = client.get(page).content.decode()
    assert "资料一次讲清" in shown
    assert "<li>两次踏勘</li>" in shown
    assert 'alt="现场踏勘"' in shown
    assert not desk.tasks(editor)
    assert Message.objects.filter(recipient=author.user, kind="cms.approved").count() == 1


def test_a_returned_text_comes_back_with_the_editors_comment(home: HomePage, client: Client) -> None:
    agency, editor = scene.agency(), staff("editor")
    author = scene.author(agency)
    write(author)
    act_of(editor, agency, "reject", "请去掉“最好”二字")
    answer = logged_in(author).get(reverse("agency_words"))
    assert answer.context["state"].tone == "warn"
    assert "请去掉“最好”二字" in answer.content.decode()
    assert "请去掉“最好”二字" in [task.subject for task in desk.tasks(author)]
    assert Message.objects.filter(recipient=author.user, kind="cms.returned").count() == 1
    assert "资料一次讲清" not in client.get(reverse("agency", args=[agency.credit_code])).content.decode()


def test_a_later_change_leaves_the_public_text_until_it_is_approved(home: HomePage, client: Client) -> None:
    agency, editor = scene.agency(), staff("editor")
    author, page = scene.author(agency), reverse("agency", args=[agency.credit_code])
    write(author)
    act_of(editor, agency, "approve")
    write(author, slogan="新的一句话", remove_0="on", picture_1="", caption_1="")
    shown = client.get(page).content.decode()
    assert "资料一次讲清" in shown
    assert "新的一句话" not in shown
    preview = logged_in(author).get(reverse("agency_words_preview")).content.decode()
    assert "新的一句话" in preview
    assert "现场踏勘" not in preview
    act_of(editor, agency, "approve")
    assert "新的一句话" in client.get(page).content.decode()


def test_the_same_words_sent_twice_wait_once(home: HomePage) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    for _ in range(2):
        write(author, picture_1="", caption_1="")
    profile = AgencyProfile.objects.get(credit_code=agency.credit_code)
    assert profile.revisions.count() == 1
    assert queries.texts_waiting().count() == 1


def test_an_agency_can_neither_publish_nor_reach_wagtails_admin(home: HomePage) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    write(author)
    act_of(author, agency, "approve")
    profile = AgencyProfile.objects.get(credit_code=agency.credit_code)
    assert not profile.live
    url = reverse("wagtailsnippets_cms_agencyprofile:edit", args=[profile.pk])
    logged_in(author).post(url, {"slogan": "x", "intro": "{}", "action-publish": "1"})
    profile.refresh_from_db()
    assert not profile.live


def test_only_people_of_that_agency_write_its_text(home: HomePage) -> None:
    agency, other = scene.agency(), scene.agency()
    with pytest.raises(NotAllowed):
        services.submit_words(agency, slogan="", intro="x", pictures=[], logo=None, by=scene.author(other))
    buyer = member(MemberRole.BUYER, organisation=agency.organisation)
    with pytest.raises(NotAllowed):
        services.submit_words(agency, slogan="", intro="x", pictures=[], logo=None, by=buyer)
    assert Client().get(reverse("agency_words")).status_code == 302
    assert logged_in(scene.buyer()).get(reverse("agency_words")).status_code == 403
    assert not AgencyProfile.objects.exists()


def test_an_agency_that_is_not_admitted_cannot_hand_in_words(home: HomePage) -> None:
    agency = scene.agency(state=Agency.State.SUBMITTED)
    with pytest.raises(WrongState):
        services.submit_words(agency, slogan="", intro="x", pictures=[], logo=None, by=scene.author(agency))


def test_a_pictures_address_is_not_to_be_guessed_before_it_is_approved(home: HomePage) -> None:
    write(scene.author(scene.agency()))
    image = Image.objects.latest("pk")
    assert image.title == "现场.png"
    assert re.fullmatch(r"original_images/[0-9a-f]{32}\.png", image.file.name)


def test_a_picture_of_more_than_twelve_megapixels_is_refused(home: HomePage) -> None:
    answer = write(scene.author(scene.agency()), picture_1=pixel_bomb(side=7740))
    assert "超过 1200 万" in str(answer.context["form"].errors["picture_1"])


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_stored(home: HomePage) -> None:
    agency = scene.agency()
    answer = write(scene.author(agency), picture_1=SimpleUploadedFile("a.png", b"MZ\x90\x00 this is a program"))
    assert answer.status_code == 200
    assert "picture_1" in answer.context["form"].errors
    assert INTRO.split("\n", 1)[0] in answer.content.decode()
    assert not Image.objects.exists()
    assert not AgencyProfile.objects.exists()


def test_a_seventh_picture_is_refused(home: HomePage) -> None:
    agency = scene.agency()
    author = scene.author(agency)
    for turn in range(3):
        both = {"picture_2": png("二.png"), "caption_2": f"图 {turn}"}
        assert write(author, slogan=f"第 {turn} 次", **both).status_code == 302
    answer = write(author)
    assert answer.status_code == 200
    assert "picture_1" in answer.context["form"].errors


def test_an_editors_first_page_lists_a_text_once_and_pages_too(home: HomePage) -> None:
    agency = scene.agency()
    write(scene.author(agency))
    page = ArticlePage(title="等人审核的通知", slug="waits", date=clock.today(), body=[("text", "<p>正文</p>")])
    SectionPage.objects.get(section="notices").add_child(instance=page)
    page.save_revision()
    editor = staff("editor")
    page.get_workflow().start(page, editor.person)
    shown = logged_in(editor).get("/admin/").content.decode()
    assert shown.count(f"<b>{agency}</b>") == 1
    assert "等待你的审查" not in shown
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown
