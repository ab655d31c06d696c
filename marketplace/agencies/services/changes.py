"""Changes of an admitted agency's key data: asked for, looked at as a difference, accepted or refused."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import rules
from marketplace.agencies.models import Agency, ChangeRequest
from marketplace.agencies.services.access import changed, owned, reviewed
from marketplace.agencies.services.editing import region_of
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, WrongState
from marketplace.core.models import StoredFile

KEY_FIELDS = ("name", "legal_person", "address", "region")


@transaction.atomic
def request_change(
    agency: Agency, after: Mapping[str, Any], evidence: StoredFile | None, *, by: Actor
) -> ChangeRequest:
    """Ask for other key data (names of KEY_FIELDS; `region` by its code), with the paper that proves it.

    DomainError when nothing changes or the evidence is missing; WrongState while an earlier request is open.
    """
    agency = owned(agency, by)
    if not agency.is_admitted:
        raise WrongState(_("入驻后才需要变更申请；现在可以直接修改。"))
    if agency.change_requests.filter(state=ChangeRequest.State.SUBMITTED).exists():
        raise AlreadyDone(_("已有一份变更申请在审核，办结后才能再提交。"))
    now = values_of(agency)
    wanted = {name: str(after[name] or "").strip() for name in KEY_FIELDS if name in after}
    different = {name: value for name, value in wanted.items() if value != now[name]}
    if not different:
        raise DomainError(_("没有任何变化，请填写变更后的内容。"))
    if missing := [name for name, value in different.items() if not value]:
        raise DomainError(_("变更后的内容不能为空。"), field=missing[0])
    if "region" in different:
        region_of(different["region"])
    if evidence is None:
        raise DomainError(_("请上传证明材料，例如变更后的营业执照。"), field="evidence")
    before = {name: now[name] for name in different}
    request = ChangeRequest.objects.create(
        agency=agency, before=before, after=different, evidence=evidence, requested_by=by.user
    )
    changed(agency, "agency.change_requested", by=by, before=before, after=different, evidence=evidence)
    operators = accounts.staff(StaffRole.OPERATOR)
    inbox.tell(operators, "agencies.change_requested", url=review_url(request), agency=str(agency))
    return request


@transaction.atomic
def accept_change(request: ChangeRequest, *, by: Actor) -> ChangeRequest:
    """Let the change take effect; what was before stays in the log. AlreadyDone, WrongState, NotAllowed."""
    agency, request = _decided(request, "accept", by)
    organisation = locks.exclusive(Organisation, agency.organisation_id)
    for name, value in request.after.items():
        if name == "region":
            agency.region = region_of(value)
            continue
        setattr(organisation, name, value)
        if name != "name":
            setattr(agency, name, value)
    organisation.save(update_fields=["name", "legal_person", "address"])
    agency.save(update_fields=["legal_person", "address", "region"])
    agency.organisation = organisation
    changed(agency, "agency.change_accepted", by=by, before=request.before, after=request.after)
    public = {"credit_code": agency.credit_code, "before": request.before, "after": request.after}
    log.make_public("agency.changed", agency, by=by, data=public)
    _tell(request, "agencies.change_accepted")
    return request


@transaction.atomic
def refuse_change(request: ChangeRequest, reason: str, *, by: Actor) -> ChangeRequest:
    """Refuse the change, with the reason."""
    if not reason.strip():
        raise DomainError(_("请写明不予变更的原因。"), field="reason")
    agency, request = _decided(request, "refuse", by, reason)
    changed(agency, "agency.change_refused", by=by, after=request.after, reason=reason)
    _tell(request, "agencies.change_refused", reason=reason)
    return request


def values_of(agency: Agency) -> dict[str, str]:
    """The key data as they are, as texts."""
    return {
        "name": agency.organisation.name,
        "legal_person": agency.legal_person,
        "address": agency.address,
        "region": agency.region.code if agency.region else "",
    }


def review_url(request: ChangeRequest) -> str:
    """Where operators look at the difference."""
    return reverse("agencies_change", args=[request.pk])


def _decided(request: ChangeRequest, act: str, by: Actor, reason: str = "") -> tuple[Agency, ChangeRequest]:
    by.require_staff(StaffRole.OPERATOR)
    organisation = Organisation.objects.only("pk").get(agency=request.agency_id)
    locks.exclusive(Organisation, organisation.pk)
    agency = reviewed(request.agency, by)
    found = locks.exclusive(ChangeRequest, request.pk)
    rules.CHANGE.move(found, act)
    found.reason, found.decided_at, found.decided_by = reason, clock.now(), by.user
    found.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    return agency, found


def _tell(request: ChangeRequest, kind: str, **params: Any) -> None:
    agency = request.agency
    people = accounts.people_of(agency.organisation, MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR)
    inbox.tell(people, kind, url=reverse("agency_desk"), agency=str(agency), **params)
