"""What the chief does about officers: keep their profiles and absences, and say how requests are assigned."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.models import Region
from marketplace.core import inbox, locks, log
from marketplace.core.errors import AlreadyDone, Incomplete, WrongState
from marketplace.projects import officers
from marketplace.projects.errors import NoDeputy, NotAnOfficer
from marketplace.projects.models import Absence, AssignmentPolicy, OfficerProfile, Project


@transaction.atomic
def save_profile(
    officer: User,
    *,
    deputy: User | None,
    by: Actor,
    regions: Iterable[Region] = (),
    industries: Iterable[str] = (),
    conflicts: Iterable[Organisation] = (),
) -> OfficerProfile:
    """Keep an officer's fields, deputy and declared interests.

    NotAllowed, NotAnOfficer, NoDeputy (none, while the officer runs projects), Incomplete (their own deputy).
    """
    by.require_staff(StaffRole.CHIEF)
    officer = locks.exclusive(User, officer.pk)
    if not officer.has_staff_role(StaffRole.OFFICER):
        raise NotAnOfficer()
    if deputy is not None and deputy.pk == officer.pk:
        raise Incomplete([_("代理人应是另一位代办员。")], field="deputy")
    if deputy is not None and not (deputy.is_active and deputy.has_staff_role(StaffRole.OFFICER)):
        raise NotAnOfficer(field="deputy")
    if deputy is None and Project.objects.filter(officer=officer).exclude(state__in=officers.CLOSED).exists():
        raise NoDeputy(field="deputy")
    profile, _new = OfficerProfile.objects.get_or_create(officer=officer)
    before = {"deputy": profile.deputy_id, "industries": profile.industries}
    profile.deputy, profile.industries = deputy, [word.strip() for word in industries if word.strip()]
    profile.save()
    profile.regions.set(regions)
    profile.conflicts.set(conflicts)
    data = {"before": before, "officer": officer.pk, "deputy": profile.deputy_id, "industries": profile.industries}
    log.record("officer.profile", profile, by=by, data=data)
    return profile


@transaction.atomic
def add_absence(officer: User, *, starts_on: date, ends_on: date, reason: str, by: Actor) -> Absence:
    """Say when an officer is away; the deputy is told and acts on those days.

    NotAllowed, Incomplete (the days, the reason), NoDeputy, WrongState (the deputy is away then), AlreadyDone.
    """
    by.require_staff(StaffRole.CHIEF)
    officer = locks.exclusive(User, officer.pk)
    if ends_on < starts_on:
        raise Incomplete([_("结束日期应不早于开始日期。")], field="ends_on")
    if not reason.strip():
        raise Incomplete([_("请填写外出事由。")], field="reason")
    profile = OfficerProfile.objects.select_related("deputy").filter(officer=officer).first()
    if profile is None or profile.deputy is None:
        raise NoDeputy()
    if Absence.objects.filter(officer=officer, starts_on=starts_on, ends_on=ends_on).exists():
        raise AlreadyDone()
    if Absence.objects.filter(officer=profile.deputy, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise WrongState(_("这几天代理人也外出。请先为这位代办员换一位代理人，或调整日期。"), field="starts_on")
    absence = Absence.objects.create(officer=officer, starts_on=starts_on, ends_on=ends_on, reason=reason.strip())
    days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    log.record("officer.absence", absence, by=by, data={"officer": officer.pk, "reason": absence.reason, **days})
    inbox.tell([profile.deputy], "projects.standing_in", url="/desk/projects/", officer=str(officer), **days)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: Actor) -> None:
    """Take an absence back: the officer is here. NotAllowed, AlreadyDone."""
    by.require_staff(StaffRole.CHIEF)
    found = Absence.objects.select_for_update().filter(pk=absence.pk).first()
    if found is None:
        raise AlreadyDone()
    days = {"starts_on": found.starts_on.isoformat(), "ends_on": found.ends_on.isoformat()}
    log.record("officer.absence_end", found, by=by, data={"officer": found.officer_id, **days})
    found.delete()  # the audit log keeps it


@transaction.atomic
def set_policy(*, automatic: bool, by: Actor) -> AssignmentPolicy:
    """Say whether requests are assigned by themselves or proposed to the chief. NotAllowed, AlreadyDone."""
    by.require_staff(StaffRole.CHIEF)
    policy, _new = AssignmentPolicy.objects.select_for_update().get_or_create(pk=1)
    if policy.automatic == automatic:
        raise AlreadyDone()
    policy.automatic = automatic
    policy.save()
    log.record("officer.policy", policy, by=by, data={"automatic": automatic})
    return policy
