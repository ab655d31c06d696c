"""The forms of an agency's desk. They check shape; the services check meaning."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import Agency, PastWork, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.services.changes import KEY_FIELDS, values_of
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType, Region, ServiceItem
from marketplace.core import clock
from marketplace.core.amount_field import MoneyField
from marketplace.core.errors import DomainError
from marketplace.core.forms import ActorForm, StoredFileField

PHONE = re.compile(r"^(\+?86[ -]?)?(1[3-9]\d{9}|0\d{2,3}[ -]?\d{7,8}([ -]\d{1,6})?|400[ -]?\d{3}[ -]?\d{4})$")
DATE = forms.DateInput(attrs={"min": "1949-10-01"})


class PhoneField(forms.CharField):
    """A mobile or fixed-line number; full-width digits are narrowed."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        narrowed = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text).replace("—", "-")
        if narrowed and not PHONE.match(narrowed):
            raise forms.ValidationError(_("请填写 11 位手机号，或带区号的座机，例如 0739-5220000。"), code="phone")
        return narrowed


class RegionField(forms.ModelChoiceField):
    """A region of the zone's surroundings, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.all(), to_field_name="code", empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"　{obj.name}" if not obj.code.endswith("0000") else str(obj.name)


class BasicsForm(ActorForm):
    """Section 1. Nothing is required to save; what is missing is said beside the section."""

    legal_person = forms.CharField(label=_("法定代表人"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("业务联系人"), max_length=60, required=False)
    contact_phone = PhoneField(label=_("业务联系电话（公开）"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("电子邮箱"), required=False)
    region = RegionField(label=_("所在地区"), required=False)
    address = forms.CharField(label=_("办公地址"), max_length=200, required=False)
    founded_on = forms.DateField(label=_("成立日期"), required=False, widget=DATE)
    employees = forms.IntegerField(label=_("从业人数"), min_value=1, max_value=1_000_000, required=False)
    website = forms.URLField(label=_("网站"), required=False, assume_scheme="https")
    business_scope = forms.CharField(
        label=_("经营范围"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("按营业执照填写，不超过 3000 字。"),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(agency, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        _regions(self.fields["region"])
        if agency.is_admitted:
            for name in ("legal_person", "address", "region"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("关键信息，须提交变更申请。")

    def clean_founded_on(self) -> date | None:
        """The service's rule, told at the field, so that the other fields are saved all the same."""
        founded: date | None = self.cleaned_data["founded_on"]
        if founded is not None and founded > clock.today():
            raise forms.ValidationError(_("成立日期不能晚于今天。"), code="future")
        return founded

    def sound(self) -> dict[str, Any]:
        """The values that are well-formed, for saving as one types."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if not self.fields[name].disabled}


class RowForm(ActorForm):
    """A form for one row of a section; `row` is None for a new one."""

    def __init__(self, *args: Any, agency: Agency, row: Any = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", self.initial_of(row))
        super().__init__(*args, **kwargs)
        self.agency, self.row = agency, row

    def initial_of(self, row: Any) -> dict[str, Any]:
        """What the form shows of a row."""
        return {name: getattr(row, name, None) for name in self.base_fields}

    def data_for_service(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)


class QualificationForm(RowForm):
    """A certificate. Type and grade are one choice, so that no grade can be chosen which the type hasn't."""

    kind = forms.ChoiceField(
        label=_("资质类型和等级"),
        help_text=_("已取消的资质类型（如造价咨询、招标代理、环评资质）不再登记，不在列表中。"),
    )
    specialty = forms.CharField(
        label=_("专业范围"), max_length=200, required=False, help_text=_("按证书填写，例如：工程测量、不动产测绘。")
    )
    number = forms.CharField(label=_("证书编号"), max_length=60)
    issuer = forms.CharField(label=_("发证机关"), max_length=120)
    issued_on = forms.DateField(label=_("发证日期"), widget=DATE)
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=DATE, help_text=_("证书不载明有效期的留空。")
    )
    scan = StoredFileField(label=_("证书扫描件"), purpose="agencies.certificate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("请选择")), *_kinds()]  # type: ignore[attr-defined]

    def initial_of(self, row: Qualification) -> dict[str, Any]:
        return {**super().initial_of(row), "kind": f"{row.type.slug}:{row.grade}"}

    def data_for_service(self) -> dict[str, Any]:
        data = super().data_for_service()
        slug, grade = data.pop("kind").split(":", 1)
        return {**data, "type": slug, "grade": grade}

    def refuse(self, error: DomainError) -> None:
        """Type and grade are one field here."""
        if error.field in ("type", "grade"):
            self.add_error("kind", str(error))
        else:
            super().refuse(error)


class PractitionerForm(RowForm):
    """A licensed person."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    licence = forms.CharField(
        label=_("执业资格"), max_length=80, widget=forms.TextInput(attrs={"list": "licences", "autocomplete": "off"})
    )
    licence_number = forms.CharField(label=_("注册证书编号"), max_length=60)
    title = forms.CharField(label=_("职称"), max_length=40, required=False)
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=DATE)
    scan = StoredFileField(label=_("注册证书扫描件"), purpose="agencies.certificate", required=False)


class ItemField(forms.ModelChoiceField):
    """An item of the catalogue by its code, read by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.choice)


class PastWorkForm(RowForm):
    """A piece of past work."""

    title = forms.CharField(label=_("项目名称"), max_length=200)
    item = ItemField(
        catalogue.items(), label=_("服务事项"), required=False, to_field_name="code", empty_label=_("不属于目录内事项")
    )
    client = forms.CharField(label=_("委托单位"), max_length=120)
    industry = forms.CharField(label=_("行业"), max_length=60, required=False)
    amount = MoneyField(label=_("合同金额（元）"), min_value=None)
    started_on = forms.DateField(label=_("开始日期"), widget=DATE)
    finished_on = forms.DateField(label=_("完成日期"), widget=DATE)
    evidence = StoredFileField(
        label=_("证明材料"), purpose="agencies.evidence", required=False, help_text=_("合同首页和盖章页，或验收意见。")
    )

    def initial_of(self, row: PastWork) -> dict[str, Any]:
        return {**super().initial_of(row), "item": row.item.code if row.item else ""}


class OfferForm(RowForm):
    """An offered item."""

    item = forms.ModelChoiceField(catalogue.items(), label=_("服务事项"), to_field_name="code", empty_label=_("请选择"))
    price_mode = forms.ChoiceField(
        label=_("计价方式"), choices=ServiceOffer.PriceMode.choices, initial=ServiceOffer.PriceMode.FROM
    )
    price = MoneyField(label=_("公开报价（元）"), required=False, min_value=None)
    unit = forms.CharField(
        label=_("计价单位"), max_length=20, required=False, help_text=_("按单位计价时填写，例如：亩。")
    )
    price_rule = forms.CharField(label=_("计价说明"), max_length=300, required=False)
    days = forms.IntegerField(label=_("承诺工作日"), min_value=1, max_value=2000)
    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label=_("服务区域"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示全国。"),
    )
    content = forms.CharField(
        label=_("服务内容"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_active = forms.BooleanField(label=_("上架：在公开页面展示，可以报名"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", _("请选择")), *_items()]  # type: ignore[attr-defined]
        _regions(self.fields["regions"], provinces=False)

    def initial_of(self, row: ServiceOffer) -> dict[str, Any]:
        regions = [region.code for region in row.regions.all()]
        return {**super().initial_of(row), "item": row.item.code, "regions": regions}


class CommitmentForm(ActorForm):
    """The stamped commitment letter."""

    commitment = StoredFileField(
        label=_("盖章的入驻承诺书"),
        purpose="agencies.commitment",
        error_messages={"required": _("请上传签字盖章的承诺书扫描件。")},
    )
    agreed = forms.BooleanField(
        label=_("本单位已阅读并同意承诺书全文，所填信息真实有效，愿意承担相应的信用责任。"),
        error_messages={"required": _("请阅读承诺书后勾选同意。")},
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        given = {"commitment": agency.commitment, "agreed": agency.committed_at is not None}
        kwargs.setdefault("initial", given)
        super().__init__(*args, **kwargs)


class ChangeForm(ActorForm):
    """A request for other key data."""

    name = forms.CharField(label=_("机构名称"), max_length=120)
    legal_person = forms.CharField(label=_("法定代表人"), max_length=60)
    region = RegionField(label=_("所在地区"))
    address = forms.CharField(label=_("办公地址"), max_length=200)
    evidence = StoredFileField(
        label=_("证明材料"), purpose="agencies.evidence", help_text=_("变更后的营业执照或登记机关的变更通知书。")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        kwargs.setdefault("initial", values_of(agency))
        super().__init__(*args, **kwargs)
        _regions(self.fields["region"])

    def after(self) -> dict[str, str]:
        """What the service takes: texts, the region by its code."""
        data = self.cleaned_data
        return {name: data[name].code if name == "region" else data[name] for name in KEY_FIELDS}


def licences() -> list[str]:
    """The licences that service items name, for the list of suggestions."""
    found: set[str] = set()
    for text in ServiceItem.objects.exclude(practitioner="").values_list("practitioner", flat=True):
        found.update(text.split("、"))
    known = Practitioner.objects.filter(is_active=True).values_list("licence", flat=True).distinct()[:200]
    return sorted(found | set(known))


def _kinds() -> Iterable[tuple[Any, Any]]:
    labels = {str(value): label for value, label in QualificationType.Status.choices}
    for kind in catalogue.qualification_types(holdable=True):
        name = f"{kind.name}（{labels[kind.status]}）"
        if kind.grades:
            yield name, [(f"{kind.slug}:{grade}", f"{kind.name} {grade}") for grade in kind.grades]
        else:
            yield f"{kind.slug}:", name


def _items() -> Iterable[tuple[Any, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in ServiceItem.objects.filter(is_active=True):
        groups.setdefault(item.category, []).append((item.code, item.choice))
    return groups.items()


def _regions(field: Any, *, provinces: bool = True) -> None:
    """Limit a region field to the zone's surroundings; without `provinces` to the zone's own province."""
    found = catalogue.zone_regions()
    field.queryset = found if provinces else found.exclude(parent=None, children=None)
