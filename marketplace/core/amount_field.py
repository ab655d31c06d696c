"""An amount as people write it."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ORNAMENT = re.compile(r"[¥￥,，\s元]")


class MoneyField(forms.DecimalField):
    """CNY with at most two decimals; currency signs, commas, spaces and full-width digits are all right."""

    default_error_messages = {
        "invalid": _("请用数字填写金额，单位为元，例如 80000 或 80000.50。"),
        "max_decimal_places": _("金额最多两位小数。"),
        "max_whole_digits": _("金额过大，请核对单位是否为元。"),
        "max_digits": _("金额过大，请核对单位是否为元。"),
        "min_value": _("金额须大于 0。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": Decimal("0.01")} | kwargs
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **given)

    def to_python(self, value: Any) -> Any:
        """A Decimal, or None when nothing was typed."""
        if isinstance(value, str):
            value = ORNAMENT.sub("", unicodedata.normalize("NFKC", value))
            if re.search(r"[eE_]", value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
