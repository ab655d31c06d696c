"""The rows in which an organisation says who holds its shares."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.forms import CreditCodeField
from marketplace.accounts.models import Organisation

EMPTY_ROWS = 3
MOST_ROWS = 50
WHOLE = Decimal(100)

Row = tuple[str, str, Decimal]


class ShareholderForm(forms.Form):
    """One holder: a firm with its credit code, or a person by name."""

    name = forms.CharField(label=gettext_lazy("股东名称"), max_length=120, required=False)
    code = CreditCodeField(
        label=gettext_lazy("统一社会信用代码"), required=False, help_text=gettext_lazy("自然人股东留空。")
    )
    percent = forms.DecimalField(
        label=gettext_lazy("持股比例（%）"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), required=False
    )

    def clean_percent(self) -> Decimal | None:
        """At most the whole."""
        percent: Decimal | None = self.cleaned_data["percent"]
        if percent is not None and percent > WHOLE:
            raise forms.ValidationError(_("持股比例不能超过 100%。"))
        return percent

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty: a name needs its share, a share its name."""
        values: dict[str, Any] = super().clean() or {}
        given = values.get("name", "").strip() or values.get("code")
        if given and values.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", _("请填写持股比例；不再持股的，把整行清空。"))
        if not values.get("name", "").strip() and (values.get("code") or values.get("percent") is not None):
            self.add_error("name", _("请填写股东名称。"))
        return values


class BaseShareholders(forms.BaseFormSet):
    """All rows; `rows` gives them as the service takes them."""

    def clean(self) -> None:
        """No holder twice."""
        if any(self.errors):
            return
        seen: set[tuple[str, str]] = set()
        for form, (name, code, _percent) in zip(self._filled(), self.rows(), strict=True):
            if (name, code) in seen:
                form.add_error("name", _("这位股东写了两次，请合并成一行。"))
            seen.add((name, code))

    def rows(self) -> list[Row]:
        """Name, credit code or "", per cent of each holder."""
        return [
            (each.cleaned_data["name"].strip(), each.cleaned_data["code"], each.cleaned_data["percent"])
            for each in self._filled()
        ]

    def _filled(self) -> list[forms.Form]:
        return [form for form in self.forms if form.cleaned_data.get("name", "").strip()]


ShareholderFormSet: type[BaseShareholders] = forms.formset_factory(  # type: ignore[assignment]
    ShareholderForm, formset=BaseShareholders, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def shareholder_rows(organisation: Organisation) -> list[dict[str, Any]]:
    """The holders as they are kept, as the rows' initial values."""
    held = organisation.shareholdings.values_list("holder_name", "holder_code", "percent")
    return [{"name": name, "code": code, "percent": percent} for name, code, percent in held]
