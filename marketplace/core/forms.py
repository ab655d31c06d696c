"""Form parts that every app uses: uploads that survive a failed form, and errors of services on their fields."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.core import files
from marketplace.core.errors import DomainError, Incomplete
from marketplace.core.models import StoredFile

SALT = "core.stored-file"
FILL_IN, CHOOSE = _("请填写这一项。"), _("请选择一项。")
LIMITS: dict[type[BaseValidator], Any] = {
    MinValueValidator: _("不能小于 %(limit_value)s。"),
    MaxValueValidator: _("不能大于 %(limit_value)s。"),
}


class StoredFileInput(forms.ClearableFileInput):
    """A file input beside a hidden, signed token of the file that is stored already."""

    template_name = "components/stored_file_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {"upload": files.get(name), "token": data.get(f"{name}-token", "")}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-token" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        stored = value if isinstance(value, StoredFile) else None
        context = super().get_context(name, None, attrs)
        context["widget"].update(stored=stored, token=signing.dumps(str(stored.pk), salt=SALT) if stored else "")
        return context


class StoredFileField(forms.Field):
    """An upload that is checked and stored at once, so that a form with errors elsewhere doesn't lose it.

    Cleans to a `StoredFile` or None. `actor` must be set (see `ActorForm`) before validation.
    """

    widget = StoredFileInput

    def __init__(self, *, purpose: str, accepted: tuple[files.Kind, ...] = files.SCANS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.purpose, self.accepted, self.holder = purpose, accepted, ""
        self.actor: Any = None
        self.widget.attrs["accept"] = ",".join(suffix for kind in accepted for suffix in kind.suffixes)
        if not self.help_text:
            labels = "、".join(kind.label for kind in accepted)
            megabytes = settings.MAX_UPLOAD_BYTES // 1048576
            self.help_text = format_lazy(
                _("可上传 {labels}，不超过 {megabytes} MB。"), labels=labels, megabytes=megabytes
            )

    def clean(self, value: Any) -> StoredFile | None:
        if isinstance(value, StoredFile) or value is None:
            return self._required(value)
        upload: UploadedFile | None = value["upload"]
        if upload is not None:
            try:
                return files.store(
                    upload, purpose=self.purpose, by=self.actor, holder=self.holder, accepted=self.accepted
                )
            except files.BadFile as error:
                raise forms.ValidationError(str(error), code=error.code) from error
        return self._required(self.kept(value["token"]))

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the widget shows: the stored file, which `ActorForm` puts into `initial`."""
        return initial

    def _required(self, value: StoredFile | None) -> StoredFile | None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value

    def kept(self, token: str) -> StoredFile | None:
        """The file that an earlier try of this form stored, if this actor may have it."""
        try:
            pk = signing.loads(token, salt=SALT) if token else None
        except signing.BadSignature:
            return None
        stored = StoredFile.objects.filter(pk=pk, purpose=self.purpose).first() if pk else None
        if stored is None or self.actor is None:
            return None
        return stored if files.is_own(self.actor, stored) or files.may_read(self.actor, stored) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and data.get("upload"))


def plain_words(field: forms.Field) -> None:
    """Say what to do instead of Django's bare words; words that the form chose itself stay."""
    given = field.error_messages
    if given.get("required") == forms.Field.default_error_messages["required"]:
        given["required"] = CHOOSE if isinstance(field, forms.ChoiceField) else FILL_IN
    if given.get("invalid") == forms.IntegerField.default_error_messages["invalid"]:
        given["invalid"] = _("请填写整数，例如 20。")
    if given.get("invalid") == forms.DateField.default_error_messages["invalid"]:
        given["invalid"] = _("请填写日期，例如 2026-03-20。")
    for kind, words in LIMITS.items():
        for validator in field.validators:
            if type(validator) is kind and validator.message == kind.message:
                validator.message = words


class ActorForm(forms.Form):
    """A form that knows who fills it in; uploads it took are shown again when another field is wrong."""

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            plain_words(field)
            if isinstance(field, StoredFileField):
                field.actor = actor
                field.holder = actor.organisation_code

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal on the field it names, or above the form; of an `Incomplete` each sentence."""
        field = error.field if error.field in self.fields else None
        for sentence in error.problems if isinstance(error, Incomplete) else [error]:
            self.add_error(field, str(sentence))

    def __getitem__(self, name: str) -> forms.BoundField:
        bound = super().__getitem__(name)
        if isinstance(bound.field, StoredFileField):
            bound.initial = self._stored(name, bound.field) or self.get_initial_for_field(bound.field, name)
        return bound

    def _stored(self, name: str, field: StoredFileField) -> StoredFile | None:
        """The file this form has already: just taken, or by an earlier try (also when the new one was refused)."""
        if not self.is_bound:
            return None
        taken: StoredFile | None = getattr(self, "cleaned_data", {}).get(name)
        return taken or field.kept(self.data.get(f"{self.add_prefix(name)}-token", ""))


def service_errors(form: ActorForm) -> Any:
    """Turns a DomainError inside into an error of the form: `if form.is_valid(): with service_errors(form): …`."""
    return _ServiceErrors(form)


class _ServiceErrors:
    def __init__(self, form: ActorForm) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if isinstance(error, DomainError) and error.status != 403:
            self.form.refuse(error)
            return True
        return False
