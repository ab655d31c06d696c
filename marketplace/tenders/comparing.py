"""Opened quotes side by side, for components/compare_table.html."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.agencies.queries import counted_works
from marketplace.core import clock
from marketplace.core.display import money
from marketplace.tenders import reasons
from marketplace.tenders.models import Bid, Tender

YEARS = 3  # of past work


def ordered(bids: Iterable[Bid]) -> list[Bid]:
    """The quotes, the valid ones by price first; the order says nothing of who came when."""
    return sorted(bids, key=lambda bid: (bool(bid.invalid_reason), bid.price or 0, str(bid.pk)))


def heads(bids: Sequence[Bid]) -> list[dict[str, Any]]:
    """The firms over the columns."""
    return [{"name": str(bid.agency), "url": reverse("agency", args=[bid.agency.credit_code])} for bid in bids]


def groups(tender: Tender, bids: Sequence[Bid], *, reads_documents: bool) -> list[dict[str, Any]]:
    """The rows: what each offers, then what is known of it. "Best" only among valid quotes."""
    valid = [not bid.invalid_reason for bid in bids]

    def best(values: Sequence[Any]) -> list[Any]:
        return [value if ok else None for value, ok in zip(values, valid, strict=True)]

    today = clock.today()
    since = today.replace(year=today.year - YEARS, day=min(today.day, 28))
    works = counted_works([bid.agency_id for bid in bids], item_code=tender.item.code, since=since, until=today)
    done = [works.get(bid.agency_id, 0) for bid in bids]
    firms = [bid.agency for bid in bids]
    offer = [
        _row(_("报价"), [money(bid.price) or "—" for bid in bids], best([bid.price for bid in bids]), min),
        _row(_("工期"), [_days(bid) for bid in bids], best([bid.days for bid in bids]), min),
        _row(_("说明"), [bid.note or "—" for bid in bids]),
        _row(_("团队"), [_("%(n)d 人") % {"n": len(bid.team)} if bid.team else "—" for bid in bids]),
        _row(_("是否有效"), [_validity(tender, bid) for bid in bids]),
    ]
    if reads_documents:
        offer.append(_row(_("响应文件"), [_has_documents(bid) for bid in bids]))
    known = [
        _row(_("服务评价"), [_rating(firm) for firm in firms], best([firm.rating for firm in firms]), max),
        _row(
            _("信用"),
            [_("%(grade)s 级，%(n)d 分") % {"grade": firm.credit_grade, "n": firm.credit_score} for firm in firms],
            best([firm.credit_score for firm in firms]),
            max,
        ),
        _row(_("近 %(n)d 年本事项业绩") % {"n": YEARS}, [_("%(n)d 项") % {"n": n} for n in done], best(done), max),
    ]
    return [{"title": _("各家报价"), "rows": offer}, {"title": _("服务与信用"), "rows": known}]


def _row(
    title: str, texts: Sequence[str], values: Sequence[Any] = (), better: Callable[..., Any] | None = None
) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    top = better(known) if better and len(set(known)) > 1 else None
    cells = [{"text": text, "best": top is not None and values[n] == top} for n, text in enumerate(texts)]
    return {"title": title, "cells": cells, "same": len(texts) > 1 and len(set(texts)) == 1}


def _days(bid: Bid) -> str:
    return _("%(n)d 个工作日") % {"n": bid.days} if bid.days else "—"


def _has_documents(bid: Bid) -> str:
    return _("有，见下方下载") if hasattr(bid, "documents") else _("无")


def _validity(tender: Tender, bid: Bid) -> str:
    if not bid.invalid_reason:
        return _("有效")
    return _("无效：%(why)s") % {"why": reasons.why_invalid(tender, bid.invalid_reason)}


def _rating(firm: Any) -> str:
    if not firm.rating_count or firm.rating is None:
        return _("还没有评价")
    return _("%(stars)s（%(n)d 次）") % {"stars": f"{firm.rating:.1f}", "n": firm.rating_count}
