"""What both sides fill in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.contracts import rules
from marketplace.contracts.rules import MilestoneTerms
from marketplace.core import files
from marketplace.core.forms import ActorForm, StoredFileField
from marketplace.tenders.amount_field import MoneyField

EXTRA_ROWS = 3
STARS = [
    (5, gettext_lazy("5 星 非常满意")),
    (4, gettext_lazy("4 星 满意")),
    (3, gettext_lazy("3 星 基本满意")),
    (2, gettext_lazy("2 星 不满意")),
    (1, gettext_lazy("1 星 非常不满意")),
]


class TermsForm(ActorForm):
    """The contract's text, and which version was edited."""

    terms = forms.CharField(label=gettext_lazy("约定事项"), max_length=10000, widget=forms.Textarea(attrs={"rows": 24}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class MilestoneForm(forms.Form):
    """One milestone: its amount, or its share of the contract's amount."""

    title = forms.CharField(label=gettext_lazy("节点名称"), max_length=120, required=False)
    share = forms.DecimalField(
        label=gettext_lazy("占比（%）"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    amount = MoneyField(label=gettext_lazy("金额（元）"), required=False)
    days = forms.IntegerField(label=gettext_lazy("期限（工作日）"), min_value=1, max_value=2000, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_blank or self.errors:
            return data
        if not (data.get("title") or "").strip():
            self.add_error("title", _("请填写第 %(number)d 个节点的名称。") % {"number": self.number})
        if data.get("amount") is None and data.get("share") is None:
            sentence = _("请填写第 %(number)d 个节点的金额，或填写占比由系统计算。")
            self.add_error("amount", sentence % {"number": self.number})
        if not data.get("days"):
            sentence = _("请填写第 %(number)d 个节点的期限：从合同生效次日起算的工作日数。")
            self.add_error("days", sentence % {"number": self.number})
        return data

    @property
    def number(self) -> int:
        """Which row of the page this is, from 1."""
        return int(str(self.prefix).rsplit("-", 1)[-1]) + 1

    @property
    def is_blank(self) -> bool:
        """A row that nobody filled in is no milestone."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields)


class BaseMilestones(BaseFormSet):
    """The milestones of a contract; blank rows are left out."""

    def milestones(self, amount: Decimal) -> list[MilestoneTerms]:
        """What was typed; rows with a share only get their amount from it, the last of them what rounding left over."""
        rows = [form.cleaned_data for form in self.forms if not form.is_blank]
        by_share = [row for row in rows if row["amount"] is None]
        amounts = dict(
            zip(map(id, by_share), rules.amounts_by_share(amount, [r["share"] for r in by_share]), strict=True)
        )
        return [MilestoneTerms(r["title"].strip(), amounts.get(id(r), r["amount"]), r["days"]) for r in rows]


MilestoneFormSet: Any = formset_factory(
    MilestoneForm, formset=BaseMilestones, extra=EXTRA_ROWS, max_num=rules.MAX_MILESTONES, absolute_max=40
)


class ConfirmForm(ActorForm):
    """The version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RemarkForm(ActorForm):
    """What the agency would have changed."""

    remark = forms.CharField(
        label=gettext_lazy("修改意见"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("写明希望修改的条款、金额或期限和理由。采购人修改后，双方对新版本重新确认。"),
    )


class DeliverForm(ActorForm):
    """A deliverable."""

    file = StoredFileField(
        label=gettext_lazy("成果文件"),
        purpose="contracts.deliverable",
        accepted=files.DELIVERABLES,
        help_text=gettext_lazy("可上传 PDF、PNG、JPG、DOCX、XLSX、ZIP，不超过 50 MB；多个文件请打包成一个 ZIP。"),
        error_messages={"required": gettext_lazy("请选择成果文件。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReturnForm(ActorForm):
    """Why a deliverable is returned."""

    reason = forms.CharField(
        label=gettext_lazy("退回原因"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("请一次写明全部问题，机构据此修改后重新提交。"),
        error_messages={"required": gettext_lazy("请一次写明全部退回原因，机构据此修改。")},
    )


class TerminateForm(ActorForm):
    """Why the contract ends."""

    reason = forms.CharField(
        label=gettext_lazy("终止原因"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("对方会看到。已验收节点的款项仍须支付。"),
        error_messages={"required": gettext_lazy("请写明终止合同的原因，对方会看到。")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("我已了解终止后不能恢复"),
        error_messages={"required": gettext_lazy("请勾选确认：终止后不能恢复。")},
    )


class ReviewForm(ActorForm):
    """Five dimensions and a text; their labels are those of the writing side."""

    text = forms.CharField(
        label=gettext_lazy("评价内容"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, side: str, text_needed_up_to: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in rules.dimension_labels(side):
            self.fields[name] = forms.TypedChoiceField(
                label=str(label),
                choices=STARS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("请选择 1 至 5 星。")},
            )
        self.order_fields([*rules.DIMENSIONS, "text"])
        self.fields["text"].help_text = _("有一项在 %(stars)d 星及以下时必填。") % {"stars": text_needed_up_to}

    def scores(self) -> dict[str, int]:
        """The five stars."""
        return {name: self.cleaned_data[name] for name in rules.DIMENSIONS}


class AnswerForm(ActorForm):
    """The reviewed side's one answer."""

    answer = forms.CharField(
        label=gettext_lazy("回复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("只能回复一次，与评价一起显示。"),
        error_messages={"required": gettext_lazy("请填写回复内容。")},
    )
