"""M3, the proposal: reviewers score what was proposed, anonymised; the highest mean wins."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.tenders.selection import draw, validity
from marketplace.tenders.selection.base import Case, Outcome, SettingsForm, text_of
from marketplace.tenders.selection.casefile import CaseError
from marketplace.tenders.selection.exact import DROP_EXTREMES_AT, mean_score, shown
from marketplace.tenders.selection.ranking import codes, price_of, ranked

PANELS = (3, 5, 7)
CRITERIA: tuple[Mapping[str, str], ...] = (
    {"name": "服务方案", "weight": "40"},
    {"name": "项目团队", "weight": "25"},
    {"name": "进度安排", "weight": "20"},
    {"name": "质量保证", "weight": "15"},
)
MOST_CRITERIA, MOST_NAME = 10, 40
LINE = re.compile(r"(.*?)[\s：:]+([0-9]+(?:\.[0-9]+)?)\s*(?:分|%|％)?")


class ProposalSettings(SettingsForm):
    """The criteria, one a line with its weight, and how many reviewers score; what is left empty keeps the default."""

    criteria = forms.CharField(
        label=_("评审标准和权重"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一项：名称、空格、权重，如“服务方案 40”。权重之和须为 100；留空即用默认标准。"),
    )
    reviewers = forms.TypedChoiceField(
        label=_("评审人数"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("默认")), *[(str(n), str(n)) for n in PANELS]],
        help_text=_("5 人及以上去掉一个最高分和一个最低分。评审人在发布后指定。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = kwargs.get("initial")
        if isinstance(initial, dict) and isinstance(initial.get("criteria"), list):
            kwargs["initial"] = initial | {"criteria": written(initial["criteria"])}
        super().__init__(*args, **kwargs)

    def clean_criteria(self) -> list[dict[str, str]] | None:
        """The lines as name and weight; None for the default."""
        text: str = self.cleaned_data.get("criteria") or ""
        found = [_criterion(line) for line in text.splitlines() if line.strip()]
        if not found:
            return None
        if wrong := wrong_criteria(found):
            raise forms.ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        return super().clean() or {}


def written(criteria: Sequence[Mapping[str, str]]) -> str:
    """Criteria as they are typed, one a line."""
    return "\n".join(f"{one['name']} {one['weight']}" for one in criteria)


def wrong_criteria(criteria: Any) -> str:
    """What is wrong with criteria, as a sentence; "" when they are well-formed and their weights sum to 100."""
    if not isinstance(criteria, list) or not criteria or len(criteria) > MOST_CRITERIA:
        return gettext("评审标准须有 1 到 %(most)d 项。") % {"most": MOST_CRITERIA}
    total, names = Decimal(0), set()
    for one in criteria:
        try:
            weight = Decimal(one["weight"])
        except (InvalidOperation, TypeError, KeyError):
            return gettext("每行须以权重结尾，如“服务方案 40”。")
        if not weight.is_finite() or not 0 < weight <= 100 or weight != round(weight, 2):
            return gettext("权重须大于 0，最多两位小数。")
        name = one.get("name", "")
        if not name or len(name) > MOST_NAME or name in names:
            return gettext("每项标准须有不同的名称，不超过 %(most)d 个字。") % {"most": MOST_NAME}
        names.add(name)
        total += weight
    if total != 100:
        return gettext("各项权重之和须为 100，现为 %(total)s。") % {"total": text_of(total.normalize())}
    return ""


def _criterion(line: str) -> dict[str, str]:
    """A line as name and weight, the last number of it; "60 分" and "60%" are 60."""
    found = LINE.fullmatch(line.strip())
    return {"name": found[1].strip(" ：:"), "weight": found[2]} if found else {"name": line.strip(), "weight": ""}


class Proposal:
    """Source: supermarket §2.4 M3, selection-rules *The case file*."""

    key = "proposal"
    label = _("方案比选")
    sentence = _(
        "评审人对隐去名称的方案独立打分，5 人及以上去掉最高分和最低分；平均分最高者中选，"
        "同分的低价优先，仍相同的由可验证的抽取决定先后。评分表全部公开。"
    )
    takes_bids = True
    asks_price = True
    minimum = {"public": 3, "private": 2}
    settings_form = ProposalSettings
    rules = ("scored",)

    def check(self, case: Case) -> None:
        """Every readable, eligible quote needs scores."""
        for n, quote in enumerate(case.quotes):
            if quote.status == "ok" and not quote.scores:
                raise CaseError(f"quotes[{n}].scores", gettext("方案比选需要每份有效响应的评分。"))

    def select(self, case: Case) -> Outcome:
        """Rank by the mean score, then by lower price (none counts as 0), then by draw order."""
        valid, invalid = validity.judge(case)
        if none := validity.failure(case, self, valid, invalid):
            return none
        score = {quote.agency: mean_score(quote.scores.values()) for quote in valid}
        price = {quote.agency: 0 if quote.price is None else price_of(quote) for quote in valid}
        pairs = ranked(valid, lambda q: (-score[q.agency], price[q.agency]), draw.places(case))
        entries = []
        for quote, entry in pairs:
            given = len(quote.scores)
            left_out = 2 if given >= DROP_EXTREMES_AT else 0
            why = {"rule": "scored", "score": shown(score[quote.agency]), "reviewers": given, "left_out": left_out}
            entries.append(entry | why)
        return Outcome.selected(case, codes(pairs), invalid, entries)
