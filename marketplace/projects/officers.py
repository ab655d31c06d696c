"""Reading about agent officers: who stands in for whom, what they carry, and to whom a project is proposed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from marketplace.accounts.models import Membership, Shareholding, User
from marketplace.accounts.queries import staff
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock
from marketplace.projects.models import Absence, AssignmentPolicy, Handover, OfficerProfile, Project, Step
from marketplace.projects.rules import assignment
from marketplace.projects.rules.assignment import Candidate, Ranked, Reason, Wanted

CLOSED = (Project.State.DONE, Project.State.RETURNED)


def away() -> QuerySet[Absence]:
    """Absences of today."""
    today = clock.today()
    return Absence.objects.filter(starts_on__lte=today, ends_on__gte=today)


def run_by(user: User | None) -> Q:
    """Projects that this officer runs: their own, and those of whom they stand in for today."""
    absent = away().filter(officer__officer_profile__deputy=user).order_by().values("officer")
    return Q(officer=user) | Q(officer__in=absent)


def offered_to(user: User | None) -> Q:
    """Projects that are being handed over to this officer."""
    opened = Handover.objects.filter(taker=user, state=Handover.State.OPEN).order_by()
    return Q(pk__in=opened.values("project"))


def stands_in(user: User, officer: int | None) -> bool:
    """Whether the officer is away today and this user is their deputy."""
    return officer is not None and away().filter(officer=officer, officer__officer_profile__deputy=user).exists()


def in_charge(project: Project) -> list[User]:
    """Who is told of a project: its officer; while they are away the deputy, too, and when both are, the chiefs."""
    if project.officer is None:
        return []
    absent = set(away().values_list("officer", flat=True))
    if project.officer_id not in absent:
        return [project.officer]
    profile = OfficerProfile.objects.select_related("deputy").filter(officer=project.officer_id).first()
    deputy = profile.deputy if profile else None
    if deputy is None or deputy.pk in absent or not deputy.is_active:
        return [project.officer, *staff(StaffRole.CHIEF)]
    return [project.officer, deputy]


def is_automatic() -> bool:
    """Whether requests are assigned without the chief."""
    policy = AssignmentPolicy.objects.first()
    return policy is not None and policy.automatic


def weights(projects: QuerySet[Project] | None = None) -> dict[int, tuple[int, int]]:
    """What open projects weigh by their open steps and their urgency: project → (officer, weight). One statement."""
    moment = clock.now()
    soon = moment + timedelta(days=assignment.URGENT_DAYS)
    running = Q(steps__state=Step.State.RUNNING)
    weight = Case(
        When(running & Q(steps__due_at__lt=moment), then=Value(assignment.RUNNING + assignment.LATE)),
        When(running & Q(steps__due_at__lte=soon), then=Value(assignment.RUNNING + assignment.URGENT)),
        When(running, then=Value(assignment.RUNNING)),
        When(steps__state=Step.State.READY, then=Value(assignment.READY)),
        When(steps__state=Step.State.WAITING, then=Value(assignment.WAITING)),
        default=Value(0),
        output_field=IntegerField(),
    )
    found = Project.objects.all() if projects is None else projects
    rows = (
        found.filter(officer__isnull=False)
        .exclude(state__in=CLOSED)
        .order_by()
        .values("pk", "officer_id")
        .annotate(weight=Sum(weight), steps_there=Count("steps"))
    )
    return {
        row["pk"]: (row["officer_id"], row["weight"] if row["steps_there"] else assignment.UNMAPPED) for row in rows
    }


@dataclass(frozen=True)
class Standing:
    """An officer on the chief's list."""

    officer: User
    profile: OfficerProfile | None
    projects: int
    load: int
    absence: Absence | None
    coming: tuple[Absence, ...]


def standings() -> list[Standing]:
    """Every officer with profile, load and absences."""
    people = list(staff(StaffRole.OFFICER).order_by("pk"))
    found = OfficerProfile.objects.filter(officer__in=people).select_related("deputy")
    profiles = {each.officer_id: each for each in found.prefetch_related("regions", "conflicts")}
    loads: dict[int, list[int]] = defaultdict(list)
    for officer, weight in weights().values():
        loads[officer].append(weight)
    today, absences = clock.today(), defaultdict[int, list[Absence]](list)
    for absence in Absence.objects.filter(officer__in=people, ends_on__gte=today):
        absences[absence.officer_id].append(absence)
    return [
        Standing(
            officer=each,
            profile=profiles.get(each.pk),
            projects=len(loads[each.pk]),
            load=sum(loads[each.pk]),
            absence=next((a for a in absences[each.pk] if a.starts_on <= today), None),
            coming=tuple(a for a in absences[each.pk] if a.starts_on > today),
        )
        for each in people
    ]


def without_deputy() -> list[User]:
    """Officers to whom nothing can be assigned, because nobody stands in for them."""
    able = OfficerProfile.objects.filter(deputy__in=staff(StaffRole.OFFICER)).values("officer")
    return list(staff(StaffRole.OFFICER).exclude(pk__in=able).order_by("pk"))


@dataclass(frozen=True)
class Proposal:
    """An officer in their place for a project, in words."""

    officer: User
    ranked: Ranked
    projects: int
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """The officer with what they carry."""
        known = {"name": self.officer, "count": self.projects, "load": self.ranked.candidate.load}
        return _("%(name)s（在办 %(count)d 个项目，负荷 %(load)d）") % known


def proposals(project: Project) -> list[Proposal]:
    """All officers for this project, the proposed one first, each with the reasons."""
    people = {each.officer.pk: each for each in standings()}
    conflicts = _conflicts(project, [each.officer for each in people.values()])
    every = [weight for _officer, weight in weights().values()]
    weight = len(project.template.data["steps"]) * assignment.WAITING if project.template else assignment.UNMAPPED
    wanted = Wanted(
        weight=weight,
        heaviest=max([weight, *every]),
        region=project.region.code if project.region else "",
        industry=project.industry,
    )
    able = set(people)
    ranked = assignment.rank((_candidate(each, conflicts, able) for each in people.values()), wanted)
    return [
        Proposal(
            officer=people[each.candidate.key].officer,
            ranked=each,
            projects=people[each.candidate.key].projects,
            reasons=tuple(_words(reason, each.candidate, project) for reason in each.reasons),
        )
        for each in ranked
    ]


def _candidate(standing: Standing, conflicts: dict[int, str], able: set[int]) -> Candidate:
    profile = standing.profile
    return Candidate(
        key=standing.officer.pk,
        load=standing.load,
        regions=frozenset(region.code for region in profile.regions.all()) if profile else frozenset(),
        industries=tuple(profile.industries) if profile else (),
        has_deputy=bool(profile and profile.deputy_id in able),
        absent_until=standing.absence.ends_on if standing.absence else None,
        conflict=conflicts.get(standing.officer.pk, ""),
    )


def _conflicts(project: Project, people: Iterable[User]) -> dict[int, str]:
    """Who has an interest in the project's owner: works for it or one of its shareholders, holds shares, said so."""
    holders = list(Shareholding.objects.filter(organisation=project.owner_id))
    codes = [holder.holder_code for holder in holders if holder.holder_code]
    persons = {holder.holder_name.strip() for holder in holders if not holder.holder_code}
    found: dict[int, str] = {}
    concerned = Q(organisation=project.owner_id) | Q(organisation__credit_code__in=codes)
    for membership in Membership.objects.filter(concerned, is_active=True).select_related("organisation"):
        found[membership.user_id] = _("是%(firm)s的成员") % {"firm": membership.organisation.name}
    declared = OfficerProfile.objects.filter(
        Q(conflicts=project.owner_id) | Q(conflicts__credit_code__in=codes)
    ).distinct()
    for profile in declared:
        found.setdefault(profile.officer_id, _("本人申报与项目单位有利益关系"))
    for each in people:
        if each.name.strip() and each.name.strip() in persons:
            found.setdefault(each.pk, _("与项目单位的自然人股东同名，须先核实"))
    return found


def _words(reason: Reason, candidate: Candidate, project: Project) -> str:
    known = {
        "region": project.region or "",
        "industry": project.industry,
        "load": candidate.load,
        "day": candidate.absent_until.isoformat() if candidate.absent_until else "",
        "conflict": candidate.conflict,
    }
    words = {
        Reason.AREA: _("负责区域包括%(region)s"),
        Reason.ANY_AREA: _("不分区域"),
        Reason.OTHER_AREA: _("建设地点不在负责区域"),
        Reason.INDUSTRY: _("熟悉行业：%(industry)s"),
        Reason.LEAST_LOADED: _("负荷最轻（%(load)s）"),
        Reason.LOADED: _("负荷 %(load)s，在均衡范围内"),
        Reason.OVERLOADED: _("负荷 %(load)s，再接将比最轻的多出一个最重项目以上"),
        Reason.NO_DEPUTY: _("没有在岗的代理人，不能指派"),
        Reason.ABSENT: _("外出至 %(day)s"),
        Reason.CONFLICT: _("须回避：%(conflict)s"),
    }
    return words[reason] % known
