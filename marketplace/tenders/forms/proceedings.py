"""The forms of what happens around a tender. They check shape; the services check meaning."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import Agency
from marketplace.core import files
from marketplace.core.forms import ActorForm, StoredFileField
from marketplace.tenders import queries
from marketplace.tenders.models import Bid, Objection, Tender

DISMISSED = "dismissed"


def words(label: Any, most: int, *, rows: int = 5, help_text: Any = "", **more: Any) -> forms.CharField:
    """A field for a text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=help_text, **more)


class ExplanationForm(ActorForm):
    """Why a price can be that low."""

    text = words(
        _("价格说明"),
        3000,
        rows=7,
        help_text=_("写明成本构成、人员和工期安排。文字会公开；涉及商业秘密的内容请放在附件里。"),
    )
    file = StoredFileField(label=_("证明材料"), purpose="tenders.explanation", accepted=files.DOCUMENTS, required=False)


class DecisionForm(ActorForm):
    """The buyer about an explained price."""

    accept = forms.ChoiceField(
        label=_("处理结果"),
        choices=[("yes", _("接受说明，报价有效")), ("no", _("不予接受，报价无效"))],
        widget=forms.RadioSelect,
    )
    reason = words(_("理由"), 1000, rows=4, help_text=_("理由会公开。"))


class PickForm(ActorForm):
    """Which of a shortlist the buyer picks, and why."""

    agency = forms.ChoiceField(label=_("择定的机构"), widget=forms.RadioSelect)
    reason = words(_("理由"), 1000, rows=4, help_text=_("理由会公开，并写入公开日志。"))

    def __init__(self, *args: Any, bids: Sequence[Bid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(bid.agency_id), str(bid.agency)) for bid in bids]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]


class ObjectionForm(ActorForm):
    """An objection to a result."""

    ground = forms.ChoiceField(label=_("异议事项"), choices=Objection.Ground.choices, widget=forms.RadioSelect)
    text = words(
        _("事实与理由"), 3000, rows=7, help_text=_("会与贵单位名称一起公开。请写明具体事实和依据，不要写个人隐私。")
    )
    evidence = StoredFileField(
        label=_("证明材料"), purpose="tenders.objection", accepted=files.DOCUMENTS, required=False
    )


class AppealForm(ActorForm):
    """Why the buyer's answer doesn't satisfy."""

    text = words(_("提请处理的理由"), 2000, rows=5, help_text=_("会公开。"))


class FindingForm(ActorForm):
    """What is found about an objection, by the buyer or by the department; and what follows when it is upheld."""

    finding = forms.ChoiceField(label=_("认定"), widget=forms.RadioSelect)
    against = forms.ModelChoiceField(
        Agency.objects.none(), label=_("判定无效的响应"), required=False, empty_label=_("请选择")
    )
    text = words(_("理由"), 3000, rows=6, help_text=_("会公开，并写入公开日志。"))

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ranked = queries.rankable(tender)
        choices = [(DISMISSED, _("异议不成立，公示继续")), *Objection.Outcome.choices]
        if not ranked.exists():
            choices = [choice for choice in choices if choice[0] != Objection.Outcome.RERANK]
        self.fields["finding"].choices = choices  # type: ignore[attr-defined]
        concerned = Agency.objects.filter(bids__in=ranked.values("pk")).select_related("organisation")
        self.fields["against"].queryset = concerned.order_by("bids__rank").distinct()  # type: ignore[attr-defined]
        if not ranked.exists():
            del self.fields["against"]

    def clean(self) -> dict[str, Any]:
        """Which response, where one is to be invalid."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("finding") == Objection.Outcome.RERANK and not cleaned.get("against"):
            self.add_error("against", _("请选择判定无效的响应。"))
        return cleaned


class QuestionForm(ActorForm):
    """A question about an announced tender."""

    text = words(
        _("问题"), 1000, rows=5, help_text=_("公布时不显示提问人。请不要写单位名称、联系人等能看出身份的内容。")
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)


class AnswerForm(ActorForm):
    """The buyer's answer."""

    answer = words(_("答复"), 2000, rows=6, help_text=_("提问和答复一并公开，并通知全部符合条件的机构。"))
