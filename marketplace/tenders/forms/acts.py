"""Small forms: a reason, what is wrong with an announcement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm
from marketplace.tenders.forms.fields import AgencyField

RETURN_REASONS = (
    _("资金来源或金额与附件不符"),
    _("服务内容不清楚，机构无法据此报价"),
    _("资格要求超出法律法规规定"),
    _("含有限制或排斥潜在机构的内容"),
    _("选取方式不符合规定"),
    _("联系方式或投诉电话无效"),
)


class ReasonForm(ActorForm):
    """An act that needs a reason."""

    reason = forms.CharField(label=_("原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class RecusedForm(ReasonForm):
    """A firm that must stand aside, named by the buyer before the announcement."""

    agency = AgencyField(
        label=_("应当回避的机构"),
        max_length=160,
        help_text=_("18 位统一社会信用代码，或机构全称。"),
        error_messages={"required": _("请填写机构。")},
    )
    field_order = ["agency", "reason"]


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
