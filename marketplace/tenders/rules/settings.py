"""A method's settings: within the RuleSet's bounds when published, and complete for the record."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from marketplace.catalogue.rules import RuleData
from marketplace.tenders.selection import credit_shortlist, merit, proposal, reference_price, two_stage

Wrong = tuple[str, str]  # the settings form's field, and the sentence


def wrong_settings(method: str, settings: Mapping[str, Any], rules: RuleData) -> tuple[Wrong, ...]:
    """What lies outside the bounds of the RuleSet, each with its field and a sentence."""
    selection = rules.selection
    found: dict[str, Iterator[Wrong]] = {
        "two_stage": _within(settings, {"k": selection.two_stage_bounds}),
        "reference_price": _within(settings, {"base": (min(selection.reference_base), max(selection.reference_base))}),
        "credit_shortlist": _within(
            settings, {"big": selection.shortlist_big_bounds, "small": selection.shortlist_small_bounds}
        ),
        "merit": _weights(settings.get("weights") or {}, rules),
        "proposal": _panel(settings, rules),
    }
    return (*found.get(method, ()), *_fixed_price(method, settings))


def case_settings(method: str, settings: Mapping[str, Any], rules: RuleData) -> dict[str, Any]:
    """The settings for the case file: the tender's own, and what the RuleSet sets otherwise than the method's default.

    So the record alone says by which numbers it was judged.
    """
    selection = rules.selection
    ruled: dict[str, dict[str, tuple[Any, Any]]] = {  # key of the case file: the RuleSet's value, the method's default
        "average_price": {"outliers": (selection.average_outliers, False)},
        "reference_price": {"bases": (list(selection.reference_base), [int(base) for base in reference_price.BASES])},
        "two_stage": {"k": (selection.two_stage, two_stage.DRAWN)},
        "draw": {"weighted": (selection.weighted_draw, False)},
        "credit_shortlist": {
            "big": (selection.shortlist_big, credit_shortlist.BIG),
            "small": (selection.shortlist_small, credit_shortlist.SMALL),
        },
        "merit": {
            "weights": (dict(selection.merit_weights), {name: int(w) for name, w in merit.WEIGHTS.items()}),
            "performance_cap": (selection.performance_cap, int(merit.CAP)),
        },
    }
    differing = {key: value for key, (value, default) in ruled.get(method, {}).items() if value != default}
    own = dict(settings)
    if method == "proposal":
        own = proposal_settings(settings, rules)
    if "weights" in differing and own.get("weights"):
        own["weights"] = {**differing["weights"], **own["weights"]}
    return differing | own


def proposal_settings(settings: Mapping[str, Any], rules: RuleData) -> dict[str, Any]:
    """`criteria` and `reviewers` of a proposal's tender, always both: the sheets are read by them."""
    usual: dict[str, Any] = {
        "criteria": [dict(one) for one in proposal.CRITERIA],
        "reviewers": min(rules.selection.reviewers),
    }
    return usual | {key: value for key, value in settings.items() if value}


def _panel(settings: Mapping[str, Any], rules: RuleData) -> Iterator[Wrong]:
    whole = proposal_settings(settings, rules)
    if wrong := proposal.wrong_criteria(whole["criteria"]):
        yield "criteria", wrong
    if whole["reviewers"] not in rules.selection.reviewers:
        allowed = "、".join(map(str, rules.selection.reviewers))
        yield "reviewers", _("按本地区规则评审人数可为 %(allowed)s。") % {"allowed": allowed}


def _within(settings: Mapping[str, Any], bounds: Mapping[str, tuple[int, int]]) -> Iterator[Wrong]:
    for name, (least, most) in bounds.items():
        number = _number(settings.get(name))
        if number is not None and not least <= number <= most:
            values = {"least": least, "most": most}
            yield name, _("按本地区规则须在 %(least)d 到 %(most)d 之间。") % values


def _weights(given: Mapping[str, Any], rules: RuleData) -> Iterator[Wrong]:
    yield from _within(given, rules.selection.merit_weight_bounds)
    weights = {**rules.selection.merit_weights, **given}
    if sum((_number(weight) or Decimal(0) for weight in weights.values()), Decimal(0)) != 100:
        yield "price", _("各项权重之和须为 100。")


def _fixed_price(method: str, settings: Mapping[str, Any]) -> Iterator[Wrong]:
    """At a fixed price the announcement must name it."""
    if method in ("draw", "credit_shortlist", "rotation") and not _number(settings.get("price")):
        yield "price", _("请填写固定价格，须大于 0。")


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
