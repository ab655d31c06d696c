"""The supervisors' pages of what is kept for inspectors: choose a tender, say why, look, take away."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.roles import StaffRole
from marketplace.core.errors import DomainError
from marketplace.core.spreadsheets import harmless
from marketplace.tenders.due import bring_up_to_date
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.models import Tender
from marketplace.tenders.queries import inspection as queries
from marketplace.tenders.rules import inspection as rules
from marketplace.tenders.services import inspecting

supervisor_needed = staff_needed(StaffRole.SUPERVISOR)
PER_PAGE, ROWS_PER_PAGE = 20, 100
KIND_WORDS = {
    rules.SESSION: gettext_lazy("同一登录会话"),
    rules.PERSON: gettext_lazy("同一账号"),
    rules.FILE: gettext_lazy("同一文件"),
    rules.ADDRESS: gettext_lazy("同一地址"),
    rules.AUTHOR: gettext_lazy("文件作者相同"),
    rules.EDITOR: gettext_lazy("文件最后修改人相同"),
    rules.BROWSER: gettext_lazy("浏览器特征相同（仅供参考）"),
}
ACT_WORDS = {
    "placed": gettext_lazy("提交报价"),
    "withdrawn": gettext_lazy("撤回报价"),
    "confirmed": gettext_lazy("确认报价"),
}
COLUMNS = ("part", "at", "holder", "person", "address", "session", "browser", "detail", "shared")


@supervisor_needed
@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """Every tender that was ever submitted, to choose one."""
    words = request.GET.get("q", "").strip()[:60]
    found = queries.searched(queries.inspectable(acting(request)), words)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "tenders/inspections.html", {"page": page, "q": words})


@supervisor_needed
@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: HttpRequest, number: str) -> HttpResponse:
    """Why one looks; then the record."""
    found, actor = _tender(request, number), acting(request)
    form = ReasonForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            look = inspecting.begin_look(found, form.cleaned_data["reason"], by=actor)
            return redirect("inspection_record", number, look.pk)
        except DomainError as error:
            if error.status == 403:
                raise
            form.refuse(error)
    context = {"tender": found, "form": form, "minutes": int(inspecting.LASTS.total_seconds() // 60)}
    return render(request, "tenders/inspection.html", context, status=422 if form.errors else 200)


@never_cache
@supervisor_needed
@require_safe
def inspection_record(request: HttpRequest, number: str, look: UUID) -> HttpResponse:
    """The record, while the look lasts."""
    found = _tender(request, number)
    seen = inspecting.look_at(found, look, by=acting(request))
    if seen is None:
        messages.info(request, _("这次查看已经结束，请再次写明理由。"))
        return redirect("inspection", number)
    entry, record = seen
    names = {came.holder: came.name for came in record.came} | {paper.holder: paper.name for paper in record.papers}
    came = Paginator(record.came, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "tender": found,
        "look": entry,
        "record": record,
        "hits": [(KIND_WORDS[hit.kind], hit, [names.get(each, each) for each in hit.holders]) for hit in record.hits],
        "page": came,
        "came": [_marked_act(each, record) for each in came],
        "papers": [_marked_paper(each, record) for each in record.papers],
        "edits": [(trace, _changes(trace.data["changes"])) for trace in record.edits],
        "counts": [_count(trace.data) for trace in record.counts],
    }
    return render(request, "tenders/inspection_record.html", context)


@never_cache
@supervisor_needed
@require_safe
def inspection_csv(request: HttpRequest, number: str, look: UUID) -> HttpResponse:
    """The record as a table file."""
    found = _tender(request, number)
    record = inspecting.export(found, look, by=acting(request))
    if record is None:
        return redirect("inspection", number)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}-inspection.csv"'
    response.write("\ufeff")  # spreadsheets take it for UTF-8 then
    rows = [COLUMNS, *queries.any_rows(record)]
    csv.writer(response).writerows([harmless(cell) for cell in row] for row in rows)
    return response


def _tender(request: HttpRequest, number: str) -> Tender:
    def find() -> Tender:
        found: Tender = get_object_or_404(queries.inspectable(acting(request)), number=number)
        return found

    found = find()
    return find() if bring_up_to_date(found) else found


def _marked_act(came: queries.Came, record: queries.Record) -> dict[str, Any]:
    shared = record.shared
    return {
        "came": came,
        "act": ACT_WORDS.get(came.act, came.act),
        "same_address": (rules.ADDRESS, came.address) in shared,
        "same_session": (rules.SESSION, came.session) in shared,
        "same_person": (rules.PERSON, came.person) in shared,
        "same_browser": (rules.BROWSER, queries.browser_of(came)) in shared,
    }


def _marked_paper(paper: queries.Paper, record: queries.Record) -> dict[str, Any]:
    shared = record.shared
    said = paper.said
    return {
        "paper": paper,
        "is_buyers": paper.holder == queries.BUYER,
        "same_file": (rules.FILE, paper.sha256) in shared,
        "same_author": (rules.AUTHOR, said.get("author", "")) in shared,
        "same_editor": (rules.EDITOR, said.get("editor", "")) in shared,
    }


def _changes(changed: dict[str, list[Any]]) -> list[tuple[str, str, str]]:
    """Label, before and after of each field that an edit changed."""
    words = {"requirements": _("资格要求"), "attachments": _("附件"), "method_settings": _("选取方式的设置")}

    def label(name: str) -> str:
        return words.get(name) or str(getattr(Tender._meta.get_field(name), "verbose_name", name))

    def text(value: Any) -> str:
        return "" if value in (None, [], {}, "") else str(value)

    return [(label(name), text(before), text(after)) for name, (before, after) in changed.items()]


def _count(data: dict[str, Any]) -> dict[str, Any]:
    words, alone = data.get("rules", {}), data.get("alone", {})
    cut = sorted(data["cut"].items(), key=lambda pair: -pair[1])
    return data | {"cut": [(words.get(key, key), n, alone.get(key, 0)) for key, n in cut]}
