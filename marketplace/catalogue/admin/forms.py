"""Operators' forms of the catalogue."""

from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import queries
from marketplace.catalogue.models import ItemQualification, QualificationType, RuleSet, ServiceItem
from marketplace.catalogue.rules import RuleData, RuleDataError
from marketplace.core import clock

ALTERNATIVES, MERITS = 4, 2


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class TypeForm(forms.ModelForm):
    """A qualification type."""

    grades = LinesField(label=_("等级"), required=False, help_text=_("一行一个，由高到低；不分等级则留空。"))

    class Meta:
        model = QualificationType
        fields = ["name", "slug", "abbr", "issuer", "grades", "years", "status", "abolished_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("标识用于地址和记录，建立后不再更改。")


class ItemForm(forms.ModelForm):
    """A service item with the qualifications it asks for: one of the alternatives, and others for merit only."""

    abbreviations = LinesField(label=_("简称"), required=False, help_text=_("一行一个，检索时也能找到。"))
    needed_by = LinesField(label=_("需要该成果的审批事项"), required=False, help_text=_("一行一个。"))

    class Meta:
        model = ServiceItem
        fields = [
            "code",
            "name",
            "en",
            "category",
            "kind",
            "may_do_itself",
            "abbreviations",
            "practitioner",
            "basis",
            "needed_by",
            "days",
            "price_low",
            "price_high",
            "payer",
            "draw_allowed",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
        present = list(self.instance.qualifications.select_related("type")) if self.instance.pk else []
        required, merit = _choices(voluntary=False), _choices(voluntary=True)
        self._add("alternative", ALTERNATIVES, required, [q for q in present if not q.merit_only])
        self._add("merit", MERITS, merit, [q for q in present if q.merit_only])

    def _add(self, name: str, count: int, choices: list[Any], present: list[ItemQualification]) -> None:
        labels = {"alternative": _("所需资质 %(n)d（具备其中之一即可）"), "merit": _("加分评价 %(n)d（不作为条件）")}
        for n in range(max(count, len(present))):
            initial = f"{present[n].type_id}:{present[n].minimum_grade}" if n < len(present) else ""
            self.fields[f"{name}_{n}"] = forms.ChoiceField(
                label=labels[name] % {"n": n + 1}, required=False, choices=choices, initial=initial
            )

    def qualifications(self) -> list[ItemQualification]:
        """The chosen qualifications, not saved, each type once."""
        found: dict[int, ItemQualification] = {}
        for name, value in self.cleaned_data.items():
            if value and name.startswith(("alternative_", "merit_")):
                pk, grade = value.split(":", 1)
                merit_only = name.startswith("merit_")
                chosen = ItemQualification(type_id=int(pk), minimum_grade=grade, merit_only=merit_only)
                found.setdefault(int(pk), chosen)
        return list(found.values())


def _choices(*, voluntary: bool) -> list[Any]:
    """Every type that may be asked for, with each of its grades as the lowest one."""
    choices: list[Any] = [("", "—")]
    for kind in queries.qualification_types(holdable=True):
        if voluntary or kind.status != QualificationType.Status.VOLUNTARY:
            grades = [(f"{kind.pk}:{grade}", _("%(grade)s及以上") % {"grade": grade}) for grade in kind.grades]
            choices.append((kind.name, [(f"{kind.pk}:", kind.name), *grades]))
    return choices


class RuleSetForm(forms.ModelForm):
    """The next version of the rules, as the text of all rules."""

    rules = forms.CharField(
        label=_("规则"),
        widget=forms.Textarea(attrs={"rows": 40, "class": "w-font-mono", "spellcheck": "false"}),
        help_text=_("YAML 格式。在现行规则上修改，提交前逐项检查；由另一位运营人员批准后生效。"),
    )

    class Meta:
        model = RuleSet
        fields = ["effective_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = queries.current_rules().to_json()
        self.fields["rules"].initial = yaml.safe_dump(
            data, allow_unicode=True, sort_keys=False, default_flow_style=None
        )
        self.fields["effective_from"].initial = clock.today()

    def clean_rules(self) -> dict[str, Any]:
        try:
            return RuleData.from_json(yaml.safe_load(self.cleaned_data["rules"])).to_json()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise forms.ValidationError(_("第 %(line)d 行不是有效的 YAML。") % {"line": line}) from error
        except RuleDataError as error:
            raise forms.ValidationError([str(problem) for problem in error.problems]) from error
