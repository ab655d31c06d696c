"""Deliverables: accepted, returned, accepted by silence, disputed."""

from decimal import Decimal

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import PastWork
from marketplace.contracts import payable, queries, rules, services
from marketplace.contracts.rules import MilestoneTerms
from marketplace.core import clock, events
from marketplace.core.errors import AlreadyDone, NotAllowed, TooLate, WrongState
from marketplace.core.models import Deadline, Message, OutboxMessage
from payments import ledger
from payments import services as payments
from payments.models import Payment
from tests.contracts.scene import PRICE, at, completed, deliver, deliverable_file, drafted, in_force
from tests.factories import MembershipFactory, StoredFileFactory, member, staff

pytestmark = pytest.mark.django_db


def told(actor: Actor, kind: str) -> list[Message]:
    return list(Message.objects.filter(recipient=actor.user, kind=kind))


def return_(deal, reason: str = "缺监测数据"):
    return services.return_deliverable(deal.last_round, reason, by=deal.buyer)


def returned_three_times():
    deal = in_force()
    with clock.at(at("2026-03-10")):
        for _round in range(3):
            deliver(deal)
            return_(deal)
    return deal


def test_a_deliverable_waits_five_working_days_for_the_buyer() -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal, "含附图")
    found = deal.last_round
    assert (found.round, found.state, found.note) == (1, "submitted", "含附图")
    assert found.decide_by == at("2026-03-17", 17)
    assert deal.milestone.state == "delivered"
    assert told(deal.buyer, "contracts.delivered")


def test_a_double_click_on_deliver_makes_one_round() -> None:
    deal = in_force()
    deliver(deal)
    with pytest.raises(AlreadyDone):
        deliver(deal)
    assert deal.milestone.deliverables.count() == 1


def test_nothing_is_delivered_before_the_contract_is_in_force() -> None:
    deal = drafted()
    with pytest.raises(WrongState):
        deliver(deal)


def test_only_a_deliverable_is_delivered() -> None:
    deal = in_force()
    with pytest.raises(WrongState):
        services.deliver(deal.milestone, StoredFileFactory(), "", by=deal.agency)


def test_acceptance_opens_the_payment_and_tells_upward() -> None:
    seen: list[object] = []
    from marketplace.contracts.events import DeliverableAccepted

    events.subscribe(DeliverableAccepted, "tests.accepted", seen.append)
    try:
        deal = completed()
        [row] = OutboxMessage.objects.filter(subscriber="tests.accepted")
    finally:
        events._subscribers[events.name_of(DeliverableAccepted)].pop("tests.accepted")
    assert row.payload == {
        "contract_id": deal.contract.pk,
        "tender_id": deal.award.tender_id,
        "file_id": str(deal.last_round.file_id),
    }
    payment = Payment.objects.get(payable_kind=payable.KIND, payable_key=str(deal.milestone.pk))
    assert (payment.amount, payment.payer, payment.state) == (PRICE, deal.contract.buyer, "due")
    assert payment.payee == deal.contract.agency.organisation
    assert str(payment.due_on) == "2026-04-15"
    assert ledger.balance(f"receivable:{payment.payee.credit_code}") == PRICE


def test_the_contract_is_completed_with_its_last_milestone_and_written_down_as_work_done() -> None:
    deal = completed()
    contract = deal.contract
    assert (contract.state, contract.completed_at) == ("completed", at("2026-03-16"))
    assert contract.review_by == at("2026-03-30", 17)
    [work] = PastWork.objects.filter(contract_number=contract.number)
    assert (work.amount, work.client, str(work.started_on)) == (PRICE, contract.buyer.name, "2026-03-02")
    deal.award.tender.refresh_from_db()
    assert deal.award.tender.state == "accepted"
    for actor in (deal.buyer, deal.agency):
        assert told(actor, "contracts.completed")


def test_a_contract_with_two_milestones_goes_on_after_the_first() -> None:
    deal = drafted()
    rows = [MilestoneTerms("送审稿", Decimal("30000.00"), 15), MilestoneTerms("报批稿", Decimal("50000.00"), 30)]
    services.propose_terms(deal.contract, "第一条", rows, version=1, by=deal.buyer)
    for by in (deal.buyer, deal.agency):
        services.confirm(deal.contract, version=2, by=by)
    deliver(deal)
    services.accept(deal.last_round, by=deal.buyer)
    assert (deal.milestone.state, deal.contract.state) == ("accepted", "performing")
    assert Payment.objects.get().amount == 30000
    second = deal.contract.milestones.get(position=2)
    services.deliver(second, deliverable_file(deal.agency), "", by=deal.agency)
    services.accept(second.deliverables.get(), by=deal.buyer)
    assert deal.contract.state == "completed"
    assert sum(p.amount for p in Payment.objects.all()) == PRICE


def test_accepting_twice_opens_one_payment() -> None:
    deal = completed()
    with pytest.raises(AlreadyDone):
        services.accept(deal.last_round, by=deal.buyer)
    assert Payment.objects.count() == 1


def test_a_return_needs_its_reason_and_the_agency_reads_it() -> None:
    deal = in_force()
    deliver(deal)
    with pytest.raises(rules.NeedsReason):
        return_(deal, "  ")
    return_(deal)
    assert (deal.last_round.state, deal.milestone.state) == ("returned", "returned")
    assert told(deal.agency, "contracts.returned")[0].params["reason"] == "缺监测数据"
    deliver(deal)
    assert deal.last_round.round == 2


def test_silence_for_five_working_days_accepts(drain) -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal)
    with clock.at(at("2026-03-17", 16, 59)):
        drain()
        assert deal.last_round.state == "submitted"
    with clock.at(at("2026-03-17", 17, 1)):
        drain()
    found = deal.last_round
    assert (found.state, found.by_silence, deal.contract.state) == ("accepted", True, "completed")
    assert told(deal.buyer, "contracts.accepted_by_silence")
    assert Payment.objects.count() == 1


def test_after_the_period_silence_has_accepted_even_if_no_ticker_ran() -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal)
    with clock.at(at("2026-03-17", 17, 1)), pytest.raises(TooLate):
        return_(deal)
    assert deal.last_round.state == "submitted"


def test_a_return_stops_the_silence(drain) -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal)
        return_(deal)
    with clock.at(at("2026-04-10")):
        drain()
    assert deal.last_round.state == "returned"


def test_the_third_return_is_a_dispute_and_never_an_acceptance(drain) -> None:
    supervisor = staff("supervisor")
    deal = returned_three_times()
    assert (deal.milestone.state, deal.contract.state) == ("disputed", "disputed")
    for actor in (deal.buyer, deal.agency, supervisor):
        assert told(actor, "contracts.disputed")
    with pytest.raises(WrongState):
        deliver(deal)
    with clock.at(at("2026-06-01")):
        drain()
    assert (deal.milestone.state, deal.contract.state) == ("disputed", "disputed")
    assert not Payment.objects.exists()


def test_a_dispute_ends_when_the_buyer_accepts_the_last_round_after_all() -> None:
    deal = returned_three_times()
    services.accept(deal.last_round, by=deal.buyer)
    assert (deal.milestone.state, deal.contract.state) == ("accepted", "completed")
    assert Payment.objects.count() == 1


def test_only_the_last_round_of_a_dispute_is_accepted_after_all() -> None:
    deal = returned_three_times()
    with pytest.raises(WrongState):
        services.accept(deal.milestone.deliverables.get(round=1), by=deal.buyer)


def test_a_dispute_ends_when_the_buyer_grants_another_round_and_the_next_return_disputes_again() -> None:
    deal = returned_three_times()
    services.grant_round(deal.milestone, by=deal.buyer)
    assert (deal.milestone.state, deal.contract.state) == ("returned", "performing")
    assert told(deal.agency, "contracts.granted")
    with pytest.raises(AlreadyDone):
        services.grant_round(deal.milestone, by=deal.buyer)
    deliver(deal)
    return_(deal)
    assert (deal.milestone.state, deal.contract.state) == ("disputed", "disputed")


def test_each_act_belongs_to_its_side_and_role() -> None:
    deal = in_force()
    agency = deal.contract.agency.organisation
    for stranger in (deal.buyer, member(), staff(), member(MemberRole.BUYER, organisation=agency)):
        with pytest.raises(NotAllowed):
            services.deliver(deal.milestone, deliverable_file(stranger), "", by=stranger)
    deliver(deal)
    for stranger in (deal.agency, member(), staff(), member(MemberRole.BID_AUTHOR, organisation=deal.contract.buyer)):
        with pytest.raises(NotAllowed):
            services.accept(deal.last_round, by=stranger)
        with pytest.raises(NotAllowed):
            services.return_deliverable(deal.last_round, "x", by=stranger)
        with pytest.raises(NotAllowed):
            services.grant_round(deal.milestone, by=stranger)


def test_a_terminated_contract_takes_nothing_more(drain) -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal)
        services.terminate(deal.contract, "项目停建", by=deal.agency)
    with pytest.raises(WrongState):
        services.accept(deal.last_round, by=deal.buyer)
    with clock.at(at("2026-05-10")):
        drain()
    assert deal.last_round.state == "submitted"
    assert not Deadline.objects.filter(kind="contracts.silence", done_at=None).exists()


def test_the_confirmed_payment_is_written_down_beside_its_milestone(drain) -> None:
    deal = completed()
    drain()
    with clock.at(at("2026-03-20")):
        payments.confirm_receipt(Payment.objects.get(), by=deal.agency)
        drain()
    assert deal.milestone.paid_at == at("2026-03-20")


def test_computed_facts_say_days_and_money() -> None:
    deal = in_force()
    with clock.at(at("2026-03-10")):
        deliver(deal)
    with clock.at(at("2026-03-16")):
        services.accept(deal.last_round, by=deal.buyer)
    found = queries.performance(deal.contract)
    assert (found.days_used, found.days_agreed, found.days_late) == (6, 30, 0)  # the buyer's days to look don't count
    assert (found.quoted, found.due, found.paid) == (PRICE, PRICE, 0)
    payments.confirm_receipt(Payment.objects.get(), by=deal.agency)
    assert queries.performance(deal.contract).paid == PRICE


def test_who_opens_a_deliverable() -> None:
    deal = in_force()
    deliver(deal)
    file = deal.last_round.file
    colleague = member(MemberRole.RELEASER, organisation=deal.contract.agency.organisation)
    for actor in (deal.buyer, deal.agency, colleague, staff(), staff("supervisor")):
        assert queries.may_read_deliverable(actor, file)
    for actor in (None, member(), staff("officer"), staff("editor")):
        assert not queries.may_read_deliverable(actor, file)


def test_who_left_the_agency_keeps_none_of_its_deliverables() -> None:
    """A removed member still opened every file that they had once uploaded."""
    deal = in_force()
    deliver(deal)
    file, person = deal.last_round.file, deal.agency.person
    assert file.uploaded_by == person
    assert queries.may_read_deliverable(deal.agency, file)
    Membership.objects.filter(user=person).update(is_active=False)
    assert not queries.may_read_deliverable(Actor.of(person), file)
    elsewhere = Actor.of(MembershipFactory(user=person).user)
    assert not queries.may_read_deliverable(elsewhere, file)


def test_who_sees_a_contract() -> None:
    deal, other = drafted(), drafted(number="ZJ-2026-000413")
    for actor in (deal.buyer, deal.agency):
        assert set(queries.visible_to(actor)) == {deal.contract}
    for actor in (staff(), staff("supervisor")):
        assert set(queries.visible_to(actor)) == {deal.contract, other.contract}
    for actor in (None, member(), staff("officer"), staff("chief"), staff("clerk"), staff("editor")):
        assert not queries.visible_to(actor).exists()
