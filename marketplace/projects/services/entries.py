"""The officer's log: a call, a visit, a meeting or a note is written down, and its next date is settled."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.core.models import StoredFile
from marketplace.projects import permissions
from marketplace.projects.models import DeskEntry, Project, Step

PURPOSE = "projects.entry"


@transaction.atomic
def add_entry(
    project: Project,
    kind: str,
    text: str,
    *,
    by: Actor,
    step: Step | None = None,
    happened_on: date | None = None,
    participants: str = "",
    next_on: date | None = None,
    next_what: str = "",
    is_shared: bool = False,
    photos: Iterable[StoredFile] = (),
    sent_as: UUID | None = None,
) -> DeskEntry:
    """Write down what was said or seen; the owner is told of what is shared with it.

    `sent_as` names the form that was sent: the same one twice is AlreadyDone. NotAllowed, Incomplete.
    """
    project = locks.exclusive(Project, project.pk)
    if by.user is None or not permissions.is_officer(project, by):
        raise NotAllowed()
    sent_as = sent_as or uuid4()
    if DeskEntry.objects.filter(sent_as=sent_as).exists():
        raise AlreadyDone(_("这条记录已经保存。"))
    today = clock.today()
    _check(text, happened_on or today, next_on, today)
    entry = DeskEntry.objects.create(
        project=project,
        step=step if step is not None and step.project_id == project.pk else None,
        kind=kind,
        text=text.strip(),
        participants=participants.strip(),
        happened_on=happened_on or today,
        next_on=next_on,
        next_what=next_what.strip(),
        is_shared=is_shared,
        sent_as=sent_as,
        author=by.user,
        created_at=clock.now(),
    )
    entry.photos.set(photos)
    data = {
        "project": project.code,
        "kind": kind,
        "step": entry.step.key if entry.step else None,
        "next_on": next_on.isoformat() if next_on else None,
        "is_shared": is_shared,
        "photos": [photo.sha256 for photo in entry.photos.all()],
    }
    log.record("desk_entry.add", entry, by=by, data=data)
    if is_shared:
        people = accounts.people_of(project.owner, MemberRole.BUYER)
        what = entry.get_kind_display()
        inbox.tell(people, "projects.entry_shared", url=entry.url, project=project.name, what=what, text=entry.text)
    return entry


@transaction.atomic
def settle_entry(entry: DeskEntry, *, by: Actor) -> DeskEntry:
    """Say that what was noted for the next date is done. NotAllowed, AlreadyDone."""
    entry = locks.exclusive(DeskEntry, entry.pk)
    if not permissions.is_officer(entry.project, by):
        raise NotAllowed()
    if entry.settled_at or entry.next_on is None:
        raise AlreadyDone(_("这条记录没有待跟进的事。"))
    entry.settled_at = clock.now()
    entry.save(update_fields=["settled_at"])
    log.record("desk_entry.settle", entry, by=by, data={"project": entry.project.code})
    return entry


def _check(text: str, happened_on: date, next_on: date | None, today: date) -> None:
    if not text.strip():
        raise Incomplete([_("请写下内容，一句话也可以。")], field="text")
    if happened_on > today:
        raise Incomplete([_("日期不能晚于今天；约定的日子请填在“下次联系”。")], field="happened_on")
    if next_on is not None and next_on < today:
        raise Incomplete([_("下次联系不能早于今天。")], field="next_on")
