"""What payer and payee fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm, StoredFileField


class ProofForm(ActorForm):
    """The payer's proof."""

    file = StoredFileField(
        label=_("付款凭证"),
        purpose="payments.proof",
        error_messages={"required": _("请上传银行回单或转账凭证（PDF、JPG 或 PNG）。")},
    )


class DisputeForm(ActorForm):
    """Why the payee does not confirm."""

    reason = forms.CharField(
        label=_("未到账的情况"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("付款方会看到这段说明。"),
        error_messages={"required": _("请写明未到账的情况，例如“账户未收到款项”或“实收金额不符”。")},
    )
