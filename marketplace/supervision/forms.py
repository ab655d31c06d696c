"""Forms of supervision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm


class ComplaintForm(ActorForm):
    """A complaint; only the text is required."""

    about = forms.CharField(
        label=_("涉及对象"), max_length=200, required=False, help_text=_("采购项目编号、机构名称、部门或窗口。")
    )
    text = forms.CharField(
        label=_("投诉内容"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("什么时候、涉及谁、发生了什么、希望怎样处理。"),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("联系方式"), max_length=120, required=False, help_text=_("手机号或邮箱，便于核实和答复。")
    )


class FollowForm(ActorForm):
    """The code that opens a complaint's state."""

    code = forms.CharField(
        label=_("查询码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("提交时给出的 8 位字母和数字，不分大小写。"),
    )


class FindForm(forms.Form):
    """The number of a complaint to follow."""

    number = forms.CharField(label=_("投诉编号"), max_length=20)

    def clean_number(self) -> Any:
        return str(self.cleaned_data["number"]).strip().upper()


class RejectForm(ActorForm):
    """Why a complaint is not taken."""

    reason = forms.CharField(
        label=_("不予受理原因"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("同时告知其他途径。"),
    )


class DecideForm(ActorForm):
    """The answer."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("调查结果、依据、处理意见。"),
    )
