"""An offer before it is sealed: what its figures may be, in the same words on the page and here."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.agencies.rules import Check
from marketplace.core.display import money
from marketplace.tenders import documents, rules
from marketplace.tenders.documents import Document
from marketplace.tenders.errors import OfferRefused
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services import sheets

MOST_NOTE = 1000
DAYS_RULE = "offered_days"  # of a response's report; only the opening can tell


@dataclass(frozen=True)
class Offer:
    """What an agency offers: CNY with at most two decimals (None: a sign-up at the fixed price) and working days.

    The note and the team (registration numbers) become public at the opening; the documents are for the buyer alone.
    """

    price: Decimal | None = field(repr=False)
    days: int
    note: str = field(default="", repr=False)
    team: tuple[str, ...] = ()
    documents: tuple[Document, ...] = field(default=(), repr=False)


def require_documents(tender: Tender, *, enclosed: bool) -> None:
    """OfferRefused where reviewers are to score a proposal and none is enclosed; the server sees that much."""
    if tender.method == sheets.METHOD and not enclosed:
        raise OfferRefused(_("方案比选由评审人按方案评分：请附上方案文件后再提交。"), field="documents")


def asks_price(tender: Tender) -> bool:
    """Whether a response names a price; False where the method has a fixed one, so that it is a sign-up."""
    return registry.get(tender.method).asks_price


def most_days(tender: Tender) -> int:
    """The most working days that may be offered."""
    return tender.days or rules.MOST_SERVICE_DAYS


def refusals(tender: Tender) -> dict[str, str]:
    """What is said to figures that can't be. None repeats the price; the browser says the same before it seals."""
    ceiling = {"ceiling": money(tender.ceiling)}
    floor = {"floor": money(tender.floor)}
    days = {"days": most_days(tender)}
    return {
        "not_positive": _("报价须大于 0 元。"),
        "above_ceiling": _("报价高于最高限价 %(ceiling)s，开标时会被判为无效。请调低后再提交。") % ceiling,
        "below_floor": _("报价低于最低限价 %(floor)s，开标时会被判为无效。请调高后再提交。") % floor,
        "days": _("承诺工作日须在 1 至 %(days)d 之间，不能超过公告的服务期限。") % days,
    }


def check_offer(tender: Tender, offer: Offer) -> None:
    """OfferRefused for figures that can't be; after sealing nobody could tell before the opening."""
    found = _refusal(tender, offer)
    if found is not None:
        raise OfferRefused(refusals(tender)[found], field="days" if found == "days" else "price")


def _refusal(tender: Tender, offer: Offer) -> str | None:
    price = offer.price
    if asks_price(tender):
        if price is None or price <= 0:
            return "not_positive"
        if tender.ceiling is not None and price > tender.ceiling:
            return "above_ceiling"
        if tender.floor is not None and price < tender.floor:
            return "below_floor"
    return None if 1 <= offer.days <= most_days(tender) else "days"


def days_rule(tender: Tender, days: int) -> Check:
    """The rule, in an opened response's report, that its days are within the announcement's."""
    needed = _("不超过 %(n)d 个工作日") % {"n": most_days(tender)}
    mine = _("%(n)d 个工作日") % {"n": days}
    return Check(DAYS_RULE, _("承诺工作日"), days <= most_days(tender), mine, needed=needed)


def for_the_browser(tender: Tender, agency_code: str) -> dict[str, Any]:
    """What the page's own sealing needs to know of the tender."""
    return {
        "tender": tender.number,
        "agency": agency_code,
        "publicKey": tender.public_key,
        "asksPrice": asks_price(tender),
        "ceiling": format(tender.ceiling, "f") if tender.ceiling is not None else None,
        "floor": format(tender.floor, "f") if tender.floor is not None else None,
        "mostDays": most_days(tender),
        "mostNote": MOST_NOTE,
        "mostFiles": documents.MOST_FILES,
        "mostFileBytes": documents.MOST_BYTES,
    }
