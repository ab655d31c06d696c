"""Which payments an actor may see, and what waits for whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock, files
from marketplace.core.desk import Task
from marketplace.core.models import StoredFile
from marketplace.core.rules import Alert, alert_level, closing
from payments.models import Payment
from payments.providers import registry
from payments.rules import PAYEE_ROLES, PAYER_ROLES


def visible_to(actor: Actor | None) -> QuerySet[Payment]:
    """Payments that the actor's organisation makes or gets; all of them for operators and supervisors."""
    payments = Payment.objects.select_related("payer", "payee", "proof")
    if actor is None or actor.user is None:
        return payments.none()
    if actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPERVISOR):
        return payments
    if actor.organisation is None:
        return payments.none()
    return payments.filter(Q(payer=actor.organisation) | Q(payee=actor.organisation))


def of_payables(kind: str, keys: Iterable[object]) -> QuerySet[Payment]:
    """The live payments of these payables."""
    wanted = [str(key) for key in keys]
    found = Payment.objects.select_related("payer", "payee")
    return found.filter(payable_kind=kind, payable_key__in=wanted).exclude(state=Payment.State.CANCELLED)


def may_read_proof(actor: Any, stored: StoredFile) -> bool:
    """Who opens a proof: who uploaded it for their organisation, and whoever sees the payment it belongs to."""
    if actor is None or actor.user is None:
        return False
    return files.is_own(actor, stored) or visible_to(actor).filter(proof=stored).exists()


def overdue() -> QuerySet[Payment]:
    """Payments that should have been made by today and were not confirmed."""
    waiting = (Payment.State.DUE, Payment.State.PROOF, Payment.State.DISPUTED)
    return Payment.objects.filter(state__in=waiting, due_on__lt=clock.today()).order_by("due_on")


def payable_now() -> QuerySet[Payment]:
    """Payments that wait for their payer; whether the payee's account is known is for `is_payable`."""
    waiting = (Payment.State.DUE, Payment.State.DISPUTED)
    return Payment.objects.filter(state__in=waiting).select_related("payer", "payee")


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """What the actor's organisation has to pay, to show again, or to confirm."""
    if actor.organisation is None:
        return []
    mine = Payment.objects.select_related("payer", "payee")
    tasks: list[Task] = []
    if actor.acts_for(actor.organisation, *PAYER_ROLES):
        waiting = payable_now().filter(payer=actor.organisation)
        tasks += [_to_pay(payment) for payment in waiting if is_payable(payment)]
    if actor.acts_for(actor.organisation, *PAYEE_ROLES):
        waiting = mine.filter(payee=actor.organisation, state__in=[Payment.State.DUE, Payment.State.PROOF])
        tasks += [task for payment in waiting if (task := _to_confirm(payment)) is not None]
    return tasks


def is_payable(payment: Payment) -> bool:
    """Whether everything is known that the payer needs; else the payee has the ball."""
    return not registry.get(payment.provider).missing(payment)


def due_at(payment: Payment) -> datetime:
    """The moment at which the time to pay is over."""
    return closing(payment.due_on)


def _to_pay(payment: Payment) -> Task:
    act = _("重新上传凭证") if payment.state == Payment.State.DISPUTED else _("付款并上传凭证")
    return _task(payment, act, payment.payee.name, due_at(payment), _level(payment))


def _to_confirm(payment: Payment) -> Task | None:
    if payment.state == Payment.State.PROOF:
        return _task(payment, _("确认收款"), payment.payer.name, None, Alert.QUIET)
    if not is_payable(payment):
        return _task(payment, _("登记收款账号"), payment.payer.name, None, Alert.ALERT)
    return None


def _level(payment: Payment) -> Alert:
    return alert_level(payment.created_at, due_at(payment), clock.now(), calendar.is_workday)


def _task(payment: Payment, act: str, other: str, moment: datetime | None, level: Alert) -> Task:
    return Task(
        title=payment.description,
        act=act,
        url=reverse("payment", args=[payment.reference]),
        due_at=moment,
        group=_("付款"),
        subject=f"{payment.reference} · {other}",
        level=level,
    )
