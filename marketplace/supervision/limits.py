"""The time limits that run in the house: one source per kind, each saying what, who answers for it and since when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import User
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import waiting
from marketplace.contracts import queries as contract_queries
from marketplace.contracts.models import Contract, Deliverable
from marketplace.contracts.turns import turns
from marketplace.core.deadlines import subject_of
from marketplace.projects import officers
from marketplace.projects import queries as projects
from marketplace.supervision.models import Complaint
from marketplace.supervision.rules import OPEN_STATES
from marketplace.tenders.models import Tender
from payments import queries as payments

AGENCY_SIDE = (MemberRole.BID_AUTHOR,)
BUYER_SIDE = (MemberRole.BUYER,)


@dataclass(frozen=True)
class Limit:
    """A time limit that runs. `people` are told when it is missed; asked only then."""

    kind: str
    subject: str
    title: str
    responsible: str
    url: str
    started_at: datetime
    due_at: datetime
    people: Callable[[], Iterable[User]]


def running() -> Iterable[Limit]:
    """All limits that run now."""
    for source in SOURCES.values():
        yield from source()


def steps() -> Iterable[Limit]:
    """Steps of route maps that an authority, or the enterprise itself, is to end."""
    for step in projects.running_steps():
        if step.clock_from is None or step.due_at is None:
            continue
        project = step.project
        yield Limit(
            kind="step",
            subject=subject_of(step),
            title=f"{project.name} · {step.name}",
            responsible=project.owner.name if step.own else step.unit,
            url=step.get_absolute_url(),
            started_at=step.clock_from,
            due_at=step.due_at,
            people=lambda project=project, own=step.own: [  # type: ignore[misc]
                *officers.in_charge(project),
                *(accounts.people_of(project.owner, *BUYER_SIDE) if own else []),
            ],
        )


def requests() -> Iterable[Limit]:
    """Requests for an agent officer that nobody has taken on."""
    for project in projects.waiting_requests():
        if project.accept_by is None:
            continue
        yield Limit(
            kind="request",
            subject=subject_of(project),
            title=_("受理代办申请：%(project)s") % {"project": project.name},
            responsible=_("代办服务"),
            url=project.get_absolute_url(),
            started_at=project.requested_at,
            due_at=project.accept_by,
            people=lambda: accounts.staff(StaffRole.CHIEF),
        )


def tenders() -> Iterable[Limit]:
    """Announcements of public purchases that operators are to check."""
    for tender in Tender.objects.filter(state=Tender.State.CHECKING, check_by__isnull=False):
        if tender.check_by is None:
            continue
        yield Limit(
            kind="tender",
            subject=subject_of(tender),
            title=_("核对采购公告：%(title)s") % {"title": tender.title},
            responsible=_("运营单位"),
            url=reverse("tender", args=[tender.number]) if tender.number else "",
            started_at=tender.submitted_at or tender.created_at,
            due_at=tender.check_by,
            people=lambda: accounts.staff(StaffRole.OPERATOR),
        )


def contracts() -> Iterable[Limit]:
    """Contracts that somebody has not confirmed yet."""
    state = Contract.State
    unsigned = Contract.objects.filter(state__in=[state.DRAFTING, state.SIGNED_BUYER, state.SIGNED_AGENCY])
    for contract in unsigned.select_related("buyer", "agency__organisation"):
        missing = [
            (organisation, roles)
            for organisation, signed, roles in (
                (contract.buyer, contract.state == state.SIGNED_BUYER, BUYER_SIDE),
                (contract.agency.organisation, contract.state == state.SIGNED_AGENCY, AGENCY_SIDE),
            )
            if not signed
        ]
        yield Limit(
            kind="contract",
            subject=subject_of(contract),
            title=_("签订合同：%(title)s") % {"title": contract.title},
            responsible="、".join(organisation.name for organisation, _roles in missing)[:120],
            url=reverse("contract", args=[contract.number]),
            started_at=contract.created_at,
            due_at=contract.sign_by,
            people=lambda missing=missing: [  # type: ignore[misc]
                person for organisation, roles in missing for person in accounts.people_of(organisation, *roles)
            ],
        )


def deliverables() -> Iterable[Limit]:
    """Deliverables that the buyer is to accept or return."""
    waiting = Deliverable.objects.filter(state=Deliverable.State.SUBMITTED)
    for deliverable in waiting.select_related("milestone__contract__buyer"):
        contract = deliverable.milestone.contract
        yield Limit(
            kind="deliverable",
            subject=subject_of(deliverable),
            title=_("验收成果：%(title)s") % {"title": contract.title},
            responsible=contract.buyer.name,
            url=reverse("contract", args=[contract.number]),
            started_at=deliverable.uploaded_at,
            due_at=deliverable.decide_by,
            people=lambda buyer=contract.buyer: accounts.people_of(buyer, *BUYER_SIDE),  # type: ignore[misc]
        )


def deliveries() -> Iterable[Limit]:
    """Deliverables that an agency is to hand in."""
    running = contract_queries.with_parts(Contract.objects.filter(state=Contract.State.PERFORMING))
    for contract in running.select_related("agency__organisation", "award"):
        for turn in turns(contract):
            if turn.milestone is None or turn.due_at is None:
                continue
            yield Limit(
                kind="delivery",
                subject=subject_of(turn.milestone),
                title=_("提交成果：%(title)s") % {"title": contract.title},
                responsible=contract.agency.name,
                url=reverse("contract", args=[contract.number]),
                started_at=turn.started_at,
                due_at=turn.due_at,
                people=lambda agency=contract.agency: accounts.people_of(agency.organisation, *AGENCY_SIDE),  # type: ignore[misc]
            )


def due_payments() -> Iterable[Limit]:
    """Payments that a buyer is to make, once it knows where to."""
    for payment in payments.payable_now():
        if not payments.is_payable(payment):
            continue
        yield Limit(
            kind="payment",
            subject=subject_of(payment),
            title=_("付款：%(description)s") % {"description": payment.description},
            responsible=payment.payer.name,
            url=reverse("payment", args=[payment.reference]),
            started_at=payment.created_at,
            due_at=payments.due_at(payment),
            people=lambda payer=payment.payer: accounts.people_of(payer, *BUYER_SIDE),  # type: ignore[misc]
        )


def claims() -> Iterable[Limit]:
    """Authorisations that operators are to look at."""
    for claim in accounts.claims_waiting():
        yield Limit(
            kind="claim",
            subject=subject_of(claim),
            title=_("核验授权书：%(name)s") % {"name": claim.name or claim.organisation.name},
            responsible=_("运营单位"),
            url=accounts.claim_url(claim),
            started_at=claim.created_at,
            due_at=accounts.claim_due_at(claim),
            people=lambda: accounts.staff(StaffRole.OPERATOR),
        )


def of_agencies(kind: str) -> Callable[[], Iterable[Limit]]:
    """What waits for operators among agencies, of one kind: the same list that is on their desk."""

    def found() -> Iterable[Limit]:
        for each in waiting.for_operators():
            if each.kind == kind:
                yield Limit(
                    kind=kind,
                    subject=subject_of(each.obj),
                    title=_("%(act)s：%(name)s") % {"act": each.act, "name": each.name},
                    responsible=_("运营单位"),
                    url=each.url,
                    started_at=each.started_at,
                    due_at=each.due_at,
                    people=lambda: accounts.staff(StaffRole.OPERATOR),
                )

    return found


def complaints() -> Iterable[Limit]:
    """Complaints to accept, then to answer."""
    for complaint in Complaint.objects.filter(state__in=OPEN_STATES):
        new = complaint.state in {Complaint.State.RECEIVED, Complaint.State.TRANSFERRED}
        title = _("受理投诉 %(number)s") if new else _("答复投诉 %(number)s")
        yield Limit(
            kind="complaint",
            subject=subject_of(complaint),
            title=title % {"number": complaint.number},
            responsible=_("监管部门"),
            url=reverse("complaint_handle", args=[complaint.number]),
            started_at=complaint.received_at,
            due_at=complaint.accept_by if new else complaint.due_at,
            people=lambda: [],
        )


SOURCES: dict[str, Callable[[], Iterable[Limit]]] = {
    "step": steps,
    "request": requests,
    "tender": tenders,
    "contract": contracts,
    "deliverable": deliverables,
    "delivery": deliveries,
    "payment": due_payments,
    "claim": claims,
    "admission": of_agencies("admission"),
    "change": of_agencies("change"),
    "certificate": of_agencies("certificate"),
    "practitioner": of_agencies("practitioner"),
    "complaint": complaints,
}
KINDS: dict[str, str | Promise] = {
    "step": gettext_lazy("审批环节"),
    "request": gettext_lazy("代办受理"),
    "tender": gettext_lazy("公告核对"),
    "contract": gettext_lazy("合同签订"),
    "deliverable": gettext_lazy("成果验收"),
    "delivery": gettext_lazy("成果提交"),
    "payment": gettext_lazy("付款"),
    "claim": gettext_lazy("授权核验"),
    "admission": gettext_lazy("入驻审核"),
    "change": gettext_lazy("信息变更"),
    "certificate": gettext_lazy("资质核验"),
    "practitioner": gettext_lazy("人员核验"),
    "complaint": gettext_lazy("投诉举报"),
}
