"""What some ways of selecting need besides responses: a roster, a pick from a shortlist, an invitation."""

import uuid
from decimal import Decimal

from demo.seed.cast import price_between
from demo.seed.world import World
from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ServiceItem
from marketplace.tenders import services as tenders
from marketplace.tenders.models import Bid, Review, Tender
from marketplace.tenders.services import inviting, picking, reviewing, rostering

FIXED_PRICE = frozenset({"draw", "credit_shortlist", "rotation"})
PICK_DAYS = {"credit_shortlist": 1}  # working days that the buyer takes after the opening
REVIEW_DAYS = {"proposal": 2}  # working days that the panel takes after the close
REVIEWERS = 3
INVITED = 3


def days_to_award(method: str) -> int:
    """Working days from the announcement until the award is out."""
    return 5 + catalogue.current_rules().publicity_days(method) + PICK_DAYS.get(method, 0) + REVIEW_DAYS.get(method, 0)


def ensure_roster(world: World, item: ServiceItem) -> None:
    """The item's roster: everybody who offers it, in the order of their admission."""
    if rostering.current(item) is None:
        codes = [agency.credit_code for agency in rostering.missing(item)]
        rostering.set_roster(item, codes, "按入驻先后编制首版轮候名册。", after=0, by=world.operator)


def name_panel(world: World, tender: Tender, by: Actor) -> None:
    """The buyer names people of other enterprises, who declare that nothing bars them."""
    others = [actor for _buyer, firm, actor in world.buyers if firm.pk != tender.buyer_id][:REVIEWERS]
    for actor in others:
        reviewer = tenders.name_reviewer(tender, actor.person.username, "", by=by)
        tenders.accept_review(reviewer, by=Actor.of(actor.person))


def review(world: World, tender: Tender) -> None:
    """The next of the panel fills in the whole sheet and submits it."""
    tender.refresh_from_db()
    panel = list(tender.reviewers.filter(state="ready").order_by("seat"))
    if not tender.waits_for_review or not panel:
        return
    letters = sorted(Review.objects.get(tender=tender).letters.values())
    sheet = {letter: [_points(world, criterion) for criterion in reviewing.criteria_of(tender)] for letter in letters}
    tenders.save_sheet(panel[0], sheet, submit=True, by=Actor.of(panel[0].person))


def _points(world: World, criterion: dict[str, str]) -> dict[str, str]:
    """Between seven tenths and all of the criterion's weight, in halves."""
    most = Decimal(criterion["weight"])
    points = (most * Decimal(str(world.rng.uniform(1.4, 2.0)))).quantize(Decimal(1)) / 2
    return {"points": str(min(points, most)), "remark": "内容完整，措施具体。"}


def pick(tender: Tender, by: Actor) -> None:
    """The buyer picks the second of the shortlist, if there is one."""
    tender.refresh_from_db()
    if tender.pick_by is None:
        return
    bid = picking.shortlist(tender)[:2][-1]
    tenders.pick(tender, bid.agency_id, "近期承担过同类项目，现场团队熟悉本地情况。", by=by)


def invite(world: World, item: ServiceItem, title: str, by: Actor) -> tuple[Tender, list[Agency]] | None:
    """Ask a few firms for quotes, the firm of the tour among them where it may; None where too few may be asked."""
    offers = ServiceOffer.objects.filter(item=item, is_active=True, agency__state=Agency.State.ACTIVE)
    found = [offer.agency for offer in offers.select_related("agency__organisation").order_by("agency_id")[:20]]
    reports = inviting.reports_for(found, item=item, by=by)
    able = [agency for agency in found if reports[agency.pk].is_eligible]
    firms = sorted(able, key=lambda agency: agency.pk != world.agencies[1].pk)[:INVITED]
    if len(firms) < 2:
        return None
    limit = price_between(item.price_low, item.price_high, world.rng, 0.9)
    key = uuid.UUID(int=world.rng.getrandbits(128), version=4)
    content = f"{item.name}。请报总价和工期，报价含现场踏勘、评审配合和修改。"
    tender = tenders.invite(
        firms,
        item=item,
        key=key,
        by=by,
        title=title,
        content=content,
        ceiling=limit,
        payment_terms="成果验收通过后 10 个工作日内一次付清。",
        contact_phone="0000-11112222",
    )
    return tender, firms


def choose(tender: Tender, by: Actor) -> None:
    """The buyer takes the cheapest quote."""
    tender.refresh_from_db()
    opened = Bid.objects.filter(tender=tender, state__in=(Bid.State.VALID, Bid.State.LOST), price__gt=Decimal(0))
    cheapest = opened.order_by("price", "pk").first()
    if cheapest is not None and tender.choose_by is not None:
        tenders.choose(cheapest, "总价最低，工期满足要求，过往评价良好。", by=by)
