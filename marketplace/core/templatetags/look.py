"""The tags and filters of the house's look. They are built in: every template has them without a load tag."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core import clock, display, form_display
from marketplace.core.templatetags import look_values

register = template.Library()
register.filters.update(look_values.register.filters)

# Which icon stands in a state's chip; the colour comes from the class z-st-<tone>.
TONES: Mapping[str, str] = {
    "notice": "speakerphone",
    "signup": "pencil-plus",
    "sealed": "lock",
    "opened": "lock-open",
    "standstill": "eye",
    "awarded": "award",
    "running": "progress-check",
    "done": "circle-check",
    "failed": "circle-off",
    "alert": "clock-exclamation",
    "yellow": "alert-square",
    "red": "alert-octagon",
    "verify": "shield-check",
    "plain": "point",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "circle-x",
    "info": "info-circle",
    "draft": "pencil",
    "waiting": "hourglass",
    "paused": "player-pause",
}
NOTES: Mapping[str, str] = {
    "info": "info-circle",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "ver": "shield-check",
}


# --- signs ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A picture of the sprite; decoration beside words, or with `label` an image that says it."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    classes = f"z-i {css}".strip()
    return format_html(
        '<svg class="{}" {}><use href="{}#i-{}"></use></svg>', classes, spoken, static("icons/sprite.svg"), name
    )


@register.filter
def stars(value: Decimal | float | int | str | None) -> SafeString:
    """A star and the rating of 1 to 5, `暂无评价` when there is none."""
    text = display.score(value)
    if not text:
        return format_html('<span class="z-meta">{}</span>', _("暂无评价"))
    spoken = _("%(score)s 分，满分 5 分") % {"score": text}
    return format_html(
        '<span class="z-nw">{}<span aria-hidden="true"> {}</span><span class="visually-hidden">{}</span></span>',
        icon("star", css="z-star"),
        text,
        spoken,
    )


@register.simple_tag
def chip(state: Any, tone: str = "") -> SafeString:
    """A state as shape, word and colour: an object with .label, .tone (and .icon), a pair (label, tone), or a text."""
    label, own_tone, sign = _state_parts(state)
    shade = tone or own_tone
    if shade not in TONES:
        shade = "plain"
    return (
        format_html('<span class="z-st z-st-{}">{}{}</span>', shade, icon(sign or TONES[shade]), label)
        if label
        else SafeString("")
    )


def _state_parts(state: Any) -> tuple[str, str, str]:
    if isinstance(state, (tuple, list)):
        return str(state[0]), str(state[1]), str(state[2]) if len(state) > 2 else ""
    if isinstance(state, Mapping):
        return str(state.get("label", "")), str(state.get("tone", "")), str(state.get("icon", ""))
    if hasattr(state, "label"):
        return str(state.label), str(getattr(state, "tone", "")), str(getattr(state, "icon", ""))
    return str(state or ""), "", ""


@register.simple_tag
def seal(value: str | bytes, checked: bool = False) -> SafeString:
    """The seal strip: 24 bars drawn from a hash, violet while sealed, teal once checked. Same bars, same bid."""
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="3" height="{}"/>',
        ((5 * index + 1, 20 - height, height) for index, height in enumerate(display.seal_bars(value))),
    )
    label = _("封签 %(hash)s") % {"hash": display.short_hash(value)}
    css = "z-seal z-seal-ok" if checked else "z-seal"
    return format_html('<svg class="{}" viewBox="0 0 120 20" role="img" aria-label="{}">{}</svg>', css, label, bars)


@register.inclusion_tag("components/countdown.html")
def countdown(
    due: datetime | None, start: datetime | None = None, big: bool = False, after: str = ""
) -> dict[str, Any]:
    """The time left until `due`, ticking by the server's clock. With `start` a bar shows the share that is over."""
    words = after or _("已截止")
    text = words if due is not None and due < clock.now() else display.remaining(due or None)
    return {
        "due": due,
        "start": start,
        "big": big,
        "after": words,
        "text": text,
        "elapsed": display.elapsed_percent(start or None, due or None),
    }


# --- addresses --------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query_string(context: Context, *changes: Any, **values: Any) -> str:
    """The page's own query with changes, "?…" (or "?" alone): `page=None` drops, `sort="price"` sets;
    `"toggle" "region" code` adds or takes away one value of several. The page number goes unless it is given.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in values:
        query.pop("page", None)
    for name, value in values.items():
        query.pop(name, None)
        if isinstance(value, (list, tuple)):
            query.setlist(name, [str(each) for each in value])
        elif value not in (None, ""):
            query[name] = str(value)
    for act, name, value in zip(changes[0::3], changes[1::3], changes[2::3], strict=True):
        _change(query, act, name, str(value))
    return f"?{query.urlencode()}"


def _change(query: QueryDict, act: str, name: str, value: str) -> None:
    rest = [each for each in query.getlist(name) if each != value]
    there = len(rest) != len(query.getlist(name))
    if act == "add" or (act == "toggle" and not there):
        rest.append(value)
    query.setlist(name, rest)
    if not rest:
        query.pop(name, None)


@register.simple_tag
def language_prefix() -> str:
    """What stands before the addresses of the present language: nothing for Chinese, `/en` for English."""
    return "/en" if (get_language() or "").startswith("en") else ""


@register.simple_tag(takes_context=True)
def language_url(context: Context, language: str) -> str:
    """This same page in the other language."""
    request = context.get("request")
    if request is None:
        return "/en/" if language == "en" else "/"
    target = translate_url(request.get_full_path(), language)
    return re.sub(r"^/en(?=/|$)", "", target) or "/" if language != "en" else target


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """Where we are: labels and addresses by turns, the last label alone: `"采购公告" url "ZJ-2026-000412"`.

    首页 comes by itself.
    """
    pairs = [(str(parts[i]), str(parts[i + 1] or "") if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
    return {"trail": pairs[:-1], "current": pairs[-1][0] if pairs else "", "prefix": language_prefix()}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: "Page[Any]", unit: str = "") -> dict[str, Any]:
    """The pages of a list, keeping the rest of the query; `unit` is the counting word (家, 项, 条)."""
    pages = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {
        "page": page,
        "pages": pages,
        "unit": unit or _("条"),
        "gap": page.paginator.ELLIPSIS,
        "request": context.get("request"),
    }


# --- forms ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """A whole form field: label, hint, error, control.

    Options: `hint`, `label`, `placeholder`, `prefix`, `suffix`, `stored`, `full`, `css`, `optional`.
    """
    own = {name: options[name] for name in ("hint", "stored", "placeholder") if name in options}
    shown = form_display.shown(bound, **own)
    if shown.kind == "hidden":
        return mark_safe(shown.control)
    return render_to_string(
        "components/field.html",
        {"shown": shown, "field": bound, "label": options.get("label") or bound.label, **_framing(options)},
    )


def _framing(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: options.get(name, "") for name in ("prefix", "suffix", "full", "css", "optional")}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Any, kept: bool = True, title: str = "") -> dict[str, Any]:
    """All errors of the forms and formsets, with links to the fields; `kept` says that nothing typed is lost."""
    return {"problems": form_display.problems(sources), "kept": kept, "title": title}


# --- blocks -----------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def panel(content: str, title: str = "", **options: Any) -> SafeString:
    """A panel around the block. Options: `id`, `link`, `link_label`, `meta`, `foot`, `pad` (true), `css`, `level`."""
    return render_to_string("components/panel.html", {"title": title, "content": content, "pad": True, **options})


@register.simple_block_tag
def note(content: str, tone: str = "info", title: str = "", **options: Any) -> SafeString:
    """A note in the text; tone info, ok, warn, bad or ver. Options: `icon`, `role`."""
    sign = options.pop("icon", "") or NOTES.get(tone, NOTES["info"])
    return render_to_string(
        "components/note.html", {"content": content, "tone": tone, "title": title, "icon_name": sign, **options}
    )


@register.simple_block_tag
def tray(content: str, label: str = "") -> SafeString:
    """The bar at the bottom of the window: the time and the act of this page, for narrow screens and selections."""
    return render_to_string("components/tray.html", {"content": content, "label": label})


def known_icons() -> Sequence[str]:
    """The names of all icons in the sprite."""
    from django.contrib.staticfiles import finders

    path = finders.find("icons/sprite.svg")
    with open(str(path), encoding="utf-8") as sprite:
        return re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite.read())
