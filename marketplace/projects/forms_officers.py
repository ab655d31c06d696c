"""Forms of the chief about officers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import staff
from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.models import Region
from marketplace.catalogue.queries import zone_regions
from marketplace.core.forms import ActorForm
from marketplace.projects.models import OfficerProfile


class ProfileForm(ActorForm):
    """An officer's fields, deputy, and interests."""

    deputy = forms.ModelChoiceField(
        label=_("代理人"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("请选择"),
        help_text=_("外出期间由代理人办理。没有代理人的代办员不能被指派项目。"),
    )
    regions = forms.ModelMultipleChoiceField(
        label=_("负责区域"),
        queryset=Region.objects.none(),
        required=False,
        help_text=_("可多选；不选表示不分区域。"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    industries = forms.CharField(
        label=_("熟悉行业"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，如：汽车零部件。"),
    )
    conflicts = forms.CharField(
        label=_("申报的利益关系单位"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个统一社会信用代码，这些单位的项目不会指派给本人。"),
    )

    def __init__(self, *args: Any, officer: User, profile: OfficerProfile | None, **kwargs: Any) -> None:
        if profile is not None:
            kwargs["initial"] = {
                "deputy": profile.deputy_id,
                "regions": profile.regions.all(),
                "industries": "\n".join(profile.industries),
                "conflicts": "\n".join(profile.conflicts.values_list("credit_code", flat=True)),
            }
        super().__init__(*args, **kwargs)
        for name, found in (("deputy", staff(StaffRole.OFFICER).exclude(pk=officer.pk)), ("regions", zone_regions())):
            self.fields[name].queryset = found  # type: ignore[attr-defined]

    def clean_industries(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["industries"].splitlines() if line.strip()]

    def clean_conflicts(self) -> list[Organisation]:
        codes = list(dict.fromkeys(self.cleaned_data["conflicts"].split()))
        found = {each.credit_code: each for each in Organisation.objects.filter(credit_code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(_now("本站没有这些单位：%(codes)s。请核对。") % {"codes": "、".join(missing)})
        return list(found.values())


class AbsenceForm(ActorForm):
    """When and why an officer is away."""

    starts_on = forms.DateField(label=_("开始日期"))
    ends_on = forms.DateField(label=_("结束日期"))
    reason = forms.CharField(label=_("事由"), max_length=120)
