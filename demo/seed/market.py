"""Purchases, from the draft to the rating, as far as each has come by now."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from demo.seed import papers, ways
from demo.seed.cast import price_between
from demo.seed.timeline import office_hour
from demo.seed.words import REVIEW_WORDS
from demo.seed.world import World
from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.catalogue.models import ServiceItem
from marketplace.contracts import services as contracts
from marketplace.contracts.models import Contract, Review
from marketplace.core import calendar, clock, files
from marketplace.core.errors import DomainError
from marketplace.tenders import services as tenders
from marketplace.tenders.documents import Document
from marketplace.tenders.models import Tender
from marketplace.tenders.services.bidding import report_for
from payments import services as payments
from payments.models import Payment

# How far a purchase goes before it stops, in this order.
STAGES = ("bids", "award", "signed", "delivered", "accepted", "paid", "reviewed")


@dataclass(frozen=True)
class Course:
    """One purchase: `ago` working days before now it is published; `until` is the last stage that people act in."""

    ago: int
    item: str
    funds: str = "private"
    method: str = "lowest_price"
    bidders: int = 4
    until: str = "reviewed"
    fate: str = ""  # draft, checking, cancelled, terminated, returned (a deliverable), declined
    star: str = ""  # "wins" or "absent": what the firm of the tour does; its buyer is then the tour's buyer


COURSES: tuple[Course, ...] = (
    # Every way of selecting has been used up to the end by now.
    *(Course(ago, item, method=method) for ago, (item, method) in zip(
        range(60, 200, 10),
        (("ZJ-005", "lowest_price"), ("ZJ-016", "average_price"), ("ZJ-026", "two_stage"),
         ("ZJ-005", "reference_price"), ("ZJ-003", "draw"), ("ZJ-022", "merit"), ("ZJ-009", "credit_shortlist"),
         ("ZJ-035", "rotation"),
         ("ZJ-005", "proposal"), ("ZJ-030", "invited"), ("ZJ-001", "lowest_price"), ("ZJ-016", "lowest_price"),
         ("ZJ-043", "lowest_price"), ("ZJ-007", "lowest_price")), strict=True)),
    *(Course(ago, item, funds="public") for ago, item in
      ((75, "ZJ-032"), (96, "ZJ-028"), (120, "ZJ-037"), (150, "ZJ-016"), (170, "ZJ-001"))),
    *(Course(ago, item, method="direct", bidders=0) for ago, item in
      ((70, "ZJ-008"), (110, "ZJ-038"), (140, "ZJ-042"))),
    Course(52, "ZJ-003", fate="returned"),
    Course(27, "ZJ-043", until="accepted", star="wins"),
    Course(26, "ZJ-025", until="paid"),
    Course(40, "ZJ-005", until="accepted", fate="returned"),
    Course(24, "ZJ-022", until="signed"),
    Course(19, "ZJ-007", until="signed", star="wins"),
    Course(20, "ZJ-026", until="signed"),
    Course(18, "ZJ-009", until="signed"),
    Course(16, "ZJ-034", until="signed", fate="terminated"),
    Course(13, "ZJ-035", until="delivered"),
    Course(9, "ZJ-016", until="award"),
    Course(8, "ZJ-005", until="award", star="wins"),
    Course(8, "ZJ-030", until="award"),
    Course(7, "ZJ-040", until="award"),
    Course(12, "ZJ-018", funds="public", bidders=1),  # too few: fails, is announced again
    Course(30, "ZJ-036", funds="public", bidders=0),  # fails twice
    Course(26, "ZJ-011", fate="cancelled"),
    Course(4, "ZJ-005", star="wins"), Course(4, "ZJ-027"), Course(3, "ZJ-003", method="draw"),
    Course(3, "ZJ-026", method="average_price"), Course(2, "ZJ-005", star="absent"),
    Course(2, "ZJ-032", funds="public"), Course(2, "ZJ-016", method="merit"), Course(1, "ZJ-009"),
    Course(1, "ZJ-022"), Course(1, "ZJ-035", method="draw"), Course(0, "ZJ-043", star="absent"),
    Course(1, "ZJ-005", method="invited", star="absent", until="bids"),
    Course(4, "ZJ-016", method="invited", until="bids"), Course(0, "ZJ-001", method="reference_price"),
    Course(4, "ZJ-001", method="proposal", until="bids"),
    Course(0, "ZJ-028", funds="public"),
    Course(1, "ZJ-038", method="direct", bidders=0, until="bids"),
    Course(0, "ZJ-037", funds="public", fate="checking"),
    Course(0, "ZJ-039", funds="public", fate="checking"),
    Course(0, "ZJ-005", fate="draft"),
    Course(1, "ZJ-017", fate="draft"),
)  # fmt: skip

TITLES = (
    "年产 12 万套热管理系统项目", "新材料中试基地", "原料药绿色升级项目", "智能机器人关节生产线", "果蔬深加工二期",
    "智慧物流园一期", "片式电容扩产项目", "印染废水回用改造", "电子级化学品项目", "标准厂房三期", "人才公寓二期",
    "实验学校扩建", "污水处理厂提标改造",
)  # fmt: skip


def plan(world: World) -> None:
    """Put every purchase onto the timeline."""
    for index, course in enumerate(COURSES):
        world.timeline.at(_start(world, course.ago, index), partial(_publish, world, course, index))


def _start(world: World, ago: int, index: int) -> datetime:
    """A working hour `ago` working days before now; today it is before now."""
    day, left = clock.local(world.end).date(), ago
    while left or not calendar.is_workday(day):
        left -= calendar.is_workday(day)
        day -= timedelta(days=1)
    return min(office_hour(day, 9, (index * 7) % 60), world.end - timedelta(minutes=40))


def _publish(world: World, course: Course, index: int) -> None:
    pool = world.buyers[-3:] if course.funds == "public" else world.buyers[:-3]
    _cast, _organisation, by = pool[0] if course.star else pool[index % len(pool)]
    item = ServiceItem.objects.get(code=course.item)
    title = f"{TITLES[index % len(TITLES)]} {item.name}"
    if course.method == "invited":
        _invite(world, course, item, title, by)
        return
    fields: dict[str, Any] = {"title": title, "funds": course.funds}
    tender = tenders.create_draft(item=item, by=by)
    prepare(world, tender, course, by, **fields)
    if course.fate != "draft":
        announce(world, tender, course, by)


def prepare(world: World, tender: Tender, course: Course, by: Actor, **fields: Any) -> None:
    """Fill a draft in as its buyer would."""
    item = tender.item
    ceiling = price_between(item.price_low, item.price_high, world.rng, 0.9)
    ceiling = min(ceiling, Decimal(900_000)) if fields.get("funds", tender.funds) == "public" else ceiling
    fields |= {
        "content": f"{item.name}。按现行规范编制成果，配合评审并修改至通过；提交纸质成果 4 份、电子成果 1 份。",
        "budget": ceiling,
        "ceiling": ceiling,
        "payment_terms": "成果验收通过后 10 个工作日内一次付清。",
        "method": course.method,
        "contact_phone": "0000-11112222",
        "complaint_phone": "0000-12345678",
    }
    if course.method in ways.FIXED_PRICE:
        fields["method_settings"] = {"price": str(ceiling)}
    if course.method == "rotation":
        ways.ensure_roster(world, item)
    if course.method == "direct":
        chosen = eligible(world, tender)[:1]
        if chosen:
            fields["chosen_agency"] = chosen[0]
            fields["choice_reason"] = "该机构熟悉本项目前期情况，上一次服务评价良好，价格低于参考价。"
            fields["method_settings"] = {"price": str(ceiling)}
    paper = files.store(
        papers.document("采购需求书", tender.title, f"采购人：{tender.buyer.name}"),
        purpose="tenders.attachment",
        by=by,
        holder=tender.buyer.credit_code,
    )
    tenders.save_draft(tender, fields, attachments=[paper], by=by)


def announce(world: World, tender: Tender, course: Course, by: Actor) -> None:
    """Publish, and let everybody concerned do their part afterwards."""
    if tender.funds == Tender.Funds.PUBLIC and any(each.key == "splitting" for each in tenders.problems(tender)):
        reason = "分属不同地块和建设内容，分别立项、分别批复，不能合并实施。"
        tenders.save_draft(tender, {"splitting_reason": reason}, by=by)
    tender = tenders.publish(tender, by=by)
    if course.fate == "checking":
        return
    if tender.state == Tender.State.CHECKING:
        tender = tenders.pass_check(tender, by=world.operator)
    if course.fate == "cancelled":
        reason = "项目选址调整，原服务内容不再需要，另行公告。"
        world.timeline.after(1, partial(tenders.cancel, tender, reason, by=by))
        return
    if course.method == "direct":
        if course.until != "bids":
            world.timeline.after(1, partial(_accept_direct, world, tender))
            world.timeline.after(4, partial(_sign, world, tender, course))
        return
    _respond(world, tender, course, eligible(world, tender))
    days = ways.days_to_award(course.method)
    if course.method in ways.PICK_DAYS:
        world.timeline.after(4, partial(ways.pick, tender, by))
    if course.method in ways.REVIEW_DAYS:
        world.timeline.after(1, partial(ways.name_panel, world, tender, by))
        for place in range(ways.REVIEWERS):
            world.timeline.after(4 + place % 2, partial(ways.review, world, tender), hour=10 + place)
    if course.until != "bids":
        world.timeline.after(days, partial(_sign, world, tender, course))


def _invite(world: World, course: Course, item: ServiceItem, title: str, by: Actor) -> None:
    """Ask a few firms for quotes, and choose when they are opened."""
    asked = ways.invite(world, item, title, by)
    if asked is None:
        return
    tender, firms = asked
    _respond(world, tender, course, firms)
    if course.until != "bids":
        world.timeline.after(4, partial(ways.choose, tender, by))
        world.timeline.after(6, partial(_sign, world, tender, course))


def _respond(world: World, tender: Tender, course: Course, able: list[Agency]) -> None:
    """Let agencies respond, one some hours after the other."""
    star = world.agencies[1].pk
    willing = [agency for agency in able if course.star != "absent" or agency.pk != star]
    for turn, agency in enumerate(willing[: course.bidders]):
        moment = world.timeline.now + timedelta(hours=2 + 5 * turn + world.rng.random() * 3)
        keen = course.star == "wins" and agency.pk == star
        world.timeline.at(min(moment, world.end), partial(_bid, world, tender, agency, keen))


def eligible(world: World, tender: Tender) -> list[Agency]:
    """Admitted agencies that may respond, in the order of a throw of the seeding's dice."""
    offers = ServiceOffer.objects.filter(item=tender.item, is_active=True, agency__state=Agency.State.ACTIVE)
    found = [o.agency for o in offers.select_related("agency__organisation").order_by("agency_id")]
    world.rng.shuffle(found)
    able = [agency for agency in found[:12] if report_for(tender, agency).is_eligible]
    # The firm of the tour takes part where it may, so that its log-in has something to see.
    return sorted(able, key=lambda agency: agency.pk != world.agencies[1].pk)


def _bid(world: World, tender: Tender, agency: Agency, keen: bool) -> None:
    if tender.ceiling is None:
        return
    share = Decimal("0.720") if keen else Decimal(str(round(world.rng.uniform(0.74, 0.985), 3)))
    price = max((tender.ceiling * share / 100).quantize(Decimal(1)) * 100, Decimal(100))
    asked = price if tender.method not in ways.FIXED_PRICE else None
    days = max(1, round((tender.days or 20) * world.rng.uniform(0.7, 1.0)))
    plan = [Document("服务方案.pdf", papers.document("服务方案").read())] if tender.method == "proposal" else []
    offer = tenders.Offer(price=asked, days=days, note="含现场踏勘、评审配合和修改。", documents=tuple(plan))
    key = uuid.UUID(int=world.rng.getrandbits(128), version=4)
    try:
        tenders.place_bid(tender, agency, offer, idempotency_key=key, by=_agent(world, agency))
    except DomainError as refused:
        print(f"seeding: {tender.number}: {refused}")


def _accept_direct(world: World, tender: Tender) -> None:
    if tender.chosen_agency is not None:
        tenders.accept_award(tender, by=_agent(world, tender.chosen_agency))


def _sign(world: World, tender: Tender, course: Course) -> None:
    contract = Contract.objects.filter(award__tender=tender).select_related("agency__organisation", "buyer").first()
    if contract is None or course.until == "award":
        return
    by, agent = _buyer(world, contract.buyer_id), _agent(world, contract.agency)
    contracts.confirm(contract, version=contract.version, by=by)
    contracts.confirm(contract, version=contract.version, by=agent)
    if course.fate == "terminated":
        reason = "项目停建，双方协商一致终止，已完成部分另行结算。"
        world.timeline.after(5, partial(contracts.terminate, contract, reason, by=by))
    elif STAGES.index(course.until) > STAGES.index("signed"):
        late = world.rng.random() < 0.12
        days = (
            min(contract.days, 28) + 4 if late else max(2, round(min(contract.days, 28) * world.rng.uniform(0.5, 0.95)))
        )
        world.timeline.after(days, partial(_deliver, world, contract, course, by, agent), hour=11)


def _deliver(world: World, contract: Contract, course: Course, by: Actor, agent: Actor) -> None:
    milestone = contract.milestones.order_by("position").first()
    if milestone is None:
        return
    paper = papers.document("成果报告", contract.title, f"合同编号：{contract.number}")
    stored = files.store(
        paper, purpose="contracts.deliverable", by=agent, holder=contract.number, accepted=files.DELIVERABLES
    )
    deliverable = contracts.deliver(milestone, stored, "成果报告及附图附件。", by=agent)
    if STAGES.index(course.until) <= STAGES.index("delivered"):
        return
    if course.fate == "returned" and deliverable.round == 1:
        reason = "第三章数据与附表不一致，请核对后重新提交；缺少专家意见修改说明。"
        world.timeline.after(2, partial(contracts.return_deliverable, deliverable, reason, by=by))
        world.timeline.after(6, partial(_deliver, world, contract, course, by, agent))
        return
    world.timeline.after(2, partial(_accept, world, contract, deliverable, course, by, agent))


def _accept(world: World, contract: Contract, deliverable: Any, course: Course, by: Actor, agent: Actor) -> None:
    contracts.accept(deliverable, by=by)
    if STAGES.index(course.until) > STAGES.index("accepted"):
        world.timeline.after(3, partial(_pay, contract, by, agent))
    if course.until == "reviewed":
        world.timeline.after(2, partial(_review, world, contract, by), hour=14)
        if world.rng.random() < 0.85:
            world.timeline.after(4, partial(_review, world, contract, agent), hour=15)


def _pay(contract: Contract, by: Actor, agent: Actor) -> None:
    for payment in Payment.objects.filter(payable_kind="contracts.milestone", payer=contract.buyer, state="due"):
        if contract.milestones.filter(pk=payment.payable_key).exists():
            proof = papers.document("转账回单", f"附言：{payment.reference}", f"收款人：{payment.payee.name}")
            stored = files.store(proof, purpose="payments.proof", by=by, holder=payment.reference)
            payments.confirm_receipt(payments.upload_proof(payment, stored, by=by), by=agent)


def _review(world: World, contract: Contract, by: Actor) -> None:
    contract.refresh_from_db()
    stars, text = world.rng.choice(REVIEW_WORDS)
    names = ("quality", "timeliness", "attitude", "fee", "compliance")
    scores = {name: max(1, min(5, stars + world.rng.choice((-1, 0, 0, 0, 1)))) for name in names}
    try:
        contracts.write_review(contract, scores, text, by=by)
    except DomainError as refused:
        print(f"seeding: {contract.number}: {refused}")
        return
    if stars <= 4:
        world.timeline.after(6, partial(_answer, world, contract))


def _answer(world: World, contract: Contract) -> None:
    review = contract.reviews.filter(side=Review.Side.BUYER, answered_at=None).exclude(published_at=None).first()
    if review is not None and not review.is_default:
        contracts.answer_review(review, "感谢评价，我们会改进过程沟通。", by=_agent(world, contract.agency))


def _buyer(world: World, organisation_id: int) -> Actor:
    """Who signs for the buyer: its own person, also where an officer opened the purchase."""
    return next(actor for _cast, organisation, actor in world.buyers if organisation.pk == organisation_id)


def _agent(world: World, agency: Agency) -> Actor:
    number = next(n for n, each in world.agencies.items() if each.pk == agency.pk)
    return world.agents[number]
