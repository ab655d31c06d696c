"""Who may work on an agency's data, and what every change does: count the version, log, tell the storeys above."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies.events import AgencyChanged
from marketplace.agencies.models import Agency
from marketplace.core import clock, events, locks, log
from marketplace.core.errors import DomainError, NotAllowed, WrongState
from marketplace.core.models import StoredFile


class UnderReview(WrongState):
    """The application is with the operators: what they look at must not change under their eyes."""

    code = "under_review"
    message = _("申请正在审核或公示，暂时不能修改。如需更正，请联系运营人员退回。")


class ByRequest(DomainError):
    """Key data of an admitted agency change only after somebody has looked at the difference."""

    code = "by_request"
    message = _("名称、法定代表人、地址是关键信息，入驻后须提交变更申请，审核通过后生效。")


def editable(agency: Agency, by: Actor) -> Agency:
    """The agency, locked, for a member who may write its data. NotAllowed, UnderReview."""
    agency = owned(agency, by)
    if not (agency.is_editable or agency.is_admitted):
        raise UnderReview()
    return agency


class ChangedMeanwhile(WrongState):
    """What the operator looked at is not what is stored now."""

    code = "changed_meanwhile"
    message = _("您查看之后，机构修改了这份资料。请看过现在的内容和扫描件再决定。")


def shown_as(row: models.Model) -> str:
    """What of a row stood before the operator's eyes, as a short hash to send back with the decision."""
    kept = {field.attname: plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    text = json.dumps(kept, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def require_as_shown(row: models.Model, shown: str) -> None:
    """ChangedMeanwhile unless the row, locked, is still what `shown_as` said of it when the page was made."""
    if not constant_time_compare(shown_as(row), shown):
        raise ChangedMeanwhile()


def owned(agency: Agency, by: Actor) -> Agency:
    """The agency, locked, for its administrators and bid authors. NotAllowed."""
    agency = locks.exclusive(Agency, agency.pk)
    if by.organisation is None and by.user is not None:
        raise NotAllowed()
    by.require_member(agency.organisation_id, MemberRole.BID_AUTHOR)
    return agency


def reviewed(agency: Agency, by: Actor, *roles: StaffRole) -> Agency:
    """The agency, locked, for staff (operators, when no role is named). NotAllowed; OwnCase for its own members."""
    by.require_staff(*(roles or (StaffRole.OPERATOR,)))
    agency = locks.exclusive(Agency, agency.pk)
    by.require_impartial(agency.organisation_id)
    return agency


def changed(agency: Agency, action: str, *, by: Actor, about: models.Model | None = None, **data: Any) -> None:
    """Count the version, write the audit entry, and publish the change where anybody can see the agency."""
    agency.version += 1
    agency.save(update_fields=["version"])
    entry = {key: plain(value) for key, value in data.items()}
    if about is not None:
        entry["about"] = str(about)
    log.record(action, agency, by=by, data=entry)
    if agency.is_public:
        events.publish(AgencyChanged(agency.pk))


def moved(agency: Agency, action: str, before: str, *, by: Actor, **data: Any) -> None:
    """`changed` for a step of the machine, saying from where to where."""
    changed(agency, action, by=by, steps=[before, agency.state], **data)


def differences(obj: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] for the values that differ from the row's."""
    pairs = {name: (getattr(obj, name), value) for name, value in values.items()}
    return {name: [plain(old), plain(new)] for name, (old, new) in pairs.items() if old != new}


def plain(value: Any) -> Any:
    """A value as the log keeps it."""
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, StoredFile):
        return {"file": value.name, "sha256": value.sha256}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value)


def today() -> date:
    """The present day, read after the locks."""
    return clock.today()


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Certificates, commitments and evidence: the agency's own people, operators and supervisors."""
    if actor is None:
        return False
    if actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR):
        return True
    return bool(stored.holder) and actor.organisation_code == stored.holder
