"""What operators decide with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import queries as catalogue
from marketplace.core.forms import ActorForm

REASONS = (
    _("营业执照信息与填写内容不一致"),
    _("资质证书扫描件不清晰或不完整"),
    _("证书编号、等级或有效期与扫描件不一致"),
    _("从业人员注册单位与本机构不一致"),
    _("业绩证明材料不足"),
    _("服务项目超出资质范围"),
    _("承诺书未盖章或内容不完整"),
    _("联系人信息无法核实"),
)


class ReturnForm(ActorForm):
    """Every reason at once: chosen from the list, and in words, one a line."""

    reasons = forms.MultipleChoiceField(
        label=_("退回原因"), choices=[(str(n), reason) for n, reason in enumerate(REASONS)], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    words = forms.CharField(
        label=_("其他原因和具体说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一条，写明哪里不对、怎样改。全部问题一次告知。"),
    )  # fmt: skip

    def all_reasons(self) -> list[str]:
        """The chosen and the written reasons."""
        chosen = [str(REASONS[int(n)]) for n in self.cleaned_data["reasons"]]
        return chosen + [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]


class ReasonForm(ActorForm):
    """One reason in words."""

    reason = forms.CharField(label=_("原因"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FreezeForm(ReasonForm):
    """A suspension, until a day or until released."""

    until = forms.DateField(
        label=_("冻结至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("留空表示另行通知。"),
    )


class CreditForm(ReasonForm):
    """An entry of the credit record, by the rule it rests on."""

    rule = forms.ChoiceField(label=_("依据"))
    field_order = ["rule", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        credit = catalogue.current_rules().credit
        self.rules = {rule.key: (-rule.points, rule.label) for rule in credit.deductions}
        self.rules |= {rule.key: (rule.points, rule.label) for rule in credit.rewards}
        choices = [(key, f"{points:+d} {label}") for key, (points, label) in self.rules.items()]
        self.fields["rule"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def chosen(self) -> tuple[int, str]:
        """Points and the rule's words."""
        return self.rules[self.cleaned_data["rule"]]
