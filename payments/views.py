"""Pages of payments: the list, one payment with its next act, and the slip to print."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.forms import ActorForm
from marketplace.core.submission import post_or_back, submitted
from payments import payable, queries, rules, services
from payments.filters import PaymentFilter
from payments.forms import DisputeForm, ProofForm
from payments.models import Payment
from payments.providers import registry

PER_PAGE = 20


@login_needed
@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    """Payments of the actor's organisation, newest first."""
    actor = acting(request)
    narrowed = PaymentFilter(request.GET, queryset=queries.visible_to(actor))
    page = Paginator(narrowed.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "payments/list.html", {"page": page, "filter": narrowed, "mine": actor.organisation})


@login_needed
@require_GET
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment: how to pay, what was shown, and the actor's next act."""
    return _page(request, _visible(request, reference))


@login_needed
@require_GET
def slip(request: HttpRequest, reference: str) -> HttpResponse:
    """The payment slip, to print or to keep."""
    found = _visible(request, reference)
    return render(request, "payments/slip.html", _context(request, found))


@post_or_back("payment")
@login_needed
def proof(request: HttpRequest, reference: str) -> HttpResponse:
    """The payer's proof comes in."""
    found, actor = _visible(request, reference), acting(request)
    form = ProofForm(request.POST, request.FILES, actor=actor)
    act = partial(_upload, found, actor)
    if submitted(request, form, act, _("凭证已上传，等待收款方确认。")):
        return redirect("payment", reference)
    return _page(request, found, proof_form=form, status=422)


@post_or_back("payment")
@login_needed
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The payee has the money."""
    found, actor = _visible(request, reference), acting(request)
    form = ActorForm(request.POST, actor=actor)
    if submitted(request, form, lambda data: services.confirm_receipt(found, by=actor), _("已确认收款。")):
        return redirect("payment", reference)
    return _page(request, found, confirm_form=form, status=409)


@post_or_back("payment")
@login_needed
def dispute(request: HttpRequest, reference: str) -> HttpResponse:
    """The payee has not got the money."""
    found, actor = _visible(request, reference), acting(request)
    form = DisputeForm(request.POST, actor=actor)
    act = partial(_dispute, found, actor)
    if submitted(request, form, act, _("异议已提交，付款方已收到通知。")):
        return redirect("payment", reference)
    return _page(request, found, dispute_form=form, status=422)


def _upload(found: Payment, actor: Actor, data: dict[str, Any]) -> Payment:
    return services.upload_proof(found, data["file"], by=actor)


def _dispute(found: Payment, actor: Actor, data: dict[str, Any]) -> Payment:
    return services.dispute(found, data["reason"], by=actor)


def _page(request: HttpRequest, found: Payment, status: int = 200, **forms: Any) -> HttpResponse:
    return render(request, "payments/payment.html", {**_context(request, found), **forms}, status=status)


def _context(request: HttpRequest, found: Payment) -> dict[str, Any]:
    actor = acting(request)
    provider = registry.get(found.provider)
    pays = actor.acts_for(found.payer, *rules.PAYER_ROLES) and rules.PAYMENT.may(found.state, "show_proof")
    gets = actor.acts_for(found.payee, *rules.PAYEE_ROLES)
    missing = provider.missing(found)
    return {
        "payment": found,
        "payable": payable.load(found.payable_kind, found.payable_key),
        "provider": provider,
        "missing": missing,
        "due_at": queries.due_at(found),
        "how": provider.instructions(found),
        "is_payee": actor.acts_for(found.payee),
        "may_confirm": gets and rules.PAYMENT.may(found.state, "confirm"),
        "proof_form": ProofForm(actor=actor) if pays and not missing else None,
        "dispute_form": DisputeForm(actor=actor) if gets and rules.PAYMENT.may(found.state, "dispute") else None,
    }


def _visible(request: HttpRequest, reference: str) -> Payment:
    return get_object_or_404(queries.visible_to(acting(request)), reference=reference)
