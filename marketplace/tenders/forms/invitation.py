"""The forms of invited quotes: what is asked of a few agencies, and which quote is picked."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import queries as catalogue
from marketplace.core.display import money
from marketplace.core.forms import SALT, ActorForm
from marketplace.core.models import StoredFile
from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.forms.draft import Chosen, ItemField
from marketplace.tenders.forms.fields import FilesField
from marketplace.tenders.models import Bid
from marketplace.tenders.services.choosing import MOST_REASON

PURPOSE = "tenders.attachment"


class InvitationForm(ActorForm):
    """Everything in one form; what is left empty comes from the item, the zone and the firm."""

    item = ItemField(label=_("服务事项"))
    title = forms.CharField(label=_("采购项目名称"), max_length=200, required=False, help_text=_("留空则用事项名称。"))
    content = forms.CharField(
        label=_("需要什么"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明范围、成果和验收标准，机构据此报价。"),
    )
    ceiling = MoneyField(label=_("最高限价（元）"), required=False, help_text=_("可不设；设了的，高于它的报价无效。"))
    days = forms.IntegerField(
        label=_("服务期限（工作日）"),
        min_value=1,
        max_value=1500,
        required=False,
        help_text=_("留空则按事项通常工期。"),
    )
    response_days = forms.IntegerField(label=_("报价时间（工作日）"), min_value=1, max_value=30, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)
    complaint_phone = forms.CharField(label=_("投诉电话"), max_length=40)
    is_private = forms.BooleanField(
        label=_("使用社会资金（企业自筹），不含财政性或国有资金"),
        error_messages={"required": _("只有社会资金可以邀请比价；财政性或国有资金请发起公开采购。")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = catalogue.items()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What was filled in, for the service; empty fields are left to it."""
        given = {name: self.cleaned_data[name] for name in self.fields if name not in ("item", "is_private", "key")}
        return {name: value for name, value in given.items() if value not in (None, "")}


class PapersForm(ActorForm):
    """What is sent along with an invitation; what came in once stays, also when another agency is added first."""

    attachments = FilesField(label=_("附件"), purpose=PURPOSE, required=False)
    kept = Chosen(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachments"].actor = self.actor  # type: ignore[attr-defined]

    def stored(self) -> list[StoredFile]:
        """What came with this form and with earlier tries of it, by this person."""
        if not self.is_bound:
            return []
        self.is_valid()
        before = [key for token in self.data.getlist("kept") if (key := _key_of(token))]  # type: ignore[attr-defined]
        own = StoredFile.objects.filter(pk__in=before, purpose=PURPOSE, uploaded_by=self.actor.user)
        return [*own.order_by("created_at"), *getattr(self.fields["attachments"], "stored", [])]

    def tokens(self) -> list[tuple[str, str]]:
        """Each stored file as the token by which the form sends it again, and its name."""
        return [(signing.dumps(str(one.pk), salt=SALT), one.name) for one in self.stored()]


def _key_of(token: str) -> str:
    try:
        return str(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return ""


class ChoiceForm(ActorForm):
    """Which quote, and why."""

    bid = forms.ChoiceField(
        label=_("选哪一家"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一家；都不合适的，用下面的按钮。")},
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("存入记录。未被选中的机构看不到；都不选用时，理由会告诉所有受邀机构。"),
    )

    def __init__(self, *args: Any, bids: Sequence[Bid], none: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bid"].choices = [(str(bid.pk), f"{bid.agency} · {money(bid.price)}") for bid in bids]  # type: ignore[attr-defined]
        self.fields["bid"].required = not none
