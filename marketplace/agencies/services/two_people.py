"""Whether a response of the agency needs a second person's release: two people switch it off, as two people respond."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import calendar, clock, deadlines, inbox, locks, log
from marketplace.core.errors import DomainError

COOLED = "agencies.one_person"
COOLING_DAYS = 3  # working days: as long as a tender is usually open, so the wish can't serve the one that is closing


@transaction.atomic
def set_second_person(agency: Agency, wanted: bool, *, by: Actor) -> Agency:
    """Switch the release by a second person on, or ask to switch it off; who may release is told.

    NotAllowed, DomainError. On needs somebody who may release besides each author: at least two people, one of them a
    releaser. Off needs another one's `agree_to_one_person`, or one administrator could let his own response pass at
    the last minute; where nobody is left who could agree, it takes `COOLING_DAYS`. Wanting it on takes the wish back.
    """
    agency = locks.exclusive(Agency, agency.pk)
    by.require_member(agency.organisation_id, MemberRole.ADMINISTRATOR)
    if wanted:
        return _switch_on(agency, by)
    if not agency.second_person or agency.second_person_off_by_id is not None:
        return agency
    others = [one for one in _who_agree(agency) if one.pk != by.person.pk]
    if not others:
        deadlines.put(COOLED, agency, calendar.closes_at(clock.now(), COOLING_DAYS))
    agency.second_person_off_by = by.person
    agency.save(update_fields=["second_person_off_by"])
    log.record("agency.second_person_off_asked", agency, by=by)
    inbox.tell(others, "agencies.second_person_off_asked", person=str(by.person))
    return agency


@transaction.atomic
def agree_to_one_person(agency: Agency, *, by: Actor) -> Agency:
    """Another releaser or administrator agrees: from now on no release is needed. NotAllowed, DomainError."""
    agency = locks.exclusive(Agency, agency.pk)
    by.require_member(agency.organisation_id, MemberRole.RELEASER)
    if agency.second_person_off_by_id is None:
        return agency
    if agency.second_person_off_by_id == by.person.pk:
        raise DomainError(_("关闭放行须由另一位报价复核人或管理员同意。"))
    return _switch(agency, False, by)


@transaction.atomic
def cooled(key: str) -> None:
    """The wish of one who was alone has waited long enough: off, unless taken back or somebody came who decides."""
    agency = locks.exclusive(Agency, key)
    if agency.second_person_off_by_id is None:
        return
    if any(one.pk != agency.second_person_off_by_id for one in _who_agree(agency)):
        return
    _switch(agency, False, Actor.system())


def _switch_on(agency: Agency, by: Actor) -> Agency:
    if agency.second_person:
        if agency.second_person_off_by_id is not None:
            agency.second_person_off_by = None
            deadlines.cancel(COOLED, agency)
            agency.save(update_fields=["second_person_off_by"])
            log.record("agency.second_person", agency, by=by, data={"wanted": True})
        return agency
    writers = accounts.people_of(agency.organisation, MemberRole.BID_AUTHOR)
    releasers = accounts.people_of(agency.organisation, MemberRole.RELEASER)
    if not any(one.pk != other.pk for one in releasers for other in writers):
        raise DomainError(_("放行需要两个人：请先邀请一位报价复核人，再开启。"))
    return _switch(agency, True, by)


def _switch(agency: Agency, wanted: bool, by: Actor) -> Agency:
    agency.second_person, agency.second_person_off_by = wanted, None
    deadlines.cancel(COOLED, agency)
    agency.save(update_fields=["second_person", "second_person_off_by"])
    log.record("agency.second_person", agency, by=by, data={"wanted": wanted})
    kind = "agencies.second_person_on" if wanted else "agencies.second_person_off"
    person = by.label
    inbox.tell(accounts.people_of(agency.organisation, MemberRole.RELEASER), kind, person=person)
    return agency


def _who_agree(agency: Agency) -> list[User]:
    return list(accounts.people_of(agency.organisation, MemberRole.RELEASER))


def off_on(agency: Agency) -> datetime | None:
    """When the wish of one who is alone takes effect; None where another one has to agree."""
    return deadlines.open_until(COOLED, agency)
