"""The form of an offer, and of what a browser made of it: the same fields, sealed."""

import base64
import binascii
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.agencies.models import Practitioner
from marketplace.core import files
from marketplace.core.forms import ActorForm
from marketplace.tenders import documents, sealing
from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.documents import Document, SealedDocuments
from marketplace.tenders.forms.fields import FilesInput
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries import Paper
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


class PapersInput(forms.CheckboxSelectMultiple):
    """The papers of the library: where the page's own sealing fetches each of them, what it is called, how large."""

    papers: Mapping[str, Paper] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The choice, with what the browser needs to take the file."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        paper = self.papers.get(str(value))
        if paper is not None:
            url = reverse("file", args=[paper.file.pk])
            option["attrs"] |= {"data-url": url, "data-file": paper.name, "data-size": paper.file.size}
        return option


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
    library = forms.MultipleChoiceField(
        label=gettext_lazy("从资料库取用"),
        required=False,
        widget=PapersInput,
        help_text=gettext_lazy("在册的证书和业绩证明，不必再次上传；与响应文件放在一起加密。"),
    )
    no_collusion = forms.BooleanField(label=DECLARED, error_messages={"required": NOT_DECLARED})
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(
        self,
        *args: Any,
        tender: Tender,
        team: Sequence[Practitioner] = (),
        library: Sequence[Paper] = (),
        last: Bid | None = None,
        **kwargs: Any,
    ) -> None:
        """`last` is the response whose note and team stand in the form at first."""
        at_first = {"note": last.note, "team": last.team} if last else {}
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "days": tender.days, **at_first})
        super().__init__(*args, **kwargs)
        self.papers = {str(paper.file.pk): paper for paper in library}
        if library:
            self.fields["library"].choices = choices_of(library)  # type: ignore[attr-defined]
            self.fields["library"].widget.papers = self.papers
        else:
            del self.fields["library"]
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

    def clean(self) -> dict[str, Any]:
        """The papers of the library and the files together are as much as one envelope takes."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [self.papers[key] for key in values.get("library", ())]
        given = values.get("documents") or ()
        size = sum(paper.file.size for paper in chosen) + sum(len(document.content) for document in given)
        if size > documents.MOST_BYTES or len(chosen) + len(given) > documents.MOST_FILES:
            self.add_error("documents", str(documents.TooMuch.message))
        return values

    def offer(self) -> offers.Offer:
        """What was offered, once the form is valid."""
        values = self.cleaned_data
        team = values.get("team", ())
        papers = tuple(_document(self.papers[key]) for key in values.get("library", ()))
        return offers.Offer(values.get("price"), values["days"], values["note"], team, (*papers, *values["documents"]))

    def renew_key(self) -> None:
        """Give the form that is shown again a key of its own, keeping what was typed."""
        data: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("key")] = str(uuid.uuid4())
        self.data = data


def choices_of(library: Sequence[Paper]) -> list[tuple[str, str]]:
    """The papers as a field's choices: what kind, of what, how large."""
    words = _("%(group)s：%(label)s（%(size)s）")
    return [
        (
            str(paper.file.pk),
            words % {"group": paper.group, "label": paper.label, "size": filesizeformat(paper.file.size)},
        )
        for paper in library
    ]


def _document(paper: Paper) -> Document:
    with files.open_bytes(paper.file) as content:
        return Document(paper.name, content.read())


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
        "papers": _("资料库里的文件没有取到，没有提交。请检查网络后再试，或取消勾选。"),
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
