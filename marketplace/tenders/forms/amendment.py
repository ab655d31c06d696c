"""The form of an amendment: what can be amended, as the buyer typed it first, and the reason."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue import queries as catalogue
from marketplace.core.forms import ActorForm
from marketplace.tenders.forms.draft import HowForm, ScopeForm, WhoForm
from marketplace.tenders.models import Tender
from marketplace.tenders.services.amendments import FIELDS

BASE_FIELDS = ScopeForm.base_fields | WhoForm.base_fields | HowForm.base_fields
NEEDED = ("content", "days", "contact_name", "contact_phone", "complaint_phone")


class AmendmentForm(ActorForm):
    """The amendable fields of a purchase (but its requirements: see `RequirementFormSet`), its files, and why."""

    reason = forms.CharField(
        label=_("变更原因"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("与变更内容一起公开。"),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        initial = {name: getattr(tender, name) for name in FIELDS} | {
            "region": tender.region.code if tender.region else None
        }
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        self.tender = tender
        fields: dict[str, Any] = self.fields
        for name in (*FIELDS, "attachments", "remove"):
            fields[name] = deepcopy(BASE_FIELDS[name])
            if name in NEEDED:
                fields[name].required = True
        fields["region"].queryset = catalogue.zone_regions()
        fields["attachments"].actor = self.actor
        self.kept = list(tender.attachments.order_by("created_at"))
        fields["remove"].choices = [(str(stored.pk), stored.name) for stored in self.kept]

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        cleaned = {name: self.cleaned_data[name] for name in FIELDS}
        return cleaned | {"practitioners_needed": cleaned["practitioners_needed"] or 0}

    def stored_files(self) -> list[Any]:
        """What is attached after this form: what stays, and what came in."""
        gone = set(self.cleaned_data.get("remove") or [])
        return [stored for stored in self.kept if str(stored.pk) not in gone] + self.cleaned_data["attachments"]
