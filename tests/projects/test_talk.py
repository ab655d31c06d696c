"""Messages, ready words and reminders: who may, whom they reach, and how often."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.core.models import Message
from marketplace.projects import services, talk
from marketplace.projects.errors import NobodyToRemind
from marketplace.projects.models import MessageTemplate, ProjectMessage, StepReminder
from marketplace.projects.rules import placeholders
from marketplace.projects.services.reminding import remind
from marketplace.projects.services.talking import keep_template, send_message
from marketplace.projects.situation import AUTHORITY, ENTERPRISE, Ball, Situation
from tests.factories import member, staff
from tests.projects.scene import CODE, MONDAY, Scene, mapped
from tests.projects.test_pages import client_of, text_of


def balls(scene: Scene, holder: str) -> list[Ball]:
    return [ball for ball in Situation(scene.fresh()).balls if ball.holder == holder]


def correcting() -> Scene:
    """A project whose owner has to correct its filing."""
    scene = mapped()
    services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    services.pause_step(scene.step("filing"), "correction", "补地勘", by=scene.officer)
    return scene


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(placeholders.NAMES), st.text(max_size=20)))
def test_words_that_pass_the_check_are_filled_and_values_are_not_filled_again(
    text: str, values: dict[str, str]
) -> None:
    assert placeholders.unknown(placeholders.fill("{项目}", {"项目": "甲"})) == []
    if not placeholders.unknown(text):
        assert all(f"{{{name}}}" not in placeholders.fill(text, {}) for name in placeholders.NAMES)
    assert placeholders.fill("{项目}", {"项目": "{企业}", **{"企业": "乙"}}) == "{企业}"
    assert placeholders.fill(text.replace("{", "").replace("}", ""), values) == text.replace("{", "").replace("}", "")


@pytest.mark.parametrize(("text", "wrong"), [("{项目}{工}", ["工"]), ("{项目", ["{"]), ("好}", ["}"]), ("{}", [""])])
def test_unknown_placeholders_are_named(text: str, wrong: list[str]) -> None:
    assert placeholders.unknown(text) == wrong


@pytest.mark.django_db
def test_chief_and_editor_keep_ready_words_and_officers_do_not() -> None:
    for role in ("chief", "editor"):
        answer = client_of(staff(role)).post(
            reverse("ready_words"), {"title": role, "text": "{企业}：请办{事项}", "is_active": "on"}
        )
        assert answer.status_code == 302
    assert MessageTemplate.objects.count() == 2
    with pytest.raises(NotAllowed):
        keep_template(MessageTemplate(title="x", text="y"), by=staff("officer"))
    with pytest.raises(Incomplete):
        keep_template(MessageTemplate(title="x", text="{不存在}"), by=staff("chief"))
    wrong = client_of(staff("chief")).post(reverse("ready_words"), {"title": "z", "text": "{不存在}"})
    assert wrong.status_code == 422
    assert "不认识的占位" in text_of(wrong)


@pytest.mark.django_db
def test_the_enterprise_is_reminded_once_a_day_with_the_ready_words() -> None:
    with clock.at(MONDAY):
        scene = correcting()
        ready = keep_template(MessageTemplate(title="补正", text="{企业}：{环节}请尽快补正"), by=scene.chief)
        ball = balls(scene, ENTERPRISE)[0]
        remind(ball, by=scene.officer, template=ready)
        told = Message.objects.get(kind="projects.reminded_with", recipient=scene.owner.user)
        assert told.params["text"] == f"{scene.owner.organisation.name}：{ball.step.name}请尽快补正"
        with pytest.raises(AlreadyDone):
            remind(ball, by=scene.officer)
    with clock.at(MONDAY + timedelta(days=1)):
        remind(ball, by=scene.officer)
    assert StepReminder.objects.count() == 2


@pytest.mark.django_db
def test_a_department_is_not_reminded_here_and_a_stranger_reminds_nobody() -> None:
    scene = mapped()
    services.start_step(scene.step("filing"), "BA-1", by=scene.officer)
    ball = balls(scene, AUTHORITY)[0]
    with pytest.raises(NobodyToRemind):
        remind(ball, by=scene.officer)
    for actor in (scene.owner, staff("officer"), member()):
        with pytest.raises(NotAllowed):
            remind(ball, by=actor)


@pytest.mark.django_db
def test_several_turns_are_reminded_from_the_list_and_the_page_says_what_became_of_them() -> None:
    scene = correcting()
    client = client_of(scene.officer)
    page = text_of(client.get(reverse("officer_board"), {"view": "list"}))
    key = talk.key_of(balls(scene, ENTERPRISE)[0])
    assert f'value="{key}"' in page
    first = client.post(reverse("remind_turns"), {"turn": [key]}, follow=True)
    assert "已催办 1 件" in text_of(first)
    assert "今天已催办" in text_of(first)
    assert "未再发 1 件" in text_of(client.post(reverse("remind_turns"), {"turn": [key]}, follow=True))
    assert StepReminder.objects.count() == 1
    client_of(staff("officer")).post(reverse("remind_turns"), {"turn": [key]})
    assert StepReminder.objects.count() == 1


@pytest.mark.django_db
def test_owner_and_officer_write_to_each_other_and_are_told() -> None:
    scene = mapped()
    address = reverse("project_messages", args=[CODE])
    assert client_of(scene.owner).post(address, {"text": "什么时候踏勘？"}).status_code == 302
    assert Message.objects.filter(kind="projects.message", recipient=scene.officer.user).count() == 1
    assert client_of(scene.officer).post(address, {"text": "周三上午"}).status_code == 302
    assert Message.objects.filter(kind="projects.message", recipient=scene.owner.user).count() == 1
    page = text_of(client_of(scene.owner).get(address))
    assert page.index("什么时候踏勘") < page.index("周三上午")
    assert client_of(member()).get(address).status_code == 404
    assert ProjectMessage.objects.count() == 2


@pytest.mark.django_db
def test_ready_words_begin_a_message_and_open_placeholders_are_not_sent() -> None:
    scene = correcting()
    ready = keep_template(MessageTemplate(title="问候", text="{企业}您好，{项目}"), by=scene.chief)
    page = client_of(scene.officer).get(reverse("project_messages", args=[CODE]), {"template": ready.pk})
    assert f"{scene.owner.organisation.name}您好，{scene.project.name}" in text_of(page)
    with pytest.raises(Incomplete):
        send_message(scene.project, "请办{事项}", by=scene.officer)
