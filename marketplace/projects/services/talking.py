"""Messages between a project's owner and its officer, and the zone's ready words for them."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed
from marketplace.projects import permissions
from marketplace.projects.models import MessageTemplate, Project, ProjectMessage
from marketplace.projects.rules import placeholders

KEEPERS = (StaffRole.CHIEF, StaffRole.EDITOR)


@transaction.atomic
def send_message(project: Project, text: str, *, by: Actor, sent_as: UUID | None = None) -> ProjectMessage:
    """Write to the other side, which is told of it. NotAllowed, Incomplete, AlreadyDone (the same form twice)."""
    project = locks.exclusive(Project, project.pk)
    is_from_owner = permissions.is_owner(project, by)
    if by.user is None or not (is_from_owner or permissions.is_officer(project, by)):
        raise NotAllowed()
    if not text.strip():
        raise Incomplete([_("请写下要发送的内容。")], field="text")
    if left := placeholders.unknown(text) + [name for name in placeholders.NAMES if f"{{{name}}}" in text]:
        raise Incomplete([_("还有没填的占位：%(names)s。") % {"names": "、".join(left)}], field="text")
    sent_as = sent_as or uuid4()
    if ProjectMessage.objects.filter(sent_as=sent_as).exists():
        raise AlreadyDone(_("这条消息已经发出。"))
    message = ProjectMessage.objects.create(
        project=project,
        text=text.strip(),
        is_from_owner=is_from_owner,
        author=by.user,
        sent_as=sent_as,
        sent_at=clock.now(),
    )
    log.record("project.message", project, by=by, data={"from_owner": is_from_owner})
    people = [project.officer] if is_from_owner else accounts.people_of(project.owner, MemberRole.BUYER)
    url = f"{project.get_absolute_url()}messages/"
    inbox.tell(people, "projects.message", url=url, project=project.name, who=by.label, text=message.text)
    return message


@transaction.atomic
def keep_template(template: MessageTemplate, *, by: Actor) -> MessageTemplate:
    """Keep ready words, new or changed; their placeholders must be known. NotAllowed, Incomplete."""
    by.require_staff(*KEEPERS)
    if wrong := placeholders.unknown(template.text):
        known = "、".join(f"{{{name}}}" for name in placeholders.NAMES)
        words = _("不认识的占位：%(wrong)s。可以用的有：%(known)s。")
        raise Incomplete([words % {"wrong": "、".join(wrong), "known": known}], field="text")
    if MessageTemplate.objects.filter(title=template.title).exclude(pk=template.pk).exists():
        raise Incomplete([_("已有同名的模板，请换一个名称。")], field="title")
    template.save()
    data = {"title": template.title, "text": template.text, "is_active": template.is_active}
    log.record("message_template.keep", template, by=by, data=data)
    return template
