"""Whether a response of the agency needs a second person's release."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import Agency
from marketplace.core import inbox, locks, log
from marketplace.core.errors import DomainError


@transaction.atomic
def set_second_person(agency: Agency, wanted: bool, *, by: Actor) -> Agency:
    """Switch the release by a second person on or off; who may release is told. NotAllowed, DomainError.

    On needs somebody who may release besides each author: at least two people, one of them a releaser.
    """
    agency = locks.exclusive(Agency, agency.pk)
    by.require_member(agency.organisation_id, MemberRole.ADMINISTRATOR)
    if agency.second_person == wanted:
        return agency
    releasers = accounts.people_of(agency.organisation, MemberRole.RELEASER)
    writers = accounts.people_of(agency.organisation, MemberRole.BID_AUTHOR)
    if wanted and not any(one.pk != other.pk for one in releasers for other in writers):
        raise DomainError(_("放行需要两个人：请先邀请一位报价复核人，再开启。"))
    agency.second_person = wanted
    agency.save(update_fields=["second_person"])
    log.record("agency.second_person", agency, by=by, data={"wanted": wanted})
    kind = "agencies.second_person_on" if wanted else "agencies.second_person_off"
    inbox.tell(releasers, kind, person=str(by.person))
    return agency
