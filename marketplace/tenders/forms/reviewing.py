"""The forms of a review: who sits on the panel, whether they must stand aside, and a reviewer's sheet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm
from marketplace.tenders import rules
from marketplace.tenders.forms.proceedings import words


class ReviewerForm(ActorForm):
    """Who takes the next open seat; `replaces`: somebody left it, which needs a reason."""

    contact = forms.CharField(
        label=_("评审人的手机号或邮箱"), max_length=120, help_text=_("对方须已注册账号；邮箱须已验证。")
    )
    reason = words(_("更换理由"), 500, rows=3, help_text=_("理由会公开。"))

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not replaces:
            del self.fields["reason"]


class RecuseForm(ActorForm):
    """Why a reviewer stands aside."""

    reason = words(_("回避原因"), 500, rows=3, help_text=_("只告知采购人和监管部门。"))


class SheetForm(ActorForm):
    """Points and a remark for each response and criterion; whatever is empty may be filled in later."""

    def __init__(self, *args: Any, sheet: rules.Sheet, criteria: Sequence[dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.letters = criteria, list(sheet)
        for letter, entries in sheet.items():
            for n, (entry, one) in enumerate(zip(entries, criteria, strict=True)):
                weight = Decimal(one["weight"])
                self.fields[f"p-{letter}-{n}"] = forms.DecimalField(
                    label=_("%(name)s（0–%(weight)s 分）") % one,
                    min_value=Decimal(0),
                    max_value=weight,
                    decimal_places=2,
                    required=False,
                    initial=entry["points"],
                    widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
                )
                self.fields[f"r-{letter}-{n}"] = forms.CharField(
                    label=_("评语"),
                    max_length=rules.MOST_REMARK,
                    required=False,
                    initial=entry["remark"],
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def sheet(self) -> dict[str, list[dict[str, Any]]]:
        """What was filled in, as the service takes it."""
        given = self.cleaned_data
        return {
            letter: [
                {"points": given[f"p-{letter}-{n}"], "remark": given[f"r-{letter}-{n}"]}
                for n in range(len(self.criteria))
            ]
            for letter in self.letters
        }

    def rows(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Each letter with its fields, for the page."""
        return [
            (letter, [(self[f"p-{letter}-{n}"], self[f"r-{letter}-{n}"]) for n in range(len(self.criteria))])
            for letter in self.letters
        ]
