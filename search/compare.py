"""Up to four agencies side by side: facts with facts, "best" only where a direction exists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from marketplace.agencies import queries
from marketplace.agencies.models import (
    COUNTING_STATES,
    Agency,
    Practitioner,
    Qualification,
    ServiceOffer,
    ServiceRating,
)
from marketplace.agencies.rules import DIMENSIONS
from marketplace.catalogue.models import QualificationType, ServiceItem
from marketplace.catalogue.rules import level_of
from marketplace.core import display

MOST = 4
MOST_ITEMS = 6


@dataclass(frozen=True)
class Cell:
    """One agency's value in a row."""

    text: str
    best: bool = False
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One thing compared; `same` when there is no difference."""

    title: str
    cells: tuple[Cell, ...]
    same: bool


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def row(
    title: str, texts: Sequence[str], values: Sequence[Any] = (), *, better: Callable[..., Any] | None = None
) -> Row:
    """A row; `values` (None: has none) and `better` (min or max) say which cell is the best, unless all are equal."""
    known = [value for value in values if value is not None]
    best = better(known) if better and len(set(known)) + (len(known) < len(values)) > 1 and known else None
    cells = tuple(Cell(text, best is not None and values[i] == best) for i, text in enumerate(texts))
    return Row(title, cells, len(texts) > 1 and len(set(texts)) == 1)


def agencies_of(codes: Iterable[str]) -> list[Agency]:
    """The public agencies with these credit codes, in this order, with all that is compared; five queries."""
    wanted = list(dict.fromkeys(codes))[:MOST]
    found = (
        queries.public()
        .filter(organisation__credit_code__in=wanted)
        .prefetch_related(
            Prefetch("offers", ServiceOffer.objects.filter(is_active=True).select_related("item")),
            Prefetch("qualifications", Qualification.objects.filter(state__in=COUNTING_STATES).select_related("type")),
            Prefetch("practitioners", Practitioner.objects.filter(is_active=True)),
            "past_work",
        )
    )
    by_code = {agency.credit_code: agency for agency in found}
    return [by_code[code] for code in wanted if code in by_code]


def compared(agencies: Sequence[Agency], items: Sequence[str] = ()) -> list[Group]:
    """The groups of rows. `items`: codes of the items whose price and days count; else those that several offer."""
    groups = [
        Group(_("价格与时间"), tuple(_offers(agencies, items))),
        Group(_("服务与信用"), tuple(_service(agencies))),
        Group(_("资质与能力"), (*_papers(agencies), *_capacity(agencies))),
    ]
    return [group for group in groups if group.rows]


def _offers(agencies: Sequence[Agency], wanted: Sequence[str]) -> Iterable[Row]:
    for item in _items(agencies, wanted):
        offers = [next((o for o in agency.offers.all() if o.item_id == item.pk), None) for agency in agencies]
        name = {"item": item.label}
        prices = [offer.price if offer and _is_comparable(offer) else None for offer in offers]
        yield row(_("公开报价：%(item)s") % name, [_price(offer) for offer in offers], prices, better=min)
        days = [offer.days if offer else None for offer in offers]
        yield row(_("承诺工期：%(item)s") % name, [_workdays(number) for number in days], days, better=min)


def _items(agencies: Sequence[Agency], wanted: Sequence[str]) -> list[ServiceItem]:
    offered: dict[str, list[ServiceItem]] = {}
    for agency in agencies:
        for offer in agency.offers.all():
            offered.setdefault(offer.item.code, []).append(offer.item)
    if chosen := [offered[code][0] for code in wanted if code in offered]:
        return chosen[:MOST_ITEMS]
    several = [items[0] for _code, items in sorted(offered.items()) if len(items) > 1 or len(agencies) == 1]
    return several[:MOST_ITEMS]


def _is_comparable(offer: ServiceOffer) -> bool:
    return offer.price_mode in {ServiceOffer.PriceMode.FIXED, ServiceOffer.PriceMode.FROM}


def _offered(agency: Agency) -> str:
    names = [offer.item.label for offer in agency.offers.all()]
    if len(names) <= 2:
        return "、".join(names) or display.NOTHING
    return _("%(names)s等 %(n)d 项") % {"names": "、".join(names[:2]), "n": len(names)}


def _price(offer: ServiceOffer | None) -> str:
    if offer is None:
        return _("不提供")
    if offer.price is None:
        return _("面议")
    price = display.money(offer.price)
    if offer.price_mode == ServiceOffer.PriceMode.UNIT:
        return f"{price}/{offer.unit}" if offer.unit else _("%(price)s，按单位计价") % {"price": price}
    return price if offer.price_mode == ServiceOffer.PriceMode.FIXED else _("%(price)s 起") % {"price": price}


def _workdays(days: int | None) -> str:
    return display.NOTHING if days is None else _("%(n)d 个工作日") % {"n": days}


def _service(agencies: Sequence[Agency]) -> Iterable[Row]:
    yield row(_("状态"), [str(agency.get_state_display()) for agency in agencies])
    ratings = [agency.rating for agency in agencies]
    yield row(_("服务评价"), [_rating(agency) for agency in agencies], ratings, better=max)
    means = [queries.dimension_means(agency) for agency in agencies]
    for name in DIMENSIONS:
        values = [each.get(name) for each in means]
        if any(value is not None for value in values):
            texts = [display.score(value) or display.NOTHING for value in values]
            yield row(_dimension(name), texts, values, better=max)
    scores = [agency.credit_score for agency in agencies]
    credit = [_("%(grade)s 级，%(n)d 分") % {"grade": a.credit_grade, "n": a.credit_score} for a in agencies]
    yield row(_("信用"), credit, scores, better=max)


def _rating(agency: Agency) -> str:
    if agency.rating is None:
        return _("暂无评价")
    return _("%(score)s（%(n)d 次）") % {"score": display.score(agency.rating), "n": agency.rating_count}


def _dimension(name: str) -> str:
    return str(getattr(ServiceRating._meta.get_field(name), "verbose_name", name))


def _papers(agencies: Sequence[Agency]) -> Iterable[Row]:
    types: dict[int, QualificationType] = {}
    held: dict[tuple[int, int], list[str]] = {}
    for agency in agencies:
        for paper in agency.qualifications.all():
            types[paper.type_id] = paper.type
            held.setdefault((agency.pk, paper.type_id), []).append(paper.grade)
    for pk, kind in sorted(types.items()):
        grades = [_highest(kind, held.get((agency.pk, pk))) for agency in agencies]
        texts = [_("无") if grade is None else grade or _("有") for grade in grades]
        levels = [level_of(kind.grades, grade) if grade else None for grade in grades]
        yield row(kind.name, texts, levels, better=max)


def _highest(kind: QualificationType, grades: Sequence[str] | None) -> str | None:
    if grades is None:
        return None
    return max(grades, key=lambda grade: level_of(kind.grades, grade) if grade in kind.grades else 0)


def _capacity(agencies: Sequence[Agency]) -> Iterable[Row]:
    people = [len(agency.practitioners.all()) for agency in agencies]
    yield row(_("执业人员"), [_("%(n)d 人") % {"n": n} for n in people], people, better=max)
    done = [sum(1 for work in agency.past_work.all() if work.contract_number) for agency in agencies]
    yield row(_("平台业绩"), [_("%(n)d 项") % {"n": n} for n in done], done, better=max)
    works = [len(agency.past_work.all()) for agency in agencies]
    yield row(_("全部业绩"), [_("%(n)d 项") % {"n": n} for n in works], works, better=max)
    yield row(_("服务事项"), [_offered(agency) for agency in agencies])
    staff = [agency.employees for agency in agencies]
    yield row(_("从业人数"), [display.NOTHING if n is None else _("%(n)d 人") % {"n": n} for n in staff])
    yield row(_("所在地区"), [agency.region.name if agency.region else display.NOTHING for agency in agencies])
    yield row(_("成立时间"), [display.NOTHING if a.founded_on is None else str(a.founded_on.year) for a in agencies])
