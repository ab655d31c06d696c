"""What is done with payments: each act once, with its permission, its log entry and its two sides in the ledger."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.events import OrganisationChanged
from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import people_of
from marketplace.core import clock, display, events, inbox, locks, log
from marketplace.core.models import StoredFile
from payments import ledger, payable, rules
from payments.events import PaymentPaid
from payments.models import Payment
from payments.providers import registry


@transaction.atomic
def open_payment(
    *,
    kind: str,
    key: str,
    description: str,
    payer: Organisation,
    payee: Organisation,
    amount: Decimal,
    due_on: date,
    by: Actor,
) -> Payment:
    """An amount has fallen due: make its payment, open both sides in the ledger, tell payer and payee.

    The payable's one live payment is returned when there is one already. BadAmount, NotThePayable; LookupError for an
    unregistered kind.
    """
    rules.check_amount(amount)
    _check_payable(kind, key, payer, payee, amount)
    existing = Payment.objects.filter(payable_kind=kind, payable_key=key).exclude(state="cancelled").first()
    if existing is not None:
        return existing
    payment = Payment.objects.create(
        reference=locks.next_number("FK", clock.today().year),
        provider=registry.DEFAULT,
        payable_kind=kind,
        payable_key=key,
        description=description,
        payer=payer,
        payee=payee,
        amount=amount,
        due_on=due_on,
        created_at=clock.now(),
        **_account_of(payee),
    )
    ledger.due(payment)
    log.record("payment.open", payment, by=by, data={"amount": str(amount), "payable": f"{kind}:{key}"})
    _tell(payment, payer, "payments.due", due_on=due_on.isoformat())
    if registry.get(payment.provider).missing(payment):
        _tell(payment, payee, "payments.account_missing")
    return payment


@transaction.atomic
def upload_proof(payment: Payment, file: StoredFile, *, by: Actor) -> Payment:
    """The payer shows that it paid. NotAllowed, WrongState, AlreadyDone, SameProof."""
    payment = locks.exclusive(Payment, payment.pk)
    by.require_member(payment.payer_id, *rules.PAYER_ROLES)
    before = rules.PAYMENT.move(payment, "show_proof")
    _check_new(payment, file)
    payment.proof, payment.proof_at, payment.dispute_reason = file, clock.now(), ""
    payment.save(update_fields=["state", "proof", "proof_at", "dispute_reason"])
    log.record("payment.proof", payment, by=by, data={"from": before, "file": str(file.pk), "sha256": file.sha256})
    _tell(payment, payment.payee, "payments.proof")
    return payment


@transaction.atomic
def confirm_receipt(payment: Payment, *, by: Actor) -> Payment:
    """The payee says that the money came; the ledger closes both sides. NotAllowed, WrongState, AlreadyDone."""
    payment = locks.exclusive(Payment, payment.pk)
    by.require_member(payment.payee_id, *rules.PAYEE_ROLES)
    before = rules.PAYMENT.move(payment, "confirm")
    payment.paid_at, payment.dispute_reason = clock.now(), ""
    payment.save(update_fields=["state", "paid_at", "dispute_reason"])
    ledger.paid(payment)
    log.record("payment.paid", payment, by=by, data={"from": before, "amount": str(payment.amount)})
    events.publish(PaymentPaid(payment.payable_kind, payment.payable_key, payment.pk))
    _tell(payment, payment.payer, "payments.paid")
    return payment


@transaction.atomic
def dispute(payment: Payment, reason: str, *, by: Actor) -> Payment:
    """The payee finds no money, or not all of it, and says why. NotAllowed, WrongState, NeedsReason."""
    payment = locks.exclusive(Payment, payment.pk)
    by.require_member(payment.payee_id, *rules.PAYEE_ROLES)
    if not reason.strip():
        raise rules.NeedsReason(_("请写明未到账的情况，例如“账户未收到款项”或“实收金额不符”。"))
    before = rules.PAYMENT.move(payment, "dispute")
    payment.dispute_reason = reason.strip()
    payment.save(update_fields=["state", "dispute_reason"])
    log.record("payment.dispute", payment, by=by, data={"from": before, "reason": payment.dispute_reason})
    _tell(payment, payment.payer, "payments.disputed", reason=payment.dispute_reason)
    return payment


@transaction.atomic
def take_account(event: OrganisationChanged) -> None:
    """A payee has written down an account: payments that waited for one take it, and keep it."""
    payee = locks.exclusive(Organisation, event.organisation_id)
    account = _account_of(payee)
    if not (account["bank_name"] and account["bank_account"]):
        return
    waiting = Payment.objects.select_for_update(of=("self",)).filter(payee=payee, bank_account="")
    for payment in waiting.exclude(state__in=[Payment.State.PAID, Payment.State.CANCELLED]):
        for name, value in account.items():
            setattr(payment, name, value)
        payment.save(update_fields=list(account))
        log.record("payment.account", payment, by=Actor.system(), data=account)


def _account_of(payee: Organisation) -> dict[str, str]:
    is_whole = bool(payee.bank_name and payee.bank_account)
    account = (payee.bank_name, payee.bank_account) if is_whole else ("", "")
    return {"payee_name": payee.name, "bank_name": account[0], "bank_account": account[1]}


def _check_payable(kind: str, key: str, payer: Organisation, payee: Organisation, amount: Decimal) -> None:
    found = payable.load(kind, key)
    if found is None or (found.payer.pk, found.payee.pk, found.amount) != (payer.pk, payee.pk, amount):
        raise rules.NotThePayable(_("付款的金额或双方与应付事项不一致，不能生成付款单。"))


def _check_new(payment: Payment, file: StoredFile) -> None:
    shown = Payment.objects.filter(payer_id=payment.payer_id, proof__sha256=file.sha256).order_by("pk").first()
    if shown is None:
        return
    if shown.pk == payment.pk:
        raise rules.SameProof(_("这份凭证就是收款方提出异议的那一份，请上传新的付款凭证。"))
    raise rules.SameProof(
        _("这份凭证已用于付款 %(reference)s，一份凭证只能对应一笔付款。") % {"reference": shown.reference}
    )


def _tell(payment: Payment, organisation: Organisation, kind: str, **more: str) -> None:
    roles = rules.PAYER_ROLES if organisation.pk == payment.payer_id else rules.PAYEE_ROLES
    people: list[User] = people_of(organisation, *roles)
    inbox.tell(
        people,
        kind,
        url=reverse("payment", args=[payment.reference]),
        reference=payment.reference,
        description=payment.description,
        amount=display.money(payment.amount),
        payer=payment.payer.name,
        payee=payment.payee.name,
        **more,
    )
