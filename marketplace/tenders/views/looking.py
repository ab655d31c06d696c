"""What the screens of a purchase show beside their fields, and the whole of it before it is published."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules.ruledata import Selection
from marketplace.core import clock
from marketplace.tenders import presentation, queries, screens, services
from marketplace.tenders.beacons import registry as beacons
from marketplace.tenders.eligibility import needs_of, report
from marketplace.tenders.forms import DraftForm, HowForm
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.rules import Problem, proposal_settings
from marketplace.tenders.selection import registry

MOST_LISTED = 200  # agencies in the list of suggestions


def beside(screen: str, draft: Tender, asked: list[Requirement] | None) -> dict[str, Any]:
    """The usual price beside item and money, the market beside the requirements."""
    if screen == "what":
        return {"item": draft.item, "usual": queries.usual_price(draft.item)}
    if screen == "scope":
        usual = queries.usual_price(draft.item)
        return {"usual": usual, "kept": services.overridden(draft), "price_hint": _price_hint(draft, usual)}
    if screen == "who":
        return {"count": queries.market_count(draft, catalogue.current_rules(), asked)}
    return {}


def _price_hint(draft: Tender, usual: queries.UsualPrice) -> str:
    """How the ceiling lies to what others paid, or to the catalogue's range where there are few."""
    if draft.ceiling is None:
        return ""
    if usual.lower is None or usual.upper is None:
        if draft.ceiling > usual.high:
            return _("最高限价高于目录参考价，请确认范围是否更大。")
        return _("最高限价低于目录参考价，可能少有机构响应。") if draft.ceiling < usual.low else ""
    if draft.ceiling < usual.lower:
        return _("最高限价低于四分之三的成交价，可能少有机构响应。")
    return _("最高限价高于四分之三的成交价，请确认范围是否更大。") if draft.ceiling > usual.upper else ""


def methods(draft: Tender, form: DraftForm) -> dict[str, Any]:
    """At most three lawful methods as cards, the best first; the one that is set among them where it is lawful."""
    assert isinstance(form, HowForm)
    data = catalogue.current_rules()
    count = queries.market_count(draft, data)
    offered = [(each.method, each.reason) for each in services.offered(draft, eligible=count.eligible)]
    keys = [key for key, _reason in offered]
    if draft.method not in keys and services.is_lawful(draft) and draft.method in registry.announced():
        offered = [*offered[:2], (draft.method, "")]
    chosen = form["method"].value()
    if chosen not in [key for key, _reason in offered] and offered:
        chosen = offered[0][0]
    return {
        "count": count,
        "cards": [_card(draft, form, key, reason, key == chosen) for key, reason in offered],
        "suggested": _offering(draft) if any(key == "direct" for key, _reason in offered) else [],
        "wrong_settings": form.settings[chosen]
        if chosen in form.settings and form.has_wrong_settings(chosen)
        else None,
    }


def _card(draft: Tender, form: HowForm, key: str, reason: str, is_chosen: bool) -> dict[str, Any]:
    """A method to choose: its words, when its result is known, and its own settings."""
    other, data, settings = copy(draft), catalogue.current_rules(), form.settings[key]
    other.method = key
    usual = _usual_settings(key, settings, data.selection)
    return {
        "method": registry.get(key),
        "reason": reason,
        "dates": presentation.dates(other, data),
        "settings": settings,
        "usual": usual,
        "is_open": not usual
        or any(bound.value() or bound.errors for bound in settings if settings.is_bound)
        or (draft.method == key and bool(draft.method_settings)),
        "is_chosen": is_chosen,
    }


def _usual_settings(key: str, settings: Form, selection: Selection) -> str:
    """What holds for a method when nothing is set, in words; "" where something must be."""
    if key == "merit":
        return "、".join(f"{settings[name].label} {weight}" for name, weight in selection.merit_weights.items())
    if key == "reference_price":
        return _("由公开抽取决定，%(low)d%%–%(high)d%%") % {
            "low": min(selection.reference_base),
            "high": max(selection.reference_base),
        }
    if key == "proposal":
        whole = proposal_settings({}, catalogue.current_rules())
        criteria = "、".join(f"{one['name']} {one['weight']}" for one in whole["criteria"])
        return _("%(criteria)s；%(n)d 名评审人") % {"criteria": criteria, "n": whole["reviewers"]}
    if key == "average_price":
        return _("剔除极端报价") if selection.average_outliers else _("不剔除极端报价")
    return _("抽取 %(n)d 家入围") % {"n": selection.two_stage} if key == "two_stage" else ""


def whole(draft: Tender) -> dict[str, Any]:
    """Everything of a draft on one page."""
    data = catalogue.current_rules()
    method = registry.get(draft.method)
    found = services.problems(draft)
    chosen = None
    if draft.chosen_agency is not None and not method.takes_bids:
        facts = agencies.facts(draft.chosen_agency)
        chosen = report(draft, needs_of(draft, data), facts, clock.today())
    return {
        "tender": draft,
        "steps": screens.steps(draft.pk, found, screens.LOOK),
        "before": screens.before(screens.LOOK),
        "method": method,
        "method_words": presentation.method_words(draft),
        "problems": [(problem, screens.address_of(draft.pk, problem.field)) for problem in found],
        "checks": _checks(found),
        "overridden": services.overridden(draft),
        "dates": presentation.dates(draft, data),
        "asked": presentation.asked_for(draft, list(draft.requirements.select_related("type"))),
        "files": list(draft.attachments.all()),
        "usual": queries.usual_price(draft.item),
        "count": queries.market_count(draft, data) if method.takes_bids else None,
        "chosen": chosen,
        "recused": list(draft.recusals.filter(by_buyer=True).select_related("agency__organisation")),
        "source": beacons.get(draft.draw_source) if method.takes_bids else None,
        **{f"{screen.key}_url": screens.url_of(draft.pk, screen.key) for screen in screens.SCREENS},
    }


CHECKS = (  # what is checked before publishing: the beginnings of the keys of problems that it is about
    (gettext_lazy("招标和政府采购限额"), ("compulsory_tendering", "procurement_limit", "direct_limit")),
    (gettext_lazy("属于中介超市的范围"), ("item_retired", "lint_secret", "lint_emergency")),
    (gettext_lazy("没有化整为零"), ("splitting",)),
    (gettext_lazy("公平竞争"), ("lint_",)),
    (gettext_lazy("资质要求合法"), ("type_", "grade_")),
)


def _checks(found: Iterable[Problem]) -> list[tuple[str, bool]]:
    """The checks that are made before publishing, each with whether it is passed."""
    keys = [problem.key for problem in found]
    return [(str(label), not any(key.startswith(starts) for key in keys)) for label, starts in CHECKS]


def _offering(draft: Tender) -> list[Agency]:
    """Agencies to suggest for a direct choice: admitted ones that offer the item."""
    found = agencies.public().filter(state=Agency.State.ACTIVE, offers__item=draft.item, offers__is_active=True)
    return list(found.select_related("organisation").order_by("organisation__name").distinct()[:MOST_LISTED])
