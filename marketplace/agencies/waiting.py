"""What waits for operators among agencies, each with its time limit: the desk shows it, supervision watches it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.agencies import queries
from marketplace.catalogue import queries as catalogue
from marketplace.core import calendar, clock


@dataclass(frozen=True)
class Waiting:
    """`obj` of an agency called `name` waits for `act` at `url`; the limit runs from `started_at` to `due_at`."""

    kind: str
    obj: models.Model
    name: str
    act: str
    url: str
    group: str
    subject: str
    started_at: datetime
    due_at: datetime


def for_operators() -> Iterator[Waiting]:
    """Applications to review, changes to decide, certificates and licensed people to verify."""
    admissions, changes = list(queries.admissions_waiting()), list(queries.changes_waiting())
    certificates, people = list(queries.certificates_waiting()), list(queries.practitioners_waiting())
    if not (admissions or changes or certificates or people):
        return  # a house that is not set up has no rules yet
    periods = catalogue.current_rules().periods
    for agency in admissions:
        start = agency.submitted_at or clock.now()
        due_at = calendar.closes_at(start, periods.admission_review)
        url = reverse("agencies_review", args=[agency.pk])
        name, code = str(agency), agency.credit_code
        yield Waiting("admission", agency, name, _("审核入驻"), url, _("入驻审核"), code, start, due_at)
    for request in changes:
        due_at = calendar.closes_at(request.created_at, periods.change_review)
        url = reverse("agencies_change", args=[request.pk])
        name, start = str(request.agency), request.created_at
        yield Waiting("change", request, name, _("审核变更"), url, _("信息变更"), "", start, due_at)
    for row in certificates:
        start = row.submitted_at or clock.now()
        due_at = calendar.closes_at(start, periods.change_review)
        url = reverse("agencies_certificate", args=[row.pk])
        name = str(row.agency)
        yield Waiting("certificate", row, name, _("核验证书"), url, _("资质核验"), str(row), start, due_at)
    for person in people:
        start = person.submitted_at or clock.now()
        due_at = calendar.closes_at(start, periods.change_review)
        url = reverse("agencies_practitioner", args=[person.pk])
        name = str(person.agency)
        yield Waiting("practitioner", person, name, _("核验人员"), url, _("资质核验"), str(person), start, due_at)
