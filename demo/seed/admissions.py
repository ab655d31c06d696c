"""Agencies come in: each registers, files its papers, is reviewed, waits out its publicity; some stop halfway."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from demo.seed import papers
from demo.seed.cast import Firm, price_between
from demo.seed.people import register
from demo.seed.world import World
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Claim
from marketplace.accounts.services import confirm_claim
from marketplace.agencies import services
from marketplace.agencies.models import Agency
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.core import clock, files
from marketplace.core.models import StoredFile

# How the last firms of the cast stand at the end; the others are admitted.
UNFINISHED = ("draft", "claim_open", "submitted", "submitted", "returned", "public_notice", "public_notice", "frozen")
CLIENTS = ("示范区建设投资有限公司", "示范物流园有限公司", "示范新材料有限公司", "示范区水务事务中心")
INDUSTRIES = ("工业制造", "房屋建筑", "市政公用", "仓储物流", "环保设施")


def plan(world: World) -> None:
    """Put every firm's way in onto the timeline: the admitted ones over the first part, the unfinished near the end."""
    start = world.timeline.now
    admitted = len(world.firms) - len(UNFINISHED)
    for index, firm in enumerate(world.firms):
        if index < admitted:
            moment = start + timedelta(days=1 + 60 * index / max(admitted, 1), hours=world.rng.uniform(0, 6))
            world.timeline.at(moment, partial(_come_in, world, firm, "active"))
        else:
            fate = UNFINISHED[index - admitted]
            days = 40 if fate == "frozen" else 5 if fate in ("draft", "returned") else 1
            world.timeline.at(world.end - timedelta(days=days), partial(_come_in, world, firm, fate))


def _come_in(world: World, firm: Firm, fate: str) -> None:
    organisation, actor = register(
        world, firm.username, firm.contact, firm.name, firm.credit_code, "enterprise", confirmed=fate != "claim_open"
    )
    agency = services.start_admission(by=actor)
    world.agencies[firm.number], world.agents[firm.number] = agency, Actor.of(actor.user, organisation)  # type: ignore[arg-type]
    actor = world.agents[firm.number]
    _fill(world, firm, agency, actor)
    if fate in ("draft",):
        return
    services.submit_admission(agency, by=actor)
    if fate in ("submitted", "claim_open"):
        return
    if fate == "returned":
        reasons = ["业绩证明缺少盖章页，请补充合同首页和签章页。", "服务项目的计价说明不清，请写明包含的工作内容。"]
        world.timeline.after(1, partial(services.return_admission, agency, reasons, by=world.operator))
        return
    review = partial(services.pass_admission, agency, by=world.operator)
    if fate == "public_notice":
        review()
    else:
        world.timeline.after(1, review, hour=15)
    if fate == "frozen":
        reason = "逾期交付且未整改，经核实予以冻结，整改后可申请解除。"
        until = clock.today() + timedelta(days=200)
        world.timeline.after(9, partial(services.freeze, agency, until, reason, by=world.staff["supervisor"]))


def _fill(world: World, firm: Firm, agency: Agency, by: Actor) -> None:
    services.save_basics(
        agency,
        {
            "legal_person": firm.legal_person,
            "contact_name": firm.contact,
            "contact_phone": firm.phone,
            "contact_email": firm.username,
            "address": firm.address,
            "region": _region(world, firm.number),
            "founded_on": firm.founded_on,
            "employees": firm.employees,
            "business_scope": firm.field.scope,
        },
        by=by,
    )
    for certificate in firm.certificates:
        kind = QualificationType.objects.get(name=certificate.type)
        years = certificate.years if kind.years else 0
        services.save_qualification(
            agency,
            {
                "type": kind,
                "grade": certificate.grade,
                "number": certificate.number,
                "issuer": kind.issuer[:120] or "主管部门",
                "issued_on": certificate.issued_on,
                "valid_until": certificate.issued_on + timedelta(days=365 * years) if years else None,
                "specialty": firm.field.scope[:60],
                "scan": _scan(certificate.number, by),
            },
            by=by,
        )
    for name, number in firm.people:
        person = {"name": name, "licence": firm.field.licence, "licence_number": number, "title": "工程师"}
        services.save_practitioner(agency, person, by=by)
    _past_work(world, firm, agency, by)
    _offers(world, firm, agency, by)
    about = (firm.name, f"统一社会信用代码：{firm.credit_code}", f"法定代表人：{firm.legal_person}")
    paper = papers.document("入驻承诺书", *about)
    letter = files.store(paper, purpose="agencies.commitment", by=by, holder=by.organisation_code)
    services.save_commitment(agency, letter, agreed=True, by=by)


def _past_work(world: World, firm: Firm, agency: Agency, by: Actor) -> None:
    item = ServiceItem.objects.get(code=firm.field.items[0])
    for _index in range(world.rng.randrange(1, 4)):
        finished = clock.today() - timedelta(days=world.rng.randrange(40, 700))
        work = {
            "item": item,
            "title": f"{world.rng.choice(CLIENTS)[:8]}{item.name}",
            "client": world.rng.choice(CLIENTS),
            "industry": world.rng.choice(INDUSTRIES),
            "amount": price_between(item.price_low, item.price_high, world.rng),
            "started_on": finished - timedelta(days=item.days + 15),
            "finished_on": finished,
        }
        services.save_past_work(agency, work, by=by)


def _offers(world: World, firm: Firm, agency: Agency, by: Actor) -> None:
    for code in firm.field.items:
        if len(firm.field.items) > 3 and world.rng.random() < 0.15:
            continue
        item = ServiceItem.objects.get(code=code)
        mode = world.rng.choice(("fixed", "from", "from", "ask"))
        price = None if mode == "ask" else price_between(item.price_low, item.price_high, world.rng, firm.skill)
        offer = {
            "item": item,
            "price_mode": mode,
            "price": price if price is None else max(price, Decimal(100)),
            "days": max(1, round(item.days * world.rng.uniform(0.7, 1.1))),
            "content": f"{item.name}：现场踏勘、资料收集、成果编制，配合评审并修改至通过。",
        }
        services.save_offer(agency, offer, by=by)


def _region(world: World, number: int) -> Region:
    regions = list(Region.objects.filter(code__startswith="43").order_by("code"))
    return regions[number % len(regions)]


def _scan(number: str, by: Actor) -> StoredFile:
    return files.store(papers.certificate(number), purpose="agencies.certificate", by=by, holder=by.organisation_code)


def confirm_claim_of(world: World, actor: Actor) -> None:
    """An operator looks at the authorisation after all."""
    confirm_claim(Claim.objects.get(user=actor.user, state="submitted"), by=world.operator)
