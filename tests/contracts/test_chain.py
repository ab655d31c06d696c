"""The whole way on real services: purchase, sealed bids, award notice, contract, delivery, payment, rating."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.agencies.models import Agency, PastWork, ServiceRating
from marketplace.contracts import queries, services
from marketplace.contracts.models import Contract, Deliverable
from marketplace.core import clock, desk, log
from marketplace.core.models import LogEntry
from payments import ledger
from payments import services as payments
from payments.models import Payment
from tests.contracts.scene import GOOD, deliverable_file, pdf
from tests.factories import member
from tests.payments.scene import proof
from tests.tenders import scene as market

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(drain) -> Contract:
    """The contract that an award notice has drafted, with the moment of the notice."""
    market.set_up()
    tender = market.published()
    winner = market.agency()
    winner.organisation.bank_name, winner.organisation.bank_account = "示范银行", "6222020200112233"
    winner.organisation.save()
    market.bid(tender, "80000.00", of=winner, days=9)
    market.bid(tender, "91000.00")
    tender = market.noticed(market.opened(tender))
    with clock.at(tender.award.noticed_at):
        drain()
    return Contract.objects.get(award__tender=tender)


def people(contract: Contract):
    """A person for each side."""
    return member(organisation=contract.buyer), member(organisation=contract.agency.organisation)


def test_from_the_award_notice_to_the_agencys_rating(contract, drain) -> None:
    buyer, agency = people(contract)
    start = contract.award.noticed_at
    assert (contract.amount, contract.days) == (Decimal("80000.00"), 9)
    with clock.at(start + timedelta(hours=1)):
        services.confirm(contract, version=1, by=agency)
        services.confirm(contract, version=1, by=buyer)
        drain()
    with clock.at(start + timedelta(days=3)):
        file = deliverable_file(agency)
        services.deliver(contract.milestones.get(), file, "成果", by=agency)
        services.accept(Deliverable.objects.get(), by=buyer)
        drain()
        payment = Payment.objects.get()
        payments.upload_proof(payment, proof(buyer), by=buyer)
        payments.confirm_receipt(payment, by=agency)
        drain()
        services.write_review(Contract.objects.get(), GOOD, "按期完成", by=buyer)
        services.write_review(Contract.objects.get(), GOOD, "付款及时", by=agency)
        drain()
    found = Contract.objects.select_related("award__tender").get()
    assert (found.state, found.award.tender.state) == ("completed", "closed_ok")
    assert found.milestones.get().paid_at is not None
    assert queries.performance(found).paid == found.amount
    assert ServiceRating.objects.get().contract_number == found.number
    assert PastWork.objects.get(contract_number=found.number).amount == found.amount
    assert Agency.objects.get(pk=found.agency_id).rating_count == 1
    assert ledger.balance(f"receivable:{payment.payee.credit_code}") == 0
    for actor in (buyer, agency):
        assert not [task for task in desk.tasks(actor) if task.group in ("合同", "付款")]
    assert log.first_broken(LogEntry.Log.AUDIT) is None
    assert log.first_broken(LogEntry.Log.PUBLIC) is None


def test_the_public_log_says_how_the_purchase_went_on_and_nothing_of_the_contract(contract, drain) -> None:
    buyer, agency = people(contract)
    with clock.at(contract.award.noticed_at):
        services.confirm(contract, version=1, by=buyer)
        services.confirm(contract, version=1, by=agency)
        drain()
    public = LogEntry.objects.filter(log=LogEntry.Log.PUBLIC)
    assert {"tender.contracted", "tender.in_service"} <= set(public.values_list("action", flat=True))
    assert not public.filter(action__startswith="contract.").exists()


def test_an_agency_admitted_today_delivers_through_the_browser(contract) -> None:
    buyer, agency = people(contract)
    browsers = {side: Client() for side in ("buyer", "agency")}
    browsers["buyer"].force_login(buyer.user)
    browsers["agency"].force_login(agency.user)
    number = contract.number
    with clock.at(contract.award.noticed_at):
        for client in browsers.values():
            assert client.post(reverse("contract_confirm", args=[number]), {"version": 1}).status_code == 302
        address = reverse("contract_deliver", args=[number, 1])
        assert browsers["agency"].post(address, {"file": pdf(), "note": ""}).status_code == 302
        found = Deliverable.objects.get()
        browsers["buyer"].post(reverse("contract_accept", args=[number, found.pk]))
        for client in browsers.values():
            assert client.post(reverse("contract_review", args=[number]), GOOD).status_code == 302
            assert client.get(reverse("contract", args=[number])).status_code == 200
    assert ServiceRating.objects.count() == 1
