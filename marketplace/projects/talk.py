"""Forms and rows of messages, ready words and reminders."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.forms import ActorForm
from marketplace.projects.models import MessageTemplate, Project, StepReminder
from marketplace.projects.rules import placeholders
from marketplace.projects.services.reminding import may_be_reminded
from marketplace.projects.situation import Ball, Situation

TEXT_LENGTH = 2000
TEMPLATE_LENGTH = 1000


def templates() -> QuerySet[MessageTemplate]:
    """The ready words in use."""
    return MessageTemplate.objects.filter(is_active=True)


class MessageForm(ActorForm):
    """A message to the other side."""

    sent_as = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("内容"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4, "data-key": "n"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"sent_as": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class TemplateForm(ActorForm):
    """Ready words."""

    title = forms.CharField(label=_("名称"), max_length=60)
    text = forms.CharField(
        label=_("正文"),
        max_length=TEMPLATE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("可以用的占位：") + "".join(f"{{{name}}}" for name in placeholders.NAMES),
    )
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class RemindForm(ActorForm):
    """With which words."""

    template = forms.ModelChoiceField(
        label=_("催办用语"), queryset=MessageTemplate.objects.none(), required=False, empty_label=_("通用催办用语")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = templates()


def key_of(ball: Ball) -> str:
    """How a form names a turn."""
    return f"{ball.step.pk}-{ball.service.pk if ball.service else 0}"


def turns(balls: list[Ball]) -> list[dict[str, Any]]:
    """Turns as rows to choose from: who may be reminded, and who was today."""
    steps = [ball.step.pk for ball in balls]
    today = set(StepReminder.objects.filter(step__in=steps, sent_on=clock.today()).values_list("step_id", flat=True))
    return [
        {
            "ball": ball,
            "key": key_of(ball),
            "reminded": ball.step.pk in today,
            "may_remind": may_be_reminded(ball) and ball.step.pk not in today,
        }
        for ball in balls
    ]


def filled(template: MessageTemplate, project: Project, actor: Actor) -> str:
    """Ready words filled for a project: with its most urgent turn, where there is one."""
    from marketplace.projects.services.reminding import values_of

    first = Situation(project).first
    fallback = {"项目": project.name, "企业": project.owner.name, "代办员": str(project.officer or actor.label)}
    return placeholders.fill(template.text, values_of(first) if first else fallback)
