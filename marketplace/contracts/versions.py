"""The versions of a contract: what each said, what has changed since one was read."""

from marketplace.contracts import rules
from marketplace.contracts.models import Contract, ContractVersion
from marketplace.contracts.rules import Change, MilestoneTerms, Terms


def terms_of(contract: Contract) -> Terms:
    """What the contract says now."""
    rows = (MilestoneTerms(m.title, m.amount, m.days) for m in contract.milestones.all())
    return Terms(contract.terms, tuple(rows))


def changes_since(contract: Contract, version: int) -> tuple[Change, ...]:
    """What is different now from that version; everything, when there was no such version."""
    seen = ContractVersion.objects.filter(contract=contract, version=version).first()
    before = Terms.from_json(seen.content) if seen else Terms("", ())
    return rules.differences(before, terms_of(contract))


def check_version(contract: Contract, seen: int) -> None:
    """StaleVersion, with what has changed since, unless `seen` is the newest version."""
    if seen != contract.version:
        raise rules.StaleVersion(seen=seen, current=contract.version, changes=changes_since(contract, seen))
