"""What a search shows, to take away: as CSV, as a workbook, as an Atom feed. The same parameters as the page."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.middleware import client_ip
from marketplace.core.spreadsheets import harmless
from marketplace.supervision.attempts import Allowance, TooManyAttempts
from marketplace.tenders.models import Tender
from search import analysis
from search.backends import engine
from search.backends.base import Hit
from search.cards import localised, method_of
from search.kinds import AGENCY, AWARD, ITEM, KINDS, OFFER, TENDER
from search.labels import Labels
from search.query import Query, Sort
from search.state import address, query_of, read, state_of

MOST_ROWS = 10_000
PAGE = 500
FEN = Decimal("0.01")
IN_FEED = 50
FROM_ONE_PLACE = Allowance("search-export", most=20, seconds=600)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyExports(DomainError):
    """One place takes away too much at once."""

    code = "too_many_exports"
    status = 429
    message = gettext_lazy("导出次数过多，请 10 分钟后再试。")


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what of a hit stands in it."""

    heading: str | Promise
    value: Callable[[Hit], Any]


def _data(name: str) -> Callable[[Hit], Any]:
    return lambda hit: hit.data.get(name, "")


def _number(name: str) -> Callable[[Hit], Any]:
    return lambda hit: Decimal(str(hit.data[name])) if hit.data.get(name) not in (None, "") else None


def _tender_state(hit: Hit) -> str:
    state, closes = hit.data["state"], hit.data["closes_at"]
    if state == Tender.State.PUBLISHED and closes and datetime.fromisoformat(closes) <= clock.now():
        state = Tender.State.CLOSED  # time decides, the index follows
    return str(Tender.State(state).label)


def _moment(text: str) -> str:
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M") if text else ""


FIRST = (
    Column(gettext_lazy("类别"), lambda hit: str(KINDS[hit.kind].label)),
    Column(gettext_lazy("编号"), lambda hit: hit.key),
    Column(gettext_lazy("名称"), lambda hit: hit.title),
    Column(gettext_lazy("概要"), lambda hit: hit.summary),
    Column(gettext_lazy("服务评价"), lambda hit: hit.rating),
    Column(gettext_lazy("价格（元）"), lambda hit: None if hit.price is None else hit.price.quantize(FEN)),
    Column(gettext_lazy("工期（工作日）"), lambda hit: hit.days),
    Column(
        gettext_lazy("发布日期"),
        lambda hit: timezone.localtime(hit.published_at).strftime("%Y-%m-%d") if hit.published_at else "",
    ),
)
OF_KIND: dict[str, tuple[Column, ...]] = {
    AGENCY: (
        Column(gettext_lazy("评价次数"), _number("rating_count")),
        Column(gettext_lazy("信用等级"), _data("credit_grade")),
        Column(gettext_lazy("信用分"), _number("credit_score")),
        Column(gettext_lazy("执业人员"), _number("practitioners")),
        Column(gettext_lazy("平台业绩"), _number("contracts")),
        Column(gettext_lazy("地区"), _data("region")),
    ),
    ITEM: (
        Column(gettext_lazy("阶段"), _data("category")),
        Column(gettext_lazy("资质要求"), lambda hit: str(ServiceItem.Kind(hit.data["requirement"]).label)),
        Column(gettext_lazy("参考价上限（元）"), _number("price_high")),
        Column(gettext_lazy("付费方"), lambda hit: str(ServiceItem.Payer(hit.data["payer"]).label)),
    ),
    TENDER: (
        Column(gettext_lazy("状态"), _tender_state),
        Column(gettext_lazy("采购人"), _data("buyer")),
        Column(gettext_lazy("选取方式"), method_of),
        Column(gettext_lazy("资金来源"), lambda hit: str(Tender.Funds(hit.data["funds"]).label)),
        Column(gettext_lazy("地区"), _data("region")),
        Column(gettext_lazy("报名截止"), lambda hit: _moment(hit.data["closes_at"])),
    ),
    OFFER: (
        Column(gettext_lazy("机构"), _data("agency")),
        Column(gettext_lazy("信用等级"), _data("credit_grade")),
        Column(gettext_lazy("平台业绩"), lambda hit: hit.works),
    ),
    AWARD: (
        Column(gettext_lazy("中选机构"), _data("agency")),
        Column(gettext_lazy("采购人"), _data("buyer")),
        Column(gettext_lazy("选取方式"), method_of),
    ),
}
LAST = (Column(gettext_lazy("网址"), lambda hit: f"{settings.SITE_URL}{localised(hit.url)}"),)


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse | FileResponse:
    """What the search shows, as CSV in UTF-8."""
    query = _asked(request)
    with io.StringIO(newline="") as written:
        written.write("\ufeff")  # spreadsheets take it for UTF-8 then
        csv.writer(written).writerows([harmless(cell) for cell in row] for row in rows(query))
        response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="search.csv"'
    return response


@require_safe
def as_xlsx(request: HttpRequest) -> FileResponse:
    """What the search shows, as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("搜索结果"))
    for row in rows(_asked(request)):
        sheet.append([_cell(sheet, value) for value in row])
    written = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(written)
    written.seek(0)
    return FileResponse(written, as_attachment=True, filename="search.xlsx", content_type=XLSX)


@require_safe
def as_feed(request: HttpRequest) -> HttpResponse:
    """The newest of what the search shows, as an Atom feed."""
    state, labels = state_of(request.GET), Labels()
    query = replace(query_of(state, labels), sort=Sort.NEWEST, page=1, page_size=IN_FEED, facets=())
    language = get_language() or settings.LANGUAGE_CODE
    page = f"{settings.SITE_URL}{address(state)}"
    itself = f"{settings.SITE_URL}{request.get_full_path()}"
    feed = Atom1Feed(_plain(read(state, labels).title), page, "", language=language, feed_url=itself)
    for hit in engine().search(query).hits:
        link = f"{settings.SITE_URL}{localised(hit.url)}"
        kind = str(KINDS[hit.kind].label)
        moment = hit.published_at
        feed.add_item(
            _plain(hit.title), link, _plain(hit.summary), pubdate=moment, updateddate=moment, categories=[kind]
        )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response


def rows(query: Query) -> Iterator[list[Any]]:
    """Headings, then a row for each hit; a last one that says so where there are more than are given."""
    more = OF_KIND.get(query.kinds[0], ()) if len(query.kinds) == 1 else ()
    columns: Sequence[Column] = (*FIRST, *more, *LAST)
    yield [str(column.heading) for column in columns]
    (total,) = engine().count([query])
    with clock.at(clock.now()):  # one moment for all of it
        for hit in _hits(query, min(total, MOST_ROWS)):
            yield [_plain(column.value(hit)) for column in columns]
    if total > MOST_ROWS:
        yield [
            _("只导出前 %(most)d 条，共 %(total)d 条。请加条件缩小范围后分次导出。")
            % {"most": MOST_ROWS, "total": total}
        ]


def _hits(query: Query, most: int) -> Iterator[Hit]:
    given = 0
    for page in range(1, -(-most // PAGE) + 1):
        for hit in engine().search(replace(query, page=page, page_size=PAGE, facets=())).hits:
            if given < most:
                yield hit
            given += 1


def _asked(request: HttpRequest) -> Query:
    """The search of the address. TooManyExports."""
    place = client_ip(request)
    try:
        FROM_ONE_PLACE.check(place)
    except TooManyAttempts:
        raise TooManyExports() from None
    FROM_ONE_PLACE.count(place)
    return query_of(state_of(request.GET), Labels())


def _plain(value: Any) -> Any:
    """A text without what neither XML nor a workbook can hold."""
    return analysis.clean(value) if isinstance(value, str) else value


def _cell(sheet: Any, value: Any) -> Any:
    """A cell that is text where its value is: nothing that people typed becomes a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
