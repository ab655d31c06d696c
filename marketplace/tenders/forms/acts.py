"""Small forms: a sealed offer, a reason, what is wrong with an announcement."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm
from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.models import Tender

RETURN_REASONS = (
    _("资金来源或金额与附件不符"),
    _("服务内容不清楚，机构无法据此报价"),
    _("资格要求超出法律法规规定"),
    _("含有限制或排斥潜在机构的内容"),
    _("选取方式不符合规定"),
    _("联系方式或投诉电话无效"),
)


class BidForm(ActorForm):
    """An offer. Typed prices stay in the browser; the server seals them at once and keeps nothing else."""

    price = MoneyField(label=_("报价（元）"))
    days = forms.IntegerField(label=_("承诺工作日"), min_value=1)
    note = forms.CharField(
        label=_("说明"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("与报价一起密封，开标后公开。"),
    )
    no_collusion = forms.BooleanField(
        label=_("我单位独立报价，没有与采购人或其他机构串通，不存在应当回避的情形。"),
        error_messages={"required": _("请先确认独立报价和无须回避。")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "days": tender.days})
        super().__init__(*args, **kwargs)
        self.fields["price"].widget.attrs["data-price"] = ""  # static/tenders/bid.js
        if tender.ceiling is not None:
            self.fields["price"].widget.attrs["data-ceiling"] = format(tender.ceiling, "f")
        if tender.days:
            self.fields["days"].widget.attrs["max"] = tender.days

    def renew_key(self) -> None:
        """Give the form that is shown again a key of its own, keeping what was typed."""
        self.data = {**self.data.dict(), self.add_prefix("key"): str(uuid.uuid4())}  # type: ignore[attr-defined]


class ReasonForm(ActorForm):
    """An act that needs a reason."""

    reason = forms.CharField(label=_("原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(ActorForm):
    """Why an announcement is returned: from the list, and in words; all at once."""

    reasons = forms.MultipleChoiceField(
        label=_("退回原因"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(n), reason) for n, reason in enumerate(RETURN_REASONS)],
    )
    words = forms.CharField(
        label=_("具体说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def all_reasons(self) -> list[str]:
        """The chosen reasons and the words, as texts."""
        chosen = [str(RETURN_REASONS[int(n)]) for n in self.cleaned_data["reasons"]]
        return [*chosen, *([self.cleaned_data["words"]] if self.cleaned_data["words"].strip() else [])]
