"""What an agency learns of its own response after the result: where it stood, and what would have won.

For its own people only; what others see is the public ranking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.display import money
from marketplace.tenders import reasons
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.selection.casefile import read_case
from marketplace.tenders.selection.merit import WEIGHTS
from marketplace.tenders.selection.winning import Winning, winning_prices

MEND = {
    "unreadable": gettext_lazy("下次请用本站的报价页密封，并在截止前用“核对回执”检查自己的副本。"),
    "ineligible": gettext_lazy("请先办好下列条件；截止时和发通知书前都会再核一次。"),
    "not_positive": gettext_lazy("报价须大于 0 元。"),
    "above_ceiling": gettext_lazy("报价不能高于公告的最高限价。"),
    "below_floor": gettext_lazy("报价不能低于公告的最低限价。"),
    "rejected": gettext_lazy("报价明显偏低的，须在期限内说明成本构成，并附上能证明的材料。"),
}
PARTS = {
    "price": gettext_lazy("价格"),
    "credit": gettext_lazy("信用"),
    "qualification": gettext_lazy("资质"),
    "performance": gettext_lazy("业绩"),
    "team": gettext_lazy("团队"),
    "total": gettext_lazy("总分"),
}
ALL_RULES = ("mean", "reference", "stage")  # of an explanation: about all responses
WINNERS = (Bid.State.WINNER,)


@dataclass(frozen=True)
class Standing:
    """Where a response stood. `above` CNY over the winner's price, negative below it; `parts`: label, own, winner's."""

    bid: Bid
    of: int = 0
    winner_price: Decimal | None = None
    above: Decimal | None = None
    why: str = ""
    about_all: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()
    mend: str = ""
    missing: tuple[Mapping[str, Any], ...] = ()
    would_win: str = ""

    @property
    def below(self) -> Decimal | None:
        """How far below the winner's price it was, CNY."""
        return -self.above if self.above is not None else None

    @property
    def has_won(self) -> bool:
        return self.bid.state == Bid.State.WINNER


def standing(tender: Tender, bid: Bid) -> Standing | None:
    """Where the response stood; None before the opening, and where nothing was opened or picked by hand."""
    outcome = tender.record.get("outcome")
    if tender.opened_at is None or not outcome or tender.is_invited or (not bid.opened and not bid.invalid_reason):
        return None
    code = bid.agency.credit_code
    entries = {entry.get("agency"): entry for entry in outcome["explanation"]}
    about = next((entry for entry in outcome["explanation"] if entry["rule"] in ALL_RULES), None)
    best = tender.bids.filter(state__in=WINNERS).select_related("agency__organisation").order_by("rank").first()
    found: dict[str, Any] = {"of": len(outcome["ranking"])}
    if best is not None and best.price is not None:
        found["winner_price"] = best.price
        found["above"] = bid.price - best.price if bid.price is not None else None
    if bid.invalid_reason:
        found["why"] = reasons.why_invalid(tender, bid.invalid_reason)
        found["mend"] = str(MEND.get(bid.invalid_reason, ""))
        found["missing"] = tuple(_missing(bid))
    elif code in entries:
        found["why"] = reasons.why_rank(entries[code])
        winner = entries.get(best.agency.credit_code) if best is not None else None
        found["parts"] = _parts(entries[code], winner) if bid.state != Bid.State.WINNER else ()
    found["about_all"] = reasons.why_rank(about) if about else ""
    if bid.state != Bid.State.WINNER and outcome["status"] == "selected":
        found["would_win"] = _would_win(tender, code)
    return Standing(bid, **found)


@dataclass(frozen=True)
class Line:
    """A response in the list of one's own: of how many it was ranked among, and how far from the winner's price."""

    bid: Bid
    of: int = 0
    above: Decimal | None = None

    @property
    def below(self) -> Decimal | None:
        """How far below the winner's price it was, CNY."""
        return -self.above if self.above is not None else None


def lines(bids: Iterable[Bid]) -> list[Line]:
    """The responses with where they stood, in one more query however many there are."""
    listed = list(bids)
    told = [bid for bid in listed if bid.tender.record.get("outcome") and not bid.tender.is_invited]
    won = Bid.objects.filter(tender__in={bid.tender_id for bid in told}, state__in=WINNERS, price__isnull=False)
    price = dict(won.values_list("tender_id", "price")) if told else {}
    found = []
    for bid in listed:
        outcome = bid.tender.record.get("outcome") if bid in told else None
        best = price.get(bid.tender_id) if outcome and bid.rank else None
        above = bid.price - best if best is not None and bid.price is not None else None
        found.append(Line(bid, len(outcome["ranking"]) if outcome else 0, above))
    return found


def _missing(bid: Bid) -> Iterable[Mapping[str, Any]]:
    """The conditions that were not met when it counted last."""
    report = bid.eligibility.get("noticed") or bid.eligibility.get("closed") or []
    return [check for check in report if check["ok"] is False] if bid.invalid_reason == "ineligible" else []


def _parts(own: Mapping[str, Any], winner: Mapping[str, Any] | None) -> tuple[tuple[str, str, str], ...]:
    """The points of each part beside the winner's."""
    if own.get("rule") != "points" or winner is None:
        return ()
    return tuple((str(PARTS[name]), str(own[name]), str(winner[name])) for name in (*WEIGHTS, "total"))


def _would_win(tender: Tender, code: str) -> str:
    """With which prices it would have won, as a sentence; "" where the method has no such answer."""
    try:
        found = winning_prices(read_case(tender.record["case"]), code)
    except LookupError:
        return ""
    return _sentence(found)


def _sentence(found: Winning | None) -> str:
    if found is None:
        return _("其他响应不变时，没有能中选的价格。")
    values = {"low": _exact(found.low), "high": _exact(found.high)}
    if found.low is None and found.high is None:
        return _("其他响应不变时，任何有效报价都能中选。")
    if found.low is None:
        return _("其他响应不变时，报价不高于 %(high)s 即可中选。") % values
    if found.high is None:
        return _("其他响应不变时，报价不低于 %(low)s 即可中选。") % values
    if found.low == found.high:
        return _("其他响应不变时，只有报价 %(low)s 能中选。") % values
    return _("其他响应不变时，报价在 %(low)s 至 %(high)s 之间即可中选。") % values


def _exact(price: Decimal | None) -> str:
    return money(price) if price is not None else ""
