"""Two people at the same moment, on a database that really runs them side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from marketplace.agencies.models import ServiceRating
from marketplace.contracts import services
from marketplace.contracts.models import Contract
from marketplace.core.errors import AlreadyDone
from marketplace.core.models import LogEntry
from payments import services as payments
from payments.models import LedgerEntry, Payment
from tests.contracts.scene import GOOD, completed, deliver, drafted, in_force

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(10)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: list[object]) -> list[type]:
    return [type(result) for result in results if isinstance(result, Exception)]


def test_both_sides_confirm_at_once_and_the_contract_comes_into_force_once() -> None:
    deal = drafted()
    contract = deal.contract
    acts = [lambda by=by: services.confirm(contract, version=1, by=by) for by in (deal.buyer, deal.agency)]
    assert refused(together(*acts)) == []
    assert Contract.objects.get().state == "performing"
    assert LogEntry.objects.filter(action="contract.begin").count() == 1


def test_a_double_click_on_accept_opens_one_payment() -> None:
    deal = in_force()
    found = deliver(deal)
    results = together(*[lambda: services.accept(found, by=deal.buyer)] * 4)
    assert refused(results) == [AlreadyDone] * 3
    assert Payment.objects.count() == LedgerEntry.objects.count() == 1


def test_both_sides_review_at_once_and_both_are_published_once() -> None:
    deal = completed()
    contract = deal.contract
    Contract.objects.update(review_by="2099-01-01T00:00Z")
    acts = [lambda by=by: services.write_review(contract, GOOD, "", by=by) for by in (deal.buyer, deal.agency)]
    assert refused(together(*acts)) == []
    assert [review.state for review in contract.reviews.all()] == ["published", "published"]
    assert ServiceRating.objects.count() == 1


def test_a_double_click_on_confirming_the_money_closes_the_ledger_once() -> None:
    deal = completed()
    payment = Payment.objects.get()
    results = together(*[lambda: payments.confirm_receipt(payment, by=deal.agency)] * 4)
    assert refused(results) == [AlreadyDone] * 3
    assert LedgerEntry.objects.filter(movement="paid").count() == 1


def test_accepting_many_contracts_of_one_agency_at_once_ends_in_no_deadlock() -> None:
    deals = [in_force(number=f"ZJ-2026-00060{n}") for n in range(4)]
    agency = deals[0].contract.agency
    Contract.objects.update(agency=agency)
    found = [deliver_for(deal, agency) for deal in deals]
    acts = [lambda d=d, b=deal.buyer: services.accept(d, by=b) for d, deal in zip(found, deals, strict=True)]
    assert refused(together(*acts)) == []
    assert Payment.objects.count() == 4


def deliver_for(deal, agency):
    """Deliver as the agency that all contracts now belong to."""
    from marketplace.accounts.roles import MemberRole
    from tests.contracts.scene import deliverable_file
    from tests.factories import member

    by = member(MemberRole.BID_AUTHOR, organisation=agency.organisation)
    return services.deliver(deal.milestone, deliverable_file(by), "", by=by)
