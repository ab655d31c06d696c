"""The qualifications that a tender asks for, as rows: type and grade are one choice, so that they always fit."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType
from marketplace.tenders.models import Requirement, Tender
from marketplace.tenders.services.drafts import Asked

SEPARATOR = ":"
EMPTY_ROWS = 2
NEVER_ASKED = (QualificationType.Status.ABOLISHED, QualificationType.Status.VOLUNTARY)
MAY_BE_ASKED = tuple(status for status in QualificationType.Status if status not in NEVER_ASKED)


class RequirementForm(forms.Form):
    """One row: what is asked for, and whether it is an alternative to the row above."""

    kind = forms.ChoiceField(label=gettext_lazy("资质类型和最低等级"), required=False)
    alternative = forms.BooleanField(label=gettext_lazy("与上一条满足其一即可"), required=False)

    def __init__(self, *args: Any, kinds: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("不要求")), *kinds]  # type: ignore[attr-defined]


class BaseRequirementFormSet(forms.BaseFormSet):
    """All rows; `asked` gives them as the service takes them."""

    def __init__(self, data: Any = None, *, initial: list[dict[str, Any]]) -> None:
        self.types = {kind.slug: kind for kind in catalogue.qualification_types()}
        chosen = [row.get("kind", "") for row in initial]
        chosen += [value for name, value in (data or {}).items() if name.endswith("-kind")]
        asked = {str(kind).partition(SEPARATOR)[0] for kind in chosen}  # these stay in the list, to be told why not
        offered = [kind for kind in self.types.values() if kind.status in MAY_BE_ASKED or kind.slug in asked]
        choices = [each for kind in offered for each in _choices(kind)]
        super().__init__(data, initial=initial, form_kwargs={"kinds": choices})

    def asked(self) -> list[Asked]:
        """The rows that ask for something, as (group, type, minimum grade)."""
        found: list[Asked] = []
        group = 0
        for row in self.cleaned_data:
            if not row.get("kind"):
                continue
            if not (row.get("alternative") and found):
                group += 1
            slug, _separator, grade = row["kind"].partition(SEPARATOR)
            found.append((group, self.types[slug], grade))
        return found


RequirementFormSet: type[BaseRequirementFormSet] = forms.formset_factory(  # type: ignore[assignment]
    RequirementForm, formset=BaseRequirementFormSet, extra=EMPTY_ROWS, max_num=20, absolute_max=20
)


def requirement_rows(tender: Tender) -> list[dict[str, Any]]:
    """The tender's requirements as the rows' initial values."""
    rows: Iterable[Requirement] = tender.requirements.select_related("type")
    before, found = None, []
    for row in rows:
        value = SEPARATOR.join([row.type.slug, row.minimum_grade])
        found.append({"kind": value, "alternative": row.group == before})
        before = row.group
    return found


def _choices(kind: QualificationType) -> list[tuple[str, str]]:
    """Each grade of a type as a choice; what can't be asked for stays in the list, and says why when chosen."""
    if kind.status == QualificationType.Status.ABOLISHED:
        return [(f"{kind.slug}{SEPARATOR}", _("%(name)s（已取消）") % {"name": kind.name})]
    if kind.status == QualificationType.Status.VOLUNTARY:
        return [(f"{kind.slug}{SEPARATOR}", _("%(name)s（自愿评价）") % {"name": kind.name})]
    if not kind.grades:
        return [(f"{kind.slug}{SEPARATOR}", kind.name)]
    whole = [(f"{kind.slug}{SEPARATOR}", _("%(name)s，不限等级") % {"name": kind.name})]
    words = _("%(name)s %(grade)s及以上")
    return whole + [
        (f"{kind.slug}{SEPARATOR}{grade}", words % {"name": kind.name, "grade": grade}) for grade in kind.grades
    ]
