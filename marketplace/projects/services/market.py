"""Where a route map meets the market: a step's service becomes a tender, and its state follows what the market does."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.contracts.events import ContractChanged, DeliverableAccepted
from marketplace.contracts.models import Contract
from marketplace.core import clock, inbox, locks, log
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import StoredFile
from marketplace.projects import officers, permissions, rules
from marketplace.projects.errors import ByAuthority, NoMandate, NotDoneByOneself
from marketplace.projects.models import Project, Step, StepService
from marketplace.tenders import services as tenders
from marketplace.tenders.events import TenderChanged
from marketplace.tenders.models import Tender

PURPOSE = "projects.material"
TITLE_LENGTH = 200


@transaction.atomic
def open_tender(service: StepService, *, by: Actor) -> Tender:
    """Draft the tender of a step's service, filled in from project and item: by the owner, or by the officer for the
    owner as long as the mandate allows it.

    NotAllowed, NoMandate, ByAuthority, WrongState, AlreadyDone (its tender is under way).
    """
    project, service = _locked(service)
    if not permissions.may_buy(project, by, clock.today()):
        raise NoMandate() if permissions.is_officer(project, by) else NotAllowed()
    if service.by_authority:
        raise ByAuthority()
    if not project.is_under_way or service.step.state == Step.State.DONE:
        raise WrongState()
    if service.state == StepService.State.TENDERING:
        raise AlreadyDone(_("这项服务的采购已经发起，请在采购页继续。"))
    before = rules.SERVICE.move(service, "tender")
    tender = _draft(project, service, by)
    service.tender = tender
    service.save(update_fields=["state", "tender"])
    data = {"from": before, "to": service.state, "tender": tender.pk, "item": service.item.code}
    log.record("step_service.open_tender", service, by=by, data=data)
    return tender


@transaction.atomic
def provide_own(service: StepService, file: StoredFile, *, by: Actor) -> StepService:
    """Hand in a result that the owner made itself, where the item allows that.

    NotAllowed, ByAuthority, NotDoneByOneself, WrongState.
    """
    project, service = _locked(service)
    if not (permissions.is_owner(project, by) or permissions.is_officer(project, by)):
        raise NotAllowed()
    if service.by_authority:
        raise ByAuthority()
    if not service.item.may_do_itself:
        raise NotDoneByOneself()
    before = rules.SERVICE.move(service, "provide")
    service.deliverable = file
    service.save(update_fields=["state", "deliverable"])
    data = {"from": before, "to": service.state, "sha256": file.sha256}
    log.record("step_service.provide", service, by=by, data=data)
    return service


def follow_tender(event: TenderChanged) -> None:
    """A tender changed its state: so does the step's service it was opened for."""
    _follow(event.project_reference)


def follow_contract(event: ContractChanged) -> None:
    """A contract changed its state: the step shows its number, and the agency's record its project's industry."""
    reference = Tender.objects.filter(pk=event.tender_id).values_list("project_reference", flat=True).first() or ""
    _follow(reference)
    for industry in StepService.objects.filter(tender=event.tender_id).values_list(
        "step__project__industry", flat=True
    ):
        agencies.name_industry(event.number, industry, by=Actor.system())


@transaction.atomic
def link_deliverable(event: DeliverableAccepted) -> None:
    """An accepted deliverable becomes the step's material: the same bytes under the same hash, uploaded once."""
    service = _service_of(Tender.objects.get(pk=event.tender_id).project_reference)
    if service is None:
        return
    accepted = StoredFile.objects.get(pk=event.file_id)
    service.deliverable = StoredFile.objects.create(
        name=accepted.name,
        sha256=accepted.sha256,
        size=accepted.size,
        content_type=accepted.content_type,
        purpose=PURPOSE,
        holder=service.step.project.code,
        uploaded_by=accepted.uploaded_by,
    )
    service.save(update_fields=["deliverable"])
    system = Actor.system()
    log.record("step_service.link_deliverable", service, by=system, data={"sha256": accepted.sha256})
    project = service.step.project
    inbox.tell(
        [*accounts.people_of(project.owner, MemberRole.BUYER), *officers.in_charge(project)],
        "projects.deliverable_linked",
        url=service.step.get_absolute_url(),
        project=project.name,
        step=service.step.name,
        item=service.item.name,
    )
    _follow(service.reference)


@transaction.atomic
def _follow(reference: str) -> None:
    """Let the service stand as the newest tender of its reference does; events may come late, twice or out of order."""
    service = _service_of(reference)
    if service is None or service.state == StepService.State.PROVIDED:
        return
    tender = Tender.objects.filter(project_reference=reference).order_by("-pk").first()
    if tender is None:
        return
    act = rules.FOLLOWING.get(tender.state, "tender")
    contract = Contract.objects.filter(award__tender=tender).first()
    before = service.state
    if rules.SERVICE.may(before, act):
        rules.SERVICE.move(service, act)
    service.tender = None if act == "release" and tender.state != Tender.State.FAILED else tender
    service.contract_number = contract.number if contract and act != "release" else ""
    service.save(update_fields=["state", "tender", "contract_number"])
    if service.state != before:
        data = {"from": before, "to": service.state, "tender": tender.number, "tender_state": tender.state}
        log.record("step_service.follow", service, by=Actor.system(), data=data)


def mandated(references: Iterable[str], by: Actor) -> set[str]:
    """Those of these references whose project lets the actor act for its owner now."""
    keys = {int(pk): each for each in references if (pk := _key_of(each))}
    found = StepService.objects.filter(pk__in=keys).select_related("step__project").order_by()
    today = clock.today()
    return {keys[one.pk] for one in found if permissions.may_buy(one.step.project, by, today)}


def _key_of(reference: str) -> str:
    kind, _colon, pk = reference.partition(":")
    return pk if kind == "projects.stepservice" and pk.isdigit() else ""


def _locked(service: StepService) -> tuple[Project, StepService]:
    project = locks.exclusive(Project, service.step.project_id)
    fresh = StepService.objects.select_related("step", "item").get(pk=service.pk)
    fresh.step.project = project
    return project, fresh


def _service_of(reference: str) -> StepService | None:
    pk = _key_of(reference)
    found = StepService.objects.select_related("step").filter(pk=pk).first() if pk else None
    return _locked(found)[1] if found else None


def _draft(project: Project, service: StepService, by: Actor) -> Tender:
    item = service.item
    known: dict[str, Any] = {
        "region": project.region,
        "contact_name": project.contact_name,
        "contact_phone": project.contact_phone,
    }
    return tenders.create_draft(
        item=item,
        by=by,
        project_code=project.code,
        project_name=project.name,
        project_reference=service.reference,
        agent=None if by.acts_for(project.owner_id) else by.user,
        buyer=project.owner,
        title=f"{project.name[: TITLE_LENGTH - len(item.name) - 1]} {item.name}",
        content=_content(project, service),
        funds=project.funds,
        days=item.days,
        **{name: value for name, value in known.items() if value},
    )


def _content(project: Project, service: StepService) -> str:
    return _(
        "为“%(project)s”办理“%(step)s”（%(unit)s）提供%(item)s。项目地点：%(address)s；总投资 %(investment)s 元；"
        "建筑面积 %(area)s 平方米。成果应满足该审批环节的要求。"
    ) % {
        "project": project.name,
        "step": service.step.name.removesuffix(f"（{service.step.unit}）"),
        "unit": service.step.unit,
        "item": service.item.name,
        "address": project.address or _("见项目资料"),
        "investment": f"{project.investment:,.0f}",
        "area": f"{project.floor_area:,.0f}" if project.floor_area else "—",
    }
