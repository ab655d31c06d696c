"""The officer's log to read and to fill in: who sees which entries, the form, and what of it waits on the desk."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock, files
from marketplace.core.desk import Task
from marketplace.core.forms import ActorForm, StoredFileField
from marketplace.core.models import StoredFile
from marketplace.core.rules import Alert
from marketplace.projects import permissions, queries
from marketplace.projects.models import DeskEntry, Project, Step
from marketplace.projects.services.entries import PURPOSE

AHEAD_DAYS = 7  # how early a next date is on the desk
PHOTOS = (files.JPEG, files.PNG)
SHOWN = 50
TEXT_LENGTH = 4000


def visible(project: Project, actor: Actor | None) -> QuerySet[DeskEntry]:
    """A project's entries for this actor: all for its officer and a chief, the shared ones for its owner."""
    found = DeskEntry.objects.filter(project=project).select_related("author", "step").prefetch_related("photos")
    if permissions.is_officer(project, actor):
        return found
    if actor is not None and actor.organisation and actor.organisation.pk == project.owner_id:
        return found.filter(is_shared=True)
    return found.none()


def may_read_photo(actor: Any, stored: StoredFile) -> bool:
    """Who opens a photo: who just uploaded it, and whoever reads an entry that shows it."""
    if actor is None:
        return False
    entries = list(DeskEntry.objects.filter(photos=stored).select_related("project"))
    if not entries:
        return files.is_own(actor, stored)
    return any(visible(entry.project, actor).filter(pk=entry.pk).exists() for entry in entries)


class EntryForm(ActorForm):
    """A call, a visit, a meeting or a note: the text is enough."""

    sent_as = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=DeskEntry.Kind.choices, initial=DeskEntry.Kind.PHONE)
    text = forms.CharField(
        label=_("内容"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "n"}),
        help_text=_("会议请写纪要：议题、结论、谁在什么时候前做什么。"),
    )
    participants = forms.CharField(label=_("对方、参加人"), max_length=300, required=False)
    happened_on = forms.DateField(label=_("日期"), required=False)
    next_on = forms.DateField(label=_("下次联系"), required=False, help_text=_("到了这一天会出现在“今天先办”。"))
    next_what = forms.CharField(label=_("下次做什么"), max_length=120, required=False)
    is_shared = forms.BooleanField(label=_("企业可见"), required=False)
    photo = StoredFileField(label=_("照片"), purpose=PURPOSE, accepted=PHOTOS, required=False)
    photo_2 = StoredFileField(label=_("照片 2"), purpose=PURPOSE, accepted=PHOTOS, required=False)
    photo_3 = StoredFileField(label=_("照片 3"), purpose=PURPOSE, accepted=PHOTOS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"sent_as": uuid4(), "happened_on": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name in ("photo", "photo_2", "photo_3"):
            self.fields[name].widget.attrs["capture"] = "environment"  # a phone opens its camera

    def details(self) -> dict[str, Any]:
        """What `add_entry` takes besides kind and text."""
        data = self.cleaned_data
        names = ("happened_on", "participants", "next_on", "next_what", "is_shared", "sent_as")
        photos = [data[name] for name in ("photo", "photo_2", "photo_3") if data.get(name)]
        return {**{name: data[name] for name in names}, "photos": photos}


class QuickForm(EntryForm):
    """The same from the board: of which project."""

    project = forms.ModelChoiceField(label=_("项目"), queryset=Project.objects.none(), empty_label=None)
    field_order = ("project",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.of_officer(self.actor.user).order_by("name")
        field.label_from_instance = lambda project: project.name  # type: ignore[method-assign,assignment]


def shown(project: Project, actor: Actor | None, step: Step | None = None, form: Any = None) -> dict[str, Any]:
    """What the pages of a project and of a step show of the log."""
    found = visible(project, actor)
    rows = list((found.filter(step=step) if step else found)[:SHOWN])
    may_write = permissions.is_officer(project, actor)
    return {
        "entries": rows,
        "may_write_entry": may_write,
        "entry_step": step,
        "entry_form": (form or EntryForm(actor=actor)) if may_write else None,
    }


def tasks(actor: Actor) -> Iterable[Task]:
    """The next dates of an officer's projects, from a week before."""
    if actor.user is None or not actor.has_staff_role(StaffRole.OFFICER):
        return
    today = clock.today()
    waiting = DeskEntry.objects.filter(
        project__in=queries.of_officer(actor.user), settled_at=None, next_on__lte=today + timedelta(days=AHEAD_DAYS)
    )
    for entry in waiting.select_related("project", "step").order_by("next_on", "pk"):
        assert entry.next_on is not None
        yield Task(
            title=entry.next_what or entry.text.splitlines()[0][:60],
            act=_now("跟进"),
            url=entry.url,
            due_at=datetime.combine(entry.next_on, time(23, 59, 59), clock.ZONE),
            group=str(entry.get_kind_display()),
            subject=entry.project.name,
            level=Alert.ALERT if entry.next_on <= today else Alert.QUIET,
        )
