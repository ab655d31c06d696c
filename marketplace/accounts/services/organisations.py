"""An organisation comes to the site, and keeps its particulars."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries, rules
from marketplace.accounts.actors import Actor
from marketplace.accounts.errors import BadCreditCode, NameDiffers
from marketplace.accounts.events import OrganisationChanged
from marketplace.accounts.models import Membership, Organisation, Shareholding
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.services import claims
from marketplace.core import events, inbox, locks, log
from marketplace.core.errors import DomainError, NotAllowed
from marketplace.core.models import StoredFile

PARTICULARS = ("legal_person", "address", "phone", "bank_name", "bank_account")


def check_credit_code(text: str) -> str:
    """The code as it is stored. BadCreditCode, whose words depend on what is wrong with it."""
    code = rules.normalise_code(text)
    problem = rules.credit_code_problem(code)
    if problem is not None:
        raise BadCreditCode(problem, code)
    return code


@transaction.atomic
def register_organisation(
    *, name: str, credit_code: str, kind: str, authorisation: StoredFile, by: Actor
) -> Organisation:
    """Say to act for the organisation of this credit code, and show a stamped authorisation.

    A new organisation is made, with this person as its administrator: drafts may be written at once, binding acts wait
    for an operator. For one that is registered already this is only a claim; membership comes with its confirmation.
    BadCreditCode, NameDiffers, AlreadyMember, AlreadyDone.
    """
    if by.user is None:
        raise NotAllowed()
    code, name = check_credit_code(credit_code), rules.normalise_name(name)
    if len(name) < 2:
        raise DomainError(_("请填写营业执照或登记证书上的单位全称。"), field="name")
    organisation, new = Organisation.objects.get_or_create(credit_code=code, defaults={"name": name, "kind": kind})
    organisation = locks.exclusive(Organisation, organisation.pk)
    if new:
        Membership.objects.create(user=by.user, organisation=organisation, roles=[MemberRole.ADMINISTRATOR.value])
        log.record("organisation.register", organisation, by=by, data={"name": name, "credit_code": code, "kind": kind})
    elif organisation.is_verified and organisation.name != name:
        raise NameDiffers(organisation.name)
    claims.submit_claim(organisation, authorisation, name=name, kind=kind, by=by)
    return organisation


@transaction.atomic
def save_organisation(organisation: Organisation, particulars: dict[str, Any], *, by: Actor) -> Organisation:
    """Change the particulars that the organisation itself keeps (PARTICULARS). NotAllowed."""
    organisation = locks.exclusive(Organisation, organisation.pk)
    by.require_member(organisation, MemberRole.ADMINISTRATOR)
    changed = {
        name: str(particulars[name]).strip()
        for name in PARTICULARS
        if name in particulars and getattr(organisation, name) != str(particulars[name]).strip()
    }
    if not changed:
        return organisation
    before = {name: getattr(organisation, name) for name in changed}
    for name, value in changed.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(changed))
    log.record("organisation.save", organisation, by=by, data={"before": before, "after": changed})
    if changed.keys() & {"bank_name", "bank_account"}:
        administrators = queries.people_of(organisation, MemberRole.ADMINISTRATOR)
        words = {"person": str(by.user or ""), "organisation": organisation.name}
        inbox.tell(administrators, "accounts.bank_changed", url=queries.organisation_url(), **words)
    events.publish(OrganisationChanged(organisation.pk))
    return organisation


@transaction.atomic
def save_shareholders(
    organisation: Organisation, rows: Iterable[tuple[str, str, Decimal]], *, by: Actor
) -> Organisation:
    """Say anew who holds shares: (name, credit code or "", per cent) each. NotAllowed, DomainError over 100 %."""
    organisation = locks.exclusive(Organisation, organisation.pk)
    by.require_member(organisation, MemberRole.ADMINISTRATOR)
    held = [(name.strip(), rules.normalise_code(code), percent) for name, code, percent in rows if name.strip()]
    if sum((percent for _name, _code, percent in held), Decimal(0)) > 100 or any(p <= 0 for _n, _c, p in held):
        raise DomainError(_("持股比例须大于 0，合计不能超过 100%。"), field="percent")
    organisation.shareholdings.all().delete()
    Shareholding.objects.bulk_create(
        Shareholding(organisation=organisation, holder_name=name, holder_code=code, percent=percent)
        for name, code, percent in held
    )
    data = {"holders": [[name, code, str(percent)] for name, code, percent in held]}
    log.record("organisation.shareholders", organisation, by=by, data=data)
    return organisation
