"""What agencies put on a desk: for their own people, and for operators."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries
from marketplace.agencies.models import COUNTING_STATES, Agency
from marketplace.agencies.services.certificates import midnight
from marketplace.catalogue import queries as catalogue
from marketplace.core import calendar, clock
from marketplace.core.deadlines import subject_of
from marketplace.core.desk import Task
from marketplace.core.models import Deadline
from marketplace.core.rules import Alert, alert_level

NEAR_END_DAYS = 30


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Everything that waits here for the actor."""
    found: list[Task] = []
    agency = queries.of_actor(actor)
    if agency is not None and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR):
        found += _of_agency(agency)
    if actor.user is not None and actor.has_staff_role(StaffRole.OPERATOR):
        found += _of_operator()
    return found


def _of_agency(agency: Agency) -> Iterator[Task]:
    group, url = _("机构入驻"), reverse("agency_desk")
    if agency.state == Agency.State.DRAFT:
        yield Task(_("填写入驻申请"), _("继续填写"), url, group=group, subject=_("可随时离开，内容已保存"))
    if agency.state == Agency.State.RETURNED:
        due_at = _mend_by(agency)
        reasons = "；".join(agency.return_reasons)
        level = _level(agency.submitted_at, due_at)
        yield Task(_("入驻申请已退回"), _("补正并重新提交"), url, due_at, group, reasons, level)
    if agency.state == Agency.State.DORMANT:
        yield Task(_("机构处于休眠状态"), _("恢复在驻"), url, group=group)
    yield from _ending(agency)


def _ending(agency: Agency) -> Iterator[Task]:
    """Certificates that end soon and that no renewal was handed in for."""
    if not agency.is_admitted:
        return
    limit = clock.today() + timedelta(days=NEAR_END_DAYS)
    rows = agency.qualifications.filter(state__in=[*COUNTING_STATES, "expired"], valid_until__lte=limit)
    rows = rows.exclude(renewals__state__in=["submitted", "manual_check", "verified", "expiring"]).select_related(
        "type"
    )
    for row in rows:
        title = _("%(name)s 证书已过期") if row.state == "expired" else _("%(name)s 证书即将到期")
        url = reverse("agency_qualification_edit", args=[row.pk])
        end = midnight(row.valid_until + timedelta(days=1)) if row.valid_until else None
        level = Alert.RED if row.state == "expired" else Alert.ALERT
        yield Task(title % {"name": row}, _("上传延续后的证书"), url, end, _("资质证书"), row.number, level)


def _of_operator() -> Iterator[Task]:
    periods = catalogue.current_rules().periods
    for agency in queries.admissions_waiting():
        start = agency.submitted_at or clock.now()
        due_at = calendar.closes_at(start, periods.admission_review)
        url = reverse("agencies_review", args=[agency.pk])
        yield Task(str(agency), _("审核入驻"), url, due_at, _("入驻审核"), agency.credit_code, _level(start, due_at))
    for request in queries.changes_waiting():
        due_at = calendar.closes_at(request.created_at, periods.change_review)
        url = reverse("agencies_change", args=[request.pk])
        level = _level(request.created_at, due_at)
        yield Task(str(request.agency), _("审核变更"), url, due_at, _("信息变更"), "", level)
    for row in queries.certificates_waiting():
        start = row.submitted_at or clock.now()
        due_at = calendar.closes_at(start, periods.change_review)
        url = reverse("agencies_certificate", args=[row.pk])
        yield Task(str(row.agency), _("核验证书"), url, due_at, _("资质核验"), str(row), _level(start, due_at))
    yield from _people(periods.change_review)


def _people(days: int) -> Iterator[Task]:
    for row in queries.practitioners_waiting():
        start = row.submitted_at or clock.now()
        due_at = calendar.closes_at(start, days)
        url = reverse("agencies_practitioner", args=[row.pk])
        yield Task(str(row.agency), _("核验人员"), url, due_at, _("资质核验"), str(row), _level(start, due_at))


def _mend_by(agency: Agency) -> datetime | None:
    open_ones = Deadline.objects.filter(kind="agencies.mend_over", subject=subject_of(agency), done_at=None)
    return open_ones.values_list("due_at", flat=True).first()


def _level(start: datetime | None, due_at: datetime | None) -> Alert:
    if start is None or due_at is None:
        return Alert.QUIET
    return alert_level(start, due_at, clock.now(), calendar.is_workday)
