"""Payments from falling due to being confirmed, and who may do what."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.services import save_organisation
from marketplace.core import clock, events, inbox
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message, OutboxMessage
from payments import ledger, queries, rules, services
from payments.events import PaymentPaid
from payments.models import Payment
from payments.providers import registry
from tests.factories import member, staff
from tests.payments.scene import AMOUNT, DUE, NOW, debt, open_, proof

pytestmark = pytest.mark.django_db


def told(actor, kind: str) -> list[Message]:
    return list(Message.objects.filter(recipient=actor.user, kind=kind))


def test_a_payment_falls_due_with_a_reference_both_sides_of_the_ledger_and_a_message() -> None:
    owed = debt()
    payment = owed.payment
    assert payment.reference == "FK-2026-000001"
    assert (payment.state, payment.provider, payment.due_on) == ("due", "transfer", DUE)
    assert ledger.balance(f"receivable:{owed.bill.payee.credit_code}") == AMOUNT
    assert ledger.balance(f"payable:{owed.bill.payer.credit_code}") == -AMOUNT
    [message] = told(owed.payer, "payments.due")
    assert payment.reference in inbox.words(message).body
    assert not told(owed.payee, "payments.due")


def test_opening_twice_gives_the_same_payment_and_one_entry() -> None:
    owed = debt()
    assert open_(owed) == owed.payment
    assert owed.payment.ledger.count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "76543.211"])
def test_a_bad_amount_opens_nothing(amount: str) -> None:
    owed = debt(opened=False)
    with pytest.raises(rules.BadAmount):
        open_(owed, amount=Decimal(amount))
    assert not Payment.objects.exists()


def test_an_amount_above_the_payable_is_refused() -> None:
    owed = debt(opened=False)
    with pytest.raises(rules.NotThePayable):
        open_(owed, amount=AMOUNT + 1)


def test_another_payee_than_the_payables_is_refused() -> None:
    owed, other = debt(opened=False), debt(opened=False)
    with pytest.raises(rules.NotThePayable):
        open_(owed, payee=other.bill.payee)


def test_a_kind_that_nobody_registered_is_a_mistake_of_the_program() -> None:
    with pytest.raises(LookupError, match="unheard-of"):
        open_(debt(opened=False), kind="unheard-of")


def test_proof_and_confirmation_pay_it_and_close_the_ledger() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    assert owed.payment.state == "proof"
    assert told(owed.payee, "payments.proof")
    with clock.at(NOW):
        services.confirm_receipt(owed.payment, by=owed.payee)
    payment = owed.payment
    assert (payment.state, payment.paid_at) == ("paid", NOW)
    assert ledger.balance(f"receivable:{owed.bill.payee.credit_code}") == 0
    assert ledger.balance(f"payable:{owed.bill.payer.credit_code}") == 0
    assert not ledger.unbalanced().exists()
    assert told(owed.payer, "payments.paid")
    assert [e.action for e in LogEntry.objects.filter(subject=f"payments.payment:{payment.pk}").order_by("id")] == [
        "payment.open",
        "payment.proof",
        "payment.paid",
    ]


def test_the_payment_is_told_upward_once() -> None:
    seen: list[PaymentPaid] = []
    events.subscribe(PaymentPaid, "tests.paid", seen.append)
    try:
        owed = debt()
        services.confirm_receipt(owed.payment, by=owed.payee)
        with pytest.raises(AlreadyDone):
            services.confirm_receipt(owed.payment, by=owed.payee)
        rows = OutboxMessage.objects.filter(subscriber="tests.paid")
        assert [row.payload for row in rows] == [
            {"payable_kind": "tests.bill", "payable_key": owed.key, "payment_id": owed.payment.pk}
        ]
    finally:
        events._subscribers[events.name_of(PaymentPaid)].pop("tests.paid")
    assert owed.payment.ledger.filter(movement="paid").count() == 1


def test_a_dispute_says_why_and_a_new_proof_answers_it() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    with pytest.raises(rules.NeedsReason):
        services.dispute(owed.payment, "  ", by=owed.payee)
    services.dispute(owed.payment, "实收 70,000 元", by=owed.payee)
    assert owed.payment.state == "disputed"
    assert "实收 70,000 元" in inbox.words(told(owed.payer, "payments.disputed")[0]).body
    services.upload_proof(owed.payment, proof(owed.payer, b"new"), by=owed.payer)
    assert (owed.payment.state, owed.payment.dispute_reason) == ("proof", "")


def test_the_disputed_proof_itself_is_not_a_new_one() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    services.dispute(owed.payment, "未到账", by=owed.payee)
    with pytest.raises(rules.SameProof, match="提出异议的那一份"):
        services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)


def test_one_proof_serves_one_payment() -> None:
    first, second = debt(), debt()
    Payment.objects.filter(pk=second.payment.pk).update(payer=first.bill.payer)
    services.upload_proof(first.payment, proof(first.payer), by=first.payer)
    with pytest.raises(rules.SameProof, match=first.payment.reference):
        services.upload_proof(second.payment, proof(first.payer), by=first.payer)


def test_somebody_elses_proof_with_the_same_bytes_is_not_told_of() -> None:
    first, second = debt(), debt()
    services.upload_proof(first.payment, proof(first.payer), by=first.payer)
    services.upload_proof(second.payment, proof(second.payer), by=second.payer)
    assert second.payment.state == "proof"


def test_a_second_proof_while_one_waits_is_a_double_click() -> None:
    owed = debt()
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    with pytest.raises(AlreadyDone):
        services.upload_proof(owed.payment, proof(owed.payer, b"2"), by=owed.payer)


def test_nothing_happens_to_a_paid_payment() -> None:
    owed = debt()
    services.confirm_receipt(owed.payment, by=owed.payee)
    with pytest.raises(WrongState):
        services.dispute(owed.payment, "晚了", by=owed.payee)
    with pytest.raises(WrongState):
        services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)


def test_each_act_belongs_to_its_side_and_role() -> None:
    owed = debt()
    for stranger in (owed.payee, member(), staff(), member(MemberRole.BID_AUTHOR, organisation=owed.bill.payer)):
        with pytest.raises(NotAllowed):
            services.upload_proof(owed.payment, proof(stranger), by=stranger)
    for stranger in (owed.payer, member(), staff(), member(MemberRole.BUYER, organisation=owed.bill.payee)):
        with pytest.raises(NotAllowed):
            services.confirm_receipt(owed.payment, by=stranger)
        with pytest.raises(NotAllowed):
            services.dispute(owed.payment, "x", by=stranger)
    services.upload_proof(
        owed.payment, proof(member(organisation=owed.bill.payer)), by=member(organisation=owed.bill.payer)
    )


def test_a_payee_without_an_account_is_asked_for_it() -> None:
    owed = debt(bank_account="")
    assert told(owed.payee, "payments.account_missing")
    [task] = queries.desk_tasks(owed.payee)
    assert task.act == "登记收款账号"


def test_a_payment_goes_to_the_account_that_it_was_made_with(drain: Callable[[], int]) -> None:
    """Whoever took over an administrator's account redirected every payment that was under way."""
    owed = debt()
    chief = member(organisation=owed.bill.payee)
    new = {"bank_name": "别的银行", "bank_account": "9999999999"}
    save_organisation(owed.bill.payee, new, by=chief)
    drain()
    payment = Payment.objects.get(pk=owed.payment.pk)
    how = registry.get(payment.provider).instructions(payment)
    assert (how["bank_name"], how["bank_account"]) == ("示范银行开发区支行", "6222 0202 0011 2233")


def test_a_payment_that_waited_for_an_account_takes_the_first_one_and_keeps_it(drain: Callable[[], int]) -> None:
    owed = debt(bank_account="")
    chief = member(organisation=owed.bill.payee)
    for number in ("6222020200110000", "9999999999"):
        save_organisation(owed.bill.payee, {"bank_account": number}, by=chief)
        drain()
    payment = Payment.objects.get(pk=owed.payment.pk)
    assert payment.bank_account == "6222020200110000"
    assert not registry.get(payment.provider).missing(payment)
    assert LogEntry.objects.filter(action="payment.account").count() == 1


def test_the_desk_says_what_to_pay_show_again_and_confirm() -> None:
    owed = debt()
    with clock.at(NOW):
        [task] = queries.desk_tasks(owed.payer)
        assert (task.act, task.level) == ("付款并上传凭证", "quiet")
        assert task.due_at.date() == DUE
        assert list(queries.desk_tasks(owed.payee)) == []
    services.upload_proof(owed.payment, proof(owed.payer), by=owed.payer)
    assert [t.act for t in queries.desk_tasks(owed.payee)] == ["确认收款"]
    assert list(queries.desk_tasks(owed.payer)) == []
    services.dispute(owed.payment, "未到账", by=owed.payee)
    assert [t.act for t in queries.desk_tasks(owed.payer)] == ["重新上传凭证"]


def test_a_late_payment_is_yellow_then_red_and_listed_as_overdue() -> None:
    owed = debt()
    for moment, level in (("2026-04-01T20:00+08:00", "yellow"), ("2026-04-03T09:00+08:00", "red")):
        with clock.at(clock.datetime.fromisoformat(moment)):
            [task] = queries.desk_tasks(owed.payer)
            assert task.level == level
    with clock.at(clock.datetime.fromisoformat("2026-04-02T09:00+08:00")):
        assert list(queries.overdue()) == [owed.payment]
    assert date(2026, 4, 2) > DUE


def test_who_sees_a_payment() -> None:
    owed, other = debt(), debt()
    for actor in (owed.payer, owed.payee):
        assert set(queries.visible_to(actor)) == {owed.payment}
    for actor in (staff(), staff("supervisor")):
        assert set(queries.visible_to(actor)) == {owed.payment, other.payment}
    for actor in (None, member(), staff("officer"), staff("editor"), staff("clerk")):
        assert not queries.visible_to(actor).exists()


def test_who_left_the_payer_keeps_none_of_its_proofs() -> None:
    owed = debt()
    file = proof(owed.payer)
    assert queries.may_read_proof(owed.payer, file)
    Membership.objects.filter(user=owed.payer.user).update(is_active=False)
    assert not queries.may_read_proof(Actor.of(owed.payer.person), file)


def test_who_opens_a_proof() -> None:
    owed = debt()
    file = proof(owed.payer)
    services.upload_proof(owed.payment, file, by=owed.payer)
    for actor in (owed.payer, owed.payee, staff()):
        assert queries.may_read_proof(actor, file)
    for actor in (None, member(), staff("officer")):
        assert not queries.may_read_proof(actor, file)
