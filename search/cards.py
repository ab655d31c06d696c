"""A hit as its card shows it: six facts in a fixed order for each kind, the found words marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.agencies.models import Agency, ServiceOffer
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock, display
from marketplace.core.templatetags.look import stars
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from search import analysis
from search.backends.base import MARK_END, MARK_START, Hit
from search.kinds import AGENCY, AWARD, HELP, ITEM, KINDS, NOTICE, OFFER, POLICY, TENDER
from search.query import Query
from search.why import Why


@dataclass(frozen=True)
class Fact:
    """One fact of a card."""

    label: str
    value: str | SafeString
    unit: str = ""


@dataclass(frozen=True)
class Card:
    """What `components/hit_card.html` takes. `heading` is the title with the found words marked."""

    title: str
    heading: SafeString
    url: str
    summary: SafeString
    facts: tuple[Fact, ...] = ()
    mark: str = ""
    state: tuple[str, str] | None = None
    compare_value: str = ""
    why: Why | None = None


def card(
    hit: Hit,
    query: Query,
    *,
    offering: Mapping[str, int] | None = None,
    with_kind: bool = False,
    why: Why | None = None,
) -> Card:
    """The card of a hit. `offering`: how many agencies offer an item; `with_kind`: other kinds stand around it."""
    english = str(hit.data.get("en") or "") if (get_language() or "").startswith("en") else ""
    state = _state(hit)
    if with_kind and (state is None or hit.kind == AGENCY):
        state = state or (str(KINDS[hit.kind].label), "info")
    return Card(
        title=english or hit.title,
        heading=marked(english or hit.highlights.get("title") or hit.title),
        url=localised(hit.url),
        summary=_summary(hit),
        facts=_FACTS[hit.kind](hit, query, offering or {}),
        mark=hit.title[:2] if hit.kind == AGENCY else "",
        state=state,
        compare_value=hit.key if hit.kind == AGENCY else "",
        why=why,
    )


def localised(url: str) -> str:
    """The address in the reader's language: documents keep the Chinese one."""
    return f"/en{url}" if url.startswith("/") and (get_language() or "").startswith("en") else url


def marked(text: str) -> SafeString:
    """The text with its found words in `<mark>`; everything else escaped."""
    safe = conditional_escape(text).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    return mark_safe(safe)


def _summary(hit: Hit) -> SafeString:
    summary = hit.highlights.get("summary") or hit.summary
    snippet = hit.highlights.get("snippet", "")
    return marked(" ⋯ ".join(part for part in (summary, snippet) if part))


def _state(hit: Hit) -> tuple[str, str] | None:
    if hit.kind == AGENCY:
        return None if hit.is_available else Agency(state=hit.data["state"]).chip
    if hit.kind == TENDER:
        state, closes_at = hit.data["state"], _closes_at(hit)
        if state == Tender.State.PUBLISHED and closes_at is not None and closes_at <= clock.now():
            state = Tender.State.CLOSED  # time decides, the index follows
        return Tender(state=state, accept_by=clock.now() if hit.data["waits_for_agency"] else None).chip
    return None


def _agency(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    count, searched = hit.data["rating_count"], _searched_offer(hit, query)
    return (
        Fact(_("服务评价"), stars(hit.rating), _("%(n)d 次") % {"n": count} if count and hit.rating else ""),
        Fact(_("信用"), hit.data["credit_grade"], _("%(n)d 分") % {"n": hit.data["credit_score"]}),
        Fact(_("公开报价"), *_offer_price(hit, query)),
        Fact(_("承诺工期"), *_days(searched["days"] if searched is not None else hit.days)),
        Fact(_("执业人员"), str(hit.data["practitioners"]), _("人")),
        Fact(_("平台业绩"), str(hit.data["contracts"]), _("项")),
    )


def _searched_offer(hit: Hit, query: Query) -> Mapping[str, Any] | None:
    """The agency's offer of the item that was searched for by words, when it is one and no item was chosen."""
    if not query.words or query.chosen("item"):
        return None
    found = [offer for offer in hit.data.get("offers", ()) if _names(offer["text"], query)]
    return found[0] if len(found) == 1 else None


def _names(text: str, query: Query) -> bool:
    folded = analysis.fold(text)
    return all(term.text in folded for term in query.words.terms)


def _offer_price(hit: Hit, query: Query) -> tuple[str, str]:
    searched = _searched_offer(hit, query)
    if searched is not None and searched["price"] is not None:
        is_fixed = hit.data["price_modes"].get(searched["code"]) == ServiceOffer.PriceMode.FIXED
        return display.money(searched["price"]), "" if is_fixed else _("起")
    if searched is not None:
        mode = hit.data["price_modes"].get(searched["code"])
        return (_("按单位计价") if mode == ServiceOffer.PriceMode.UNIT else _("面议")), ""
    chosen = query.chosen("item")
    mode = hit.data["price_modes"].get(chosen[0]) if len(chosen) == 1 else ""
    if hit.price is not None:
        return display.money(hit.price), "" if mode == ServiceOffer.PriceMode.FIXED else _("起")
    if not hit.data["price_modes"]:
        return display.NOTHING, ""
    return (_("按单位计价") if mode == ServiceOffer.PriceMode.UNIT else _("面议")), ""


def _item(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    low, high = display.money(hit.price), display.money(Decimal(hit.data["price_high"]))
    return (
        Fact(_("阶段"), hit.data["category"]),
        Fact(_("资质要求"), _choice(ServiceItem.Kind, hit.data["requirement"])),
        Fact(_("参考价"), f"{low}–\u2060{high}"),
        Fact(_("通常工期"), *_days(hit.days)),
        Fact(_("付费方"), _choice(ServiceItem.Payer, hit.data["payer"])),
        Fact(_("可选机构"), str(offering.get(hit.key, 0)), _("家")),
    )


def _tender(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    closes_at = _closes_at(hit)
    is_open = hit.is_available and closes_at is not None and closes_at > clock.now()
    return (
        Fact(_("最高限价") if hit.data["has_ceiling"] else _("预算金额"), display.money(hit.price)),
        Fact(_("服务期限"), *_days(hit.days)),
        Fact(_("选取方式"), method_of(hit)),
        Fact(_("资金来源"), _choice(Tender.Funds, hit.data["funds"])),
        Fact(_("采购人"), hit.data["buyer"]),
        Fact(_("报名截止"), display.remaining(closes_at), display.moment(closes_at))
        if is_open
        else Fact(_("报名截止"), display.moment(closes_at)),
    )


def _offer(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    count = hit.data["rating_count"]
    return (
        Fact(_("机构"), hit.data["agency"]),
        Fact(_("公开报价"), *_listed_price(hit)),
        Fact(_("承诺工期"), *_days(hit.days)),
        Fact(_("服务评价"), stars(hit.rating), _("%(n)d 次") % {"n": count} if count and hit.rating else ""),
        Fact(_("信用"), hit.data["credit_grade"], _("%(n)d 分") % {"n": hit.data["credit_score"]}),
        Fact(_("平台业绩"), str(hit.works or 0), _("项")),
    )


def _listed_price(hit: Hit) -> tuple[str, str]:
    """An offer's price as it is listed: also one per unit, which is not compared with others."""
    mode, price = hit.data["price_mode"], hit.data["price"]
    if mode == ServiceOffer.PriceMode.ASK or price is None:
        return _("面议"), ""
    if mode == ServiceOffer.PriceMode.UNIT:
        return display.money(price), f"/ {hit.data['unit']}" if hit.data["unit"] else _("按单位计价")
    return display.money(price), "" if mode == ServiceOffer.PriceMode.FIXED else _("起")


def _award(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    return (
        Fact(_("中选机构"), hit.data["agency"]),
        Fact(_("中选价"), display.money(hit.price)),
        Fact(_("服务期限"), *_days(hit.days)),
        Fact(_("选取方式"), method_of(hit)),
        Fact(_("采购人"), hit.data["buyer"]),
        Fact(_("通知日期"), display.day(hit.published_at)),
    )


def method_of(hit: Hit) -> str:
    """The selection method of a tender or an award, as it is called."""
    try:
        return str(registry.get(hit.data["method"]).label)
    except LookupError:
        return str(hit.data["method"])


def _notice(hit: Hit, query: Query, offering: Mapping[str, int]) -> tuple[Fact, ...]:
    return (Fact(_("发布日期"), display.day(hit.published_at)),) if hit.published_at else ()


def _days(days: int | None) -> tuple[str, str]:
    return (display.NOTHING, "") if days is None else (str(days), _("个工作日"))


def _choice(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _closes_at(hit: Hit) -> datetime | None:
    text = hit.data["closes_at"]
    return datetime.fromisoformat(text) if text else None


_FACTS: Mapping[str, Callable[[Hit, Query, Mapping[str, int]], tuple[Fact, ...]]] = {
    AGENCY: _agency,
    ITEM: _item,
    TENDER: _tender,
    OFFER: _offer,
    AWARD: _award,
    NOTICE: _notice,
    POLICY: _notice,
    HELP: lambda hit, query, offering: (),
}
