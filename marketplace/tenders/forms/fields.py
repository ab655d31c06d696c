"""Fields that take what people type or send: an agency by code or name, several files at once."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import normalise_code
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core import files
from marketplace.core.models import StoredFile

MOST_FILES = 10


class AgencyField(forms.CharField):
    """An admitted agency by its credit code or its whole name; cleans to an `Agency` or None."""

    default_error_messages = {
        "unknown": _("没有找到这家在驻机构。请填写 18 位统一社会信用代码，或机构全称。"),
        "several": _("有多家同名机构，请改填 18 位统一社会信用代码。"),
    }

    def clean(self, value: Any) -> Agency | None:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        admitted = agencies.public().select_related("organisation")
        found = list(admitted.filter(organisation__credit_code=normalise_code(text))[:2])
        found = found or list(admitted.filter(organisation__name=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(self.error_messages["several" if found else "unknown"])
        return found[0]


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Several uploads; each is checked, and stored at once when all are in order. Cleans to a list of `StoredFile`."""

    widget = FilesInput

    def __init__(self, *, purpose: str, accepted: tuple[files.Kind, ...] = files.DOCUMENTS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.purpose, self.accepted, self.actor = purpose, accepted, None
        self.widget.attrs["accept"] = ",".join(suffix for kind in accepted for suffix in kind.suffixes)
        labels = "、".join(kind.label for kind in accepted)
        self.help_text = self.help_text or _("可上传 %(labels)s，每个不超过 50 MB，一次可选多个。") % {"labels": labels}

    def clean(self, value: list[UploadedFile]) -> list[StoredFile]:
        stored, errors = [], []
        for upload in value[:MOST_FILES]:
            try:
                stored.append(files.store(upload, purpose=self.purpose, by=self.actor, accepted=self.accepted))
            except files.BadFile as error:
                errors.append(forms.ValidationError(str(error), code=error.code))
        self.stored = stored
        if len(value) > MOST_FILES:
            errors.append(forms.ValidationError(_("一次最多上传 %(n)d 个文件。") % {"n": MOST_FILES}, code="too_many"))
        if errors:
            raise forms.ValidationError(errors)
        return stored
