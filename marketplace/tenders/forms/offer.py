"""The form of an offer, and of what a browser made of it: the same fields, sealed."""

import base64
import binascii
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.agencies.models import Practitioner
from marketplace.core.forms import ActorForm
from marketplace.tenders import documents, sealing
from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.documents import Document, SealedDocuments
from marketplace.tenders.forms.fields import FilesInput
from marketplace.tenders.models import Tender
from marketplace.tenders.services import offers

DECLARED = gettext_lazy("我单位独立报价，没有与采购人或其他机构串通，不存在应当回避的情形。")
NOT_DECLARED = gettext_lazy("请先确认独立报价和无须回避。")


class DocumentsField(forms.Field):
    """Files for the documents envelope; they stay in memory. Cleans to a tuple of `Document`."""

    widget = FilesInput

    def clean(self, value: list[UploadedFile]) -> tuple[Document, ...]:
        if sum(upload.size or 0 for upload in value) > documents.MOST_BYTES or len(value) > documents.MOST_FILES:
            raise forms.ValidationError(str(documents.TooMuch.message), code=documents.TooMuch.code)
        return tuple(Document(upload.name or "", upload.read()) for upload in value)


class BidForm(ActorForm):
    """An offer. A browser with JavaScript seals it and sends `SealedForm`; otherwise the server seals it at once."""

    price = MoneyField(label=gettext_lazy("报价（元）"))
    days = forms.IntegerField(label=gettext_lazy("承诺工作日"))
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=offers.MOST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("与报价一起密封，开标后公开。"),
        error_messages={"max_length": gettext_lazy("说明不能超过 %(limit_value)d 字，请缩短。")},
    )
    team = forms.MultipleChoiceField(
        label=gettext_lazy("项目组成员"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("从在册从业人员中选，最多 30 人；注册证书编号与报价一起密封，开标后公开。"),
    )
    documents = DocumentsField(
        label=gettext_lazy("响应文件"),
        required=False,
        help_text=gettext_lazy("方案、业绩证明等，合计不超过 20 MB。加密后单独存放，开标后只给采购人打开，不公开。"),
    )
    no_collusion = forms.BooleanField(label=DECLARED, error_messages={"required": NOT_DECLARED})
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, tender: Tender, team: Sequence[Practitioner] = (), **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "days": tender.days})
        super().__init__(*args, **kwargs)
        if tender.is_invited:
            self.fields["note"].help_text = _("与报价一起密封，开启后只有采购人能看到。")
            self.fields["team"].help_text = _(
                "从在册从业人员中选，最多 30 人；与报价一起密封，开启后只有采购人能看到。"
            )
        self.fields["days"].widget.attrs.update({"min": 1, "max": offers.most_days(tender)})
        if offers.asks_price(tender):
            self.fields["price"].widget.attrs["data-price"] = ""  # static/tenders/bid.js
            if tender.ceiling is not None:
                self.fields["price"].widget.attrs["data-ceiling"] = format(tender.ceiling, "f")
        else:
            del self.fields["price"]
        if team:
            chosen = [(one.licence_number, f"{one.name} · {one.licence}") for one in team if one.licence_number]
            self.fields["team"].choices = chosen  # type: ignore[attr-defined]
        else:
            del self.fields["team"]

    def clean_team(self) -> tuple[str, ...]:
        """The chosen, at most as many as an envelope takes."""
        if len(self.cleaned_data["team"]) > sealing.MOST_TEAM:
            raise forms.ValidationError(too_many())
        return tuple(self.cleaned_data["team"])

    def offer(self) -> offers.Offer:
        """What was offered, once the form is valid."""
        values = self.cleaned_data
        team = values.get("team", ())
        return offers.Offer(values.get("price"), values["days"], values["note"], team, values["documents"])

    def renew_key(self) -> None:
        """Give the form that is shown again a key of its own, keeping what was typed."""
        data: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("key")] = str(uuid.uuid4())
        self.data = data


class SealedForm(ActorForm):
    """What a browser has sealed: bytes in base64, and their commitment. No figure of the offer is in it."""

    ciphertext = forms.CharField(max_length=4 * (sealing.LENGTHS[-1] // 3 + 1))
    commitment = forms.CharField(max_length=64)
    no_collusion = forms.BooleanField(error_messages={"required": NOT_DECLARED})
    key = forms.UUIDField()
    documents = forms.FileField(required=False)
    documents_key = forms.CharField(max_length=200, required=False)

    def clean_ciphertext(self) -> bytes:
        """The bytes; their shape is the service's question."""
        return _bytes_of(self.cleaned_data["ciphertext"])

    def clean_documents_key(self) -> bytes:
        """The sealed key of the documents; empty without any."""
        return _bytes_of(self.cleaned_data["documents_key"])

    def sealed(self) -> sealing.Sealed:
        """What came, once the form is valid."""
        return sealing.Sealed(self.cleaned_data["ciphertext"], self.cleaned_data["commitment"])

    def enclosed(self) -> SealedDocuments | None:
        """The documents envelope that came with it."""
        upload = self.cleaned_data["documents"]
        return SealedDocuments(upload.read(), self.cleaned_data["documents_key"]) if upload else None


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise forms.ValidationError(str(sealing.BadSeal.message), code=sealing.BadSeal.code) from error


def too_many() -> str:
    """Said to a team that doesn't fit."""
    return _("项目组成员最多 %(n)d 人。") % {"n": sealing.MOST_TEAM}


def words_for_the_browser(form: BidForm, tender: Tender) -> dict[str, str]:
    """What the page says while it checks, seals and sends: of the offer's figures in the server's own words."""
    price = MoneyField().error_messages
    days, note = form.fields["days"].error_messages, form.fields["note"].error_messages
    said = {
        "required": str(days["required"]),
        "invalid": str(price["invalid"]),
        "decimals": str(price["max_decimal_places"]),
        "digits": str(price["max_whole_digits"]),
        "whole": str(days["invalid"]),
        "long_note": str(note["max_length"]) % {"limit_value": offers.MOST_NOTE},
        "too_long": str(sealing.TooLong.message),
        "team": too_many(),
        "documents": str(documents.TooMuch.message),
        "declare": str(NOT_DECLARED),
        "characters": _("说明里有无法识别的字符，请删去后再提交。"),
        "sealing": _("正在封存…"),
        "sending": _("已封存，正在提交密封件…"),
        "retrying": _(
            "网络中断或服务器没有回答。正在用同一份密封件第 {n} 次重试，请不要关闭本页；报价没有离开本浏览器。"
        ),
        "unsent": _("还没有收到回执。内容仍在本页，请检查网络后再按一次提交：提交的是同一份密封件，不会重复。"),
        "expired": _("登录或页面已过期，没有提交。内容留在本浏览器中，请重新登录后打开本页再提交。"),
        "refused": _("服务器没有接受这份密封件。内容仍在本页，请刷新后重试；仍不成功请联系服务热线。"),
        "mismatch": _("收到的回执与本浏览器封存的内容不一致，请立即联系监督电话，并保留本页。"),
        "broken": _("本浏览器不能封存，没有提交。请换一个浏览器，或停用 JavaScript 后由服务器封存。"),
    }
    refusals = offers.refusals(tender) | {"not_positive": str(price["min_value"])}
    return said | refusals
