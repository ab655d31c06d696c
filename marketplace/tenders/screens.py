"""The five screens of a purchase: which field stands on which, where a mistake leads, and how far a draft has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.rules import RuleData
from marketplace.tenders import rules
from marketplace.tenders.forms import DraftForm, HowForm, ScopeForm, WhatForm, WhoForm
from marketplace.tenders.models import Tender
from marketplace.tenders.rules import Problem
from marketplace.tenders.selection import registry
from marketplace.tenders.services.checks import bare_plan

LOOK = "look"
ROWS_OF = "who"  # the screen with the rows of qualifications


@dataclass(frozen=True)
class Screen:
    """A screen: its word in addresses, its name, and its form (the last has none)."""

    key: str
    label: str | Promise
    form: type[DraftForm] | None


SCREENS = (
    Screen("what", _("买什么"), WhatForm),
    Screen("scope", _("范围与金额"), ScopeForm),
    Screen("who", _("谁能参加"), WhoForm),
    Screen("how", _("怎么选"), HowForm),
    Screen(LOOK, _("核对发布"), None),
)
FORMS = {screen.key: screen.form for screen in SCREENS if screen.form is not None}
ELSEWHERE = {  # a rule's field: the form's
    "price": ("how", "direct-price"),
    "requirements": (ROWS_OF, "form-0-kind"),
    "draw_source": (LOOK, "draw_source"),
}


def place_of(field: str) -> tuple[str, str]:
    """The screen on which a problem's field stands, and the field's name there."""
    if field in ELSEWHERE:
        return ELSEWHERE[field]
    for key, form in FORMS.items():
        if field in form.base_fields:
            return key, field
    return "how", field  # a method's own settings


def url_of(pk: int, screen: str) -> str:
    """The address of a draft's screen."""
    return reverse("tender_preview", args=[pk]) if screen == LOOK else reverse("tender_screen", args=[pk, screen])


def address_of(pk: int, field: str) -> str:
    """Where a problem's field is mended."""
    screen, name = place_of(field)
    if field == "draw_source":
        return reverse("tender_source", args=[pk])
    return f"{url_of(pk, screen)}#id_{name}"


def first_open(problems: Iterable[Problem]) -> str:
    """The first screen on which something is missing; the last one where nothing is."""
    open_ones = {place_of(problem.field)[0] for problem in problems}
    return next((screen.key for screen in SCREENS if screen.key in open_ones), LOOK)


def after(screen: str) -> Screen:
    """The screen that comes next."""
    keys = [each.key for each in SCREENS]
    return SCREENS[min(keys.index(screen) + 1, len(SCREENS) - 1)]


def before(screen: str) -> Screen | None:
    """The screen before, None on the first."""
    at = [each.key for each in SCREENS].index(screen)
    return SCREENS[at - 1] if at else None


def steps(pk: int | None, problems: Iterable[Problem], now: str) -> list[dict[str, Any]]:
    """The row of steps, for tenders/_steps.html: each with its address and how many things are still to be done."""
    counts: dict[str, int] = {}
    for problem in problems:
        key = place_of(problem.field)[0]
        counts[key] = counts.get(key, 0) + 1
    return [
        {
            "key": screen.key,
            "label": screen.label,
            "url": url_of(pk, screen.key) if pk else "",
            "now": screen.key == now,
            "open": counts.get(screen.key, 0),
            "done": pk is not None and screen.key != LOOK and not counts.get(screen.key),
        }
        for screen in SCREENS
    ]


def standing(draft: Tender, data: RuleData) -> dict[str, Any]:
    """How far a draft has come, for lists: the screen to go on with, its number, how many things are missing.

    From what was loaded with it (item, region, chosen agency, requirements): no query of its own.
    """
    plan = bare_plan(draft, draft.requirements.all())
    found = rules.problems(plan, data, registry.announced())
    key = first_open(found)
    number = next(n for n, screen in enumerate(SCREENS, 1) if screen.key == key)
    return {"number": number, "label": SCREENS[number - 1].label, "missing": len(found)}
