"""From the award to a text that both sides can confirm."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.contracts import drafting, rules, versions
from marketplace.contracts.models import Contract, ContractVersion, Milestone
from marketplace.contracts.rules import BOTH, MilestoneTerms, Side, Terms
from marketplace.contracts.services.shared import changed, locked, move, require_side, tell, written
from marketplace.contracts.services.signing import put_reminder
from marketplace.core import calendar, clock, deadlines, events, locks, log
from marketplace.core.display import money
from marketplace.tenders.models import Award
from marketplace.tenders.queries import rules_of


@transaction.atomic
def draft_contract(award: Award, *, by: Actor) -> Contract:
    """Draft the contract of an award: the winning price, the offered days, one milestone; both sides are told.

    Returns the contract that is there already when the award has one.
    """
    existing = Contract.objects.filter(award=award).first()
    if existing is not None:
        return existing
    now, tender = clock.now(), award.tender
    settings = rules_of(tender)
    terms = drafting.first_terms(award, settings)
    contract = Contract.objects.create(
        number=locks.next_number("HT", clock.local(now).year),
        award=award,
        buyer=tender.buyer,
        agency=award.agency,
        title=tender.title,
        amount=award.price,
        days=award.days,
        terms=terms.text,
        created_at=now,
        sign_by=calendar.closes_at(award.noticed_at or now, settings.periods.contract),
    )
    _write_version(contract, terms, by)
    deadlines.put("contracts.sign_by", contract, contract.sign_by)
    put_reminder(contract)
    log.record("contract.draft", contract, by=by, data={"amount": str(contract.amount), "days": contract.days})
    events.publish(changed(contract))
    tell(contract, BOTH, "contracts.drafted", sign_by=written(contract.sign_by), amount=money(contract.amount))
    return contract


@transaction.atomic
def propose_terms(
    contract: Contract, terms: str, milestones: Sequence[MilestoneTerms], *, version: int, by: Actor
) -> Contract:
    """The buyer changes text or milestones: a new version, which both sides have to confirm (again).

    `version` is the one the buyer has edited; nothing happens when nothing differs. StaleVersion, SumDiffers,
    TooManyDays, BadMilestone, WrongState, NotAllowed.
    """
    contract = locked(contract.pk)
    require_side(contract, Side.BUYER, by)
    rules.CONTRACT.target(contract.state, "revise")
    versions.check_version(contract, version)
    proposed = Terms(terms.strip(), tuple(milestones))
    rules.check_terms(proposed, contract.amount, contract.award.days)
    current = versions.terms_of(contract)
    if proposed == current:
        return contract
    was_confirmed = contract.state != Contract.State.DRAFTING
    contract.version += 1
    contract.terms, contract.days, contract.remark = proposed.text, proposed.days, ""
    contract.buyer_signed_at = contract.buyer_signed_by = None
    contract.agency_signed_at = contract.agency_signed_by = None
    signatures = ["buyer_signed_at", "buyer_signed_by", "agency_signed_at", "agency_signed_by"]
    changes = [[c.label, c.before, c.after] for c in rules.differences(current, proposed)]
    move(
        contract,
        "revise",
        by=by,
        fields=["version", "terms", "days", "remark", *signatures],
        data={"version": contract.version, "changes": changes},
    )
    _write_version(contract, proposed, by)
    kind = "contracts.revised_again" if was_confirmed else "contracts.revised"
    anchor = f"?since={contract.version - 1}#changes"
    tell(contract, [Side.AGENCY], kind, anchor=anchor, version=contract.version)
    return contract


@transaction.atomic
def ask_changes(contract: Contract, remark: str, *, by: Actor) -> Contract:
    """The agency says what it would have changed before it confirms. NeedsReason, WrongState, NotAllowed."""
    contract = locked(contract.pk)
    require_side(contract, Side.AGENCY, by)
    rules.CONTRACT.target(contract.state, "revise")
    if not remark.strip():
        raise rules.NeedsReason(_("请写明希望修改的内容和理由，采购人会看到。"), field="remark")
    contract.remark = remark.strip()
    contract.save(update_fields=["remark"])
    log.record("contract.ask_changes", contract, by=by, data={"version": contract.version, "remark": contract.remark})
    tell(contract, [Side.BUYER], "contracts.changes_asked", remark=contract.remark)
    return contract


def _write_version(contract: Contract, terms: Terms, by: Actor) -> None:
    contract.milestones.all().delete()  # nothing was delivered yet; the version keeps what it said
    Milestone.objects.bulk_create(
        Milestone(contract=contract, position=position, title=m.title.strip(), amount=m.amount, days=m.days)
        for position, m in enumerate(terms.milestones, start=1)
    )
    ContractVersion.objects.create(
        contract=contract, version=contract.version, content=terms.to_json(), made_by=by.user, made_at=clock.now()
    )
