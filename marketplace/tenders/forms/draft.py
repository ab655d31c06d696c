"""The forms of a purchase, one for each screen. Nothing but the item is required to save a draft; what is missing is
said before publishing.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Region, ServiceItem
from marketplace.core.forms import ActorForm
from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.forms.fields import AgencyField, FilesField
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services.drafts import FIELDS


class ItemField(forms.ModelChoiceField):
    """A service item by its code; read by its name: codes alone look like numbers of tenders."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ServiceItem.objects.none(), to_field_name="code", empty_label=gettext_lazy("请选择"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.choice)


class RegionField(forms.ModelChoiceField):
    """A region of the zone's surroundings by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.none(), to_field_name="code", empty_label=gettext_lazy("请选择"), **kwargs)


class Chosen(forms.MultipleChoiceField):
    """Several choices; one that is gone meanwhile (the same form sent twice) is no mistake."""

    def validate(self, value: Any) -> None:
        """Whatever isn't among the choices is ignored by who reads it."""


class DraftForm(ActorForm):
    """One screen's part of a purchase. `tender`: the draft; None before there is one."""

    def __init__(self, *args: Any, tender: Tender | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(tender) if tender else {})
        super().__init__(*args, **kwargs)
        self.tender = tender

    def sound(self) -> dict[str, Any]:
        """The values that are well-formed, as the service takes them: for saving as one types."""
        self.is_valid()
        empty = {"funds": Tender.Funds.PRIVATE, "method": "lowest_price", "practitioners_needed": 0}
        values = {name: value for name, value in self.cleaned_data.items() if name in FIELDS}
        return values | {name: default for name, default in empty.items() if values.get(name, default) in ("", None)}

    def stored_files(self) -> list[Any] | None:
        """What is attached after this form; None: the screen has no attachments."""
        return None

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was typed is malformed."""
        return self.is_valid()

    def show_files(self) -> None:
        """Show what is attached now, also after an upload that came with a mistake elsewhere."""


class WhatForm(DraftForm):
    """What is bought, and with whose money: the first screen, also before there is a draft."""

    item = ItemField(label=gettext_lazy("服务事项"))
    title = forms.CharField(
        label=gettext_lazy("采购项目名称"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("留空则用事项名称。"),
    )
    funds = forms.ChoiceField(
        label=gettext_lazy("资金来源"),
        choices=Tender.Funds.choices,
        widget=forms.RadioSelect,
        initial=Tender.Funds.PRIVATE,
        help_text=gettext_lazy("财政性或国有资金的采购，发布前由运营人员核对，1 个工作日内完成。"),
    )
    project_code = forms.CharField(
        label=gettext_lazy("投资项目代码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("24 位，例如 2411-430500-04-01-123456；没有可留空。"),
    )
    project_name = forms.CharField(label=gettext_lazy("投资项目名称"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = catalogue.items()
        if self.tender is not None:
            items |= ServiceItem.objects.filter(pk=self.tender.item_id)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]

    def sound(self) -> dict[str, Any]:
        """Without a name the purchase is called like its item."""
        values = super().sound()
        if "title" in values and not values["title"].strip():
            item = values.get("item") or (self.tender.item if self.tender else None)
            values["title"] = item.name if item else ""
        return values


class ScopeForm(DraftForm):
    """What is to be done, by when, and for how much."""

    content = forms.CharField(
        label=gettext_lazy("服务内容与要求"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明工作范围、成果形式和验收标准；不要限定注册地、品牌、所有制。"),
    )
    budget = MoneyField(label=gettext_lazy("预算金额（元）"), required=False)
    ceiling = MoneyField(
        label=gettext_lazy("最高限价（元）"),
        required=False,
        help_text=gettext_lazy("高于它的报价无效；财政性或国有资金必填。"),
    )
    floor = MoneyField(label=gettext_lazy("最低限价（元）"), required=False)
    days = forms.IntegerField(label=gettext_lazy("服务期限（工作日）"), min_value=1, max_value=1500, required=False)
    payment_terms = forms.CharField(
        label=gettext_lazy("付款方式"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("例如：合同签订后付 30%，成果验收后付清。"),
    )
    region = RegionField(label=gettext_lazy("服务地点"), required=False)
    attachments = FilesField(label=gettext_lazy("附件"), purpose="tenders.attachment", required=False)
    remove = Chosen(label=gettext_lazy("移除附件"), required=False, widget=forms.CheckboxSelectMultiple)
    lint_reason = forms.CharField(
        label=gettext_lazy("保留提示文字的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("不公开；核对人员和主管部门会看到。"),
    )
    splitting_reason = forms.CharField(
        label=gettext_lazy("不属于化整为零的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("不公开；核对人员和主管部门会看到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["region"].queryset = catalogue.zone_regions()
        fields["attachments"].actor = self.actor
        self.show_files()

    def show_files(self) -> None:
        """The files that are attached now, with a tick for each to take it away."""
        assert self.tender is not None
        self.kept = list(self.tender.attachments.order_by("created_at"))
        choices = [(str(stored.pk), stored.name) for stored in self.kept]
        self.fields["remove"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Neither amount is kept while the floor lies above the ceiling: the database wouldn't bear it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        assert self.tender is not None
        ceiling, floor = (cleaned.get(name, getattr(self.tender, name)) for name in ("ceiling", "floor"))
        if ceiling is not None and floor is not None and floor > ceiling:
            for name in ("ceiling", "floor"):
                if name in cleaned:
                    self.add_error(name, _("最低限价高于最高限价。"))
        return cleaned

    def stored_files(self) -> list[Any]:
        """What stays, and what came in whole."""
        gone = set(self.cleaned_data.get("remove") or [])
        new = getattr(self.fields["attachments"], "stored", [])
        return [stored for stored in self.kept if str(stored.pk) not in gone] + new


class WhoForm(DraftForm):
    """Who may take part, but the qualifications: see `RequirementFormSet`."""

    practitioners_needed = forms.IntegerField(
        label=gettext_lazy("注册执业人员不少于（人）"), min_value=0, max_value=50, required=False
    )
    local_only = forms.BooleanField(label=gettext_lazy("机构的服务区域须包含该地点"), required=False)


class HowForm(DraftForm):
    """How one is selected, with the settings of each method, until when, and whom to ask."""

    method = forms.ChoiceField(label=gettext_lazy("选取方式"), widget=forms.RadioSelect, required=False)
    chosen_agency = AgencyField(
        label=gettext_lazy("直接选取的机构"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("18 位统一社会信用代码，或机构全称。"),
        widget=forms.TextInput(attrs={"list": "agencies"}),
    )
    choice_reason = forms.CharField(
        label=gettext_lazy("选取理由"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("使用财政性或国有资金的必填；理由和价格将公开。"),
    )
    response_days = forms.TypedChoiceField(label=gettext_lazy("报名时间"), coerce=int, required=False, empty_value=None)
    contact_name = forms.CharField(label=gettext_lazy("联系人"), max_length=60, required=False)
    contact_phone = forms.CharField(
        label=gettext_lazy("联系电话"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    complaint_phone = forms.CharField(
        label=gettext_lazy("投诉电话"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = catalogue.current_rules().periods
        days = range(periods.response_min, periods.response_max + 1)
        fields: dict[str, Any] = self.fields
        fields["method"].choices = [(key, registry.get(key).label) for key in registry.announced()]
        fields["response_days"].choices = [(n, _("%(n)d 个工作日") % {"n": n}) for n in days]
        data = args[0] if args else None
        assert self.tender is not None
        self.settings = {
            key: registry.get(key).settings_form(data, prefix=key, initial=_own_settings(self.tender, key))
            for key in registry.announced()
        }

    def sound(self) -> dict[str, Any]:
        """With the settings of the chosen method, as far as they are well-formed."""
        values = super().sound()
        if values.get("response_days", 0) is None:
            del values["response_days"]
        if "method" in values:
            values["method_settings"] = self._settings(values["method"])
        return values

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was typed is malformed, the chosen method's settings included."""
        assert self.tender is not None
        method = self.cleaned_data.get("method") or self.tender.method
        return self.is_valid() and not self.has_wrong_settings(method)

    def has_wrong_settings(self, method: str) -> bool:
        """Whether something malformed stands in a method's settings; empty ones are told of before publishing."""
        own = self.settings.get(method)
        return self.is_bound and own is not None and any(own.errors.get(name) for name in self._filled(method))

    def _filled(self, method: str) -> list[str]:
        """The settings of a method in which something stands; empty ones are told of before publishing."""
        form = self.settings[method]
        return [name for name in form.fields if form[name].value() not in (None, "")]

    def _settings(self, method: str) -> dict[str, Any]:
        return self.settings[method].to_settings() if method in self.settings else {}


def _own_settings(tender: Tender, method: str) -> dict[str, Any]:
    """What the tender has set for this method; settings of two methods may bear the same name."""
    return dict(tender.method_settings) if tender.method == method else {}


def _initial(tender: Tender) -> dict[str, Any]:
    values = {name: getattr(tender, name) for name in FIELDS if name != "method_settings"}
    chosen = tender.chosen_agency
    item, region = tender.item, tender.region
    return values | {
        "item": item.code,
        "region": region.code if region else None,
        "chosen_agency": chosen.organisation.credit_code if chosen else "",
    }
