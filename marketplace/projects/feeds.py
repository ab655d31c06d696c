"""A person's dates as an iCalendar (RFC 5545): of the projects they run, and of those of their organisations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from marketplace.accounts.models import Membership, User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.core import clock
from marketplace.core.addresses import in_language
from marketplace.projects import queries
from marketplace.projects.models import CalendarFeed, DeskEntry, Project
from marketplace.projects.situation import Situation


@dataclass(frozen=True)
class Date:
    """One event: a day, or a moment."""

    key: str
    on: date | datetime
    summary: str
    path: str


def by_token(token: str) -> CalendarFeed | None:
    """The feed with this secret, of somebody who may still log in."""
    return CalendarFeed.objects.select_related("user").filter(token=token, user__is_active=True).first()


def text_of(user: User) -> bytes:
    """The person's calendar as a file, in their language."""
    language = getattr(user, "language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        return _calendar(dates(user), language)


def dates(user: User) -> list[Date]:
    """What is in the person's calendar now; nothing of projects that they may no longer see."""
    found = [each for project in queries.with_route(projects_of(user)) for each in _of_project(project)]
    if user.has_staff_role(StaffRole.OFFICER):
        waiting = DeskEntry.objects.filter(project__in=queries.of_officer(user), settled_at=None, next_on__isnull=False)
        for entry in waiting.select_related("project", "step"):
            assert entry.next_on is not None
            words = entry.next_what or entry.text.splitlines()[0][:60]
            found.append(Date(f"entry-{entry.pk}", entry.next_on, f"{words} · {entry.project.name}", entry.url))
    return sorted(found, key=lambda each: (_day(each.on), each.key))


def projects_of(user: User) -> QuerySet[Project]:
    """The running projects whose dates concern the person: as officer, or as commissioned buyer of the owner."""
    memberships = Membership.objects.filter(user=user, is_active=True)
    organisations = [each.organisation_id for each in memberships if each.has_role(MemberRole.BUYER)]
    mine = Q(owner__in=organisations)
    if user.has_staff_role(StaffRole.OFFICER):
        mine |= Q(officer=user)
    return Project.objects.filter(mine, state__in=queries.UNDER_WAY)


def _of_project(project: Project) -> Iterable[Date]:
    look, address = Situation(project), project.get_absolute_url()
    for step in look.steps:
        if step.state == step.State.RUNNING and step.due_at and not step.paused_at:
            words = _("应办结：%(step)s · %(project)s") % {"step": step.label, "project": project.name}
            yield Date(f"step-{step.pk}", _day(step.due_at), words, step.get_absolute_url())
    for ball in look.balls:
        if ball.service is not None and ball.due_at:
            words = f"{ball.what} · {project.name}"
            yield Date(f"service-{ball.service.pk}", ball.due_at, words, ball.url)
    if look.permit_on:
        words = _("预计拿到施工许可：%(project)s") % {"project": project.name}
        yield Date(f"permit-{project.pk}", look.permit_on, words, address)
    words = _("预计全部办结：%(project)s") % {"project": project.name}
    yield Date(f"finish-{project.pk}", look.forecast.finish_on, words, address)
    if project.mandate_until:
        words = _("代办授权到期：%(project)s") % {"project": project.name}
        yield Date(f"mandate-{project.pk}", project.mandate_until, words, address)


def _calendar(found: Iterable[Date], language: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Zhongjie//Projects//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("投资项目期限"))
    # Of the day and not of the moment: the same dates have the same ETag.
    stamp = datetime.combine(clock.today(), time(0), clock.ZONE).astimezone(UTC)
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    for each in found:
        event = Event()
        event.add("uid", f"{each.key}@{host}")
        event.add("dtstamp", stamp)
        event.add("dtstart", each.on.astimezone(UTC) if isinstance(each.on, datetime) else each.on)
        if not isinstance(each.on, datetime):
            event.add("dtend", each.on + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        event.add("summary", each.summary)
        event.add("url", f"{settings.SITE_URL}{in_language(each.path, language)}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _day(moment: date | datetime) -> date:
    return clock.local(moment).date() if isinstance(moment, datetime) else moment
