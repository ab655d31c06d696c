"""The form of an item's roster."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm


class RosterForm(ActorForm):
    """The agencies in their order, and why it is changed; `after` is the version that was shown."""

    agencies = forms.CharField(
        label=_("机构（每行一个，按轮候次序）"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        max_length=20000,
        help_text=_("18 位统一社会信用代码；代码后面的名称只供辨认，保存时不看。"),
    )
    reason = forms.CharField(
        label=_("变更原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会公开。")
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def codes(self) -> list[str]:
        """The codes in their order."""
        lines: list[str] = self.cleaned_data["agencies"].splitlines()
        return [line.split()[0].upper() for line in lines if line.strip()]


def lines_of(codes: list[str], names: dict[str, str]) -> Any:
    """How the form shows a roster: code and name."""
    return "\n".join(f"{code} {names.get(code, '')}".strip() for code in codes)
