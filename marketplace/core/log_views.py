"""The public log at /log/: a page for people, and JSON for witnesses and verifiers. Anybody may read it, from any site.

Only numbered entries under a signed head are there, so nothing shows before its time. What depends on the newest head
may be kept by caches for seconds, what can't change any more for a year.
"""

import re
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core import keys, log, log_proof, log_tree, log_words, merkle
from marketplace.core.errors import DomainError
from marketplace.core.models import LogEntry, LogHead

PER_PAGE = 20
MOST_ENTRIES = 200
SECONDS_NEWEST, SECONDS_FIXED = 5, 31_536_000
PUBLIC = LogEntry.Log.PUBLIC
_NUMBER = re.compile(r"[0-9]{1,18}")
_HASH = re.compile(r"[0-9a-f]{64}")


class BadParameter(DomainError):
    """A parameter is missing, or not what it should be; `field` names it."""

    code = "bad_parameter"
    status = 400


class NotThere(DomainError):
    """The public log holds nothing like this."""

    code = "not_there"
    status = 404


class Numbered:
    """The public entries up to a head, newest first, to be cut by number instead of counted and skipped."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, cut: slice) -> "QuerySet[LogEntry]":
        return _entries(self.size - cut.stop + 1, self.size - cut.start).order_by("-number")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest head, how to witness it, and the entries, newest first."""
    head = log.latest_public_head()
    numbered: Any = Numbered(head.number if head else 0)
    page: Page[LogEntry] = Paginator(numbered, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"entry": entry, "name": log_words.name(entry.action)} for entry in page.object_list]
    context = {"head": head, "page": page, "rows": rows, "key": bytes(keys.verify_key()).hex()}
    return render(request, "core/log.html", context)


@require_safe
def newest_head(request: HttpRequest) -> JsonResponse:
    """The newest signed head: `{version, log, size, root, timestamp, signature}`."""
    return _json(log_tree.published_head(_newest()), SECONDS_NEWEST)


@require_safe
def head_at(request: HttpRequest, size: str) -> JsonResponse:
    """The head that was signed at exactly this size."""
    return _json(log_tree.published_head(_signed_at(_number("size", size))), SECONDS_FIXED)


@require_safe
def entries(request: HttpRequest) -> JsonResponse:
    """The entries `start` to `end`, at most MOST_ENTRIES: `{log, size, start, end, entries: [{leaf_hash, entry}]}`."""
    size = _newest().number
    start = _within("start", _number("start", request.GET.get("start")), size)
    end = _number("end", request.GET.get("end", str(min(start + MOST_ENTRIES - 1, size))))
    if end < start:
        raise BadParameter(_("参数 end 不能小于参数 start。"), field="end")
    last = min(end, start + MOST_ENTRIES - 1, size)
    found = [
        {"leaf_hash": entry.hash, "entry": log_proof.content(entry)}
        for entry in _entries(start, last).order_by("number")
    ]
    value = {"log": PUBLIC, "size": size, "start": start, "end": last, "entries": found}
    return _json(value, SECONDS_NEWEST)


@require_safe
def entry(request: HttpRequest, number: str) -> JsonResponse:
    """One entry with its proof under the newest head, or under the one signed at `size`: as `log.proof_of` gives it."""
    newest = _newest()
    wanted = _within("number", _number("number", number), newest.number)
    head, seconds = newest, SECONDS_NEWEST
    if "size" in request.GET:
        head, seconds = _signed_at(_number("size", request.GET["size"])), SECONDS_FIXED
    if wanted > head.number:
        raise _smaller_than(wanted)
    return _json(log.proof_of(_entries(wanted, wanted).get(), head), seconds)


@require_safe
def inclusion(request: HttpRequest) -> JsonResponse:
    """The path from a leaf hash to the root of the first `size` entries (any size up to the newest head's)."""
    newest = _newest()
    leaf = request.GET.get("leaf", "").lower()
    if not _HASH.fullmatch(leaf):
        raise BadParameter(_("参数 leaf 应为叶子哈希：64 位十六进制数。"), field="leaf")
    size, seconds = _size("size", request, newest)
    number = LogEntry.objects.filter(log=PUBLIC, number__isnull=False, hash=leaf).values_list("number", flat=True)
    found = number.first()
    if found is None or found > newest.number:
        raise NotThere(_("公开日志中没有这个叶子哈希。"), field="leaf")
    if found > size:
        raise _smaller_than(found)
    read = log_tree.reader(PUBLIC)
    path = merkle.inclusion_proof(found - 1, size, read)
    value = {"leaf_hash": leaf, "number": found, "size": size, "root": merkle.root_at(size, read).hex()}
    return _json({"log": PUBLIC, **value, "path": _hex(path), "head": _published_at(size)}, seconds)


@require_safe
def consistency(request: HttpRequest) -> JsonResponse:
    """That the first `second` entries begin with the first `first` (any sizes up to the newest head's)."""
    newest = _newest()
    first = _within("first", _number("first", request.GET.get("first")), newest.number)
    second, seconds = _size("second", request, newest)
    if second < first:
        raise BadParameter(_("参数 second 不能小于参数 first。"), field="second")
    read = log_tree.reader(PUBLIC)
    path = merkle.consistency_proof(first, second, read)
    roots = {"first_root": merkle.root_at(first, read).hex(), "second_root": merkle.root_at(second, read).hex()}
    value = {"log": PUBLIC, "first": first, "second": second, **roots, "path": _hex(path)}
    return _json({**value, "head": _published_at(second)}, seconds)


@require_safe
def key(request: HttpRequest) -> JsonResponse:
    """The public key that the heads are signed with."""
    value = {"version": log_proof.VERSION, "algorithm": "Ed25519", "key": bytes(keys.verify_key()).hex()}
    return _json(value, 300)


# --- what is asked for ------------------------------------------------------------------------------------------------
def _newest() -> LogHead:
    head = log.latest_public_head()
    if head is None:
        raise NotThere(_("公开日志还没有条目。"))
    return head


def _number(name: str, text: str | None) -> int:
    if not text:
        raise BadParameter(_("缺少参数 %(name)s。") % {"name": name}, field=name)
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise BadParameter(_("参数 %(name)s 应为正整数。") % {"name": name}, field=name)
    return int(text)


def _within(name: str, number: int, size: int) -> int:
    if number > size:
        words = _("参数 %(name)s 超出范围：公开日志目前有 %(size)d 条。") % {"name": name, "size": size}
        raise NotThere(words, field=name)
    return number


def _size(name: str, request: HttpRequest, newest: LogHead) -> tuple[int, int]:
    """The size asked for, or the newest head's; and for how long the answer holds."""
    if name not in request.GET:
        return newest.number, SECONDS_NEWEST
    return _within(name, _number(name, request.GET[name]), newest.number), SECONDS_FIXED


def _signed_at(size: int) -> LogHead:
    heads = LogHead.objects.filter(log=PUBLIC)
    found = heads.filter(number=size).first()
    if found is None:
        before, after = heads.filter(number__lt=size).order_by("-number"), heads.filter(number__gt=size)
        near = [head.number for head in (before.first(), after.order_by("number").first()) if head is not None]
        words = _("没有条数为 %(size)d 的签名头，相邻的签名头的条数为：%(near)s。")
        raise NotThere(words % {"size": size, "near": ", ".join(map(str, near)) or "—"}, field="size")
    return found


def _smaller_than(number: int) -> BadParameter:
    words = _("参数 size 小于该条目的编号 %(number)d：那时它还不在日志中。") % {"number": number}
    return BadParameter(words, field="size")


# --- what is answered -------------------------------------------------------------------------------------------------
def _entries(start: int, end: int) -> "QuerySet[LogEntry]":
    return LogEntry.objects.filter(log=PUBLIC, number__gte=start, number__lte=end)


def _published_at(size: int) -> dict[str, Any] | None:
    head = LogHead.objects.filter(log=PUBLIC, number=size).first()
    return log_tree.published_head(head) if head else None


def _hex(path: list[bytes]) -> list[str]:
    return [each.hex() for each in path]


def _json(value: dict[str, Any], seconds: int) -> JsonResponse:
    response = JsonResponse(value, json_dumps_params={"ensure_ascii": False})
    fixed = ", immutable" if seconds == SECONDS_FIXED else ""
    response["Cache-Control"] = f"public, max-age={seconds}{fixed}"
    response["Access-Control-Allow-Origin"] = "*"  # a verifier runs on its owner's page, or from disk
    return response
