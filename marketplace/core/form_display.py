"""What a form field's and an error summary's templates need to know about a bound field."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_DJANGO_FILE_INPUTS = ("django/forms/widgets/file.html", "django/forms/widgets/clearable_file_input.html")
_TEXT_KINDS = {"number": "decimal", "email": "email", "tel": "tel", "url": "url"}


@dataclass(frozen=True)
class Shown:
    """One field, ready to be drawn: which kind of control, its HTML, and the ids that tie hint and error to it."""

    bound: BoundField
    kind: str  # input, select, textarea, checkbox, group, file, hidden
    control: str
    hint: str
    hint_id: str
    error_id: str
    group_id: str
    stored: list[Any] = field(default_factory=list)
    clear_name: str = ""  # the checkbox that takes a stored file away, where the form allows it
    shows_stored: bool = False  # the widget itself shows the stored file

    @property
    def required(self) -> bool:
        """Whether the label carries the mark of a required field (a stored file satisfies it)."""
        return bool(self.bound.field.required) and not self.stored


@dataclass(frozen=True)
class Problem:
    """One line of an error summary: where it leads, the field's label (empty for the whole form), and the message."""

    target: str
    label: str
    message: str


def shown(bound: BoundField, *, hint: str | None = None, stored: Any = None, placeholder: str | None = None) -> Shown:
    """Everything needed to draw the field.

    `stored` is the file, or the files, that the server keeps already; `hint` and `placeholder` replace the form's own
    ("" removes them).
    """
    kind = _kind(bound.field.widget)
    text = str(bound.help_text or "") if hint is None else str(hint)
    base = bound.auto_id or f"id_{bound.html_name}"
    files = _stored(bound, stored) if kind == "file" else []
    shows_itself = kind == "file" and bound.field.widget.template_name not in _DJANGO_FILE_INPUTS
    described = [part for part, there in ((f"{base}_hint", text), (f"{base}_error", bound.errors)) if there]
    classes = _classes(bound, kind)
    attrs: dict[str, Any] = {"class": classes} if classes else {}
    if placeholder is not None:
        attrs["placeholder"] = placeholder or False  # False: Django leaves the attribute out
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    if inputmode := _TEXT_KINDS.get(getattr(bound.field.widget, "input_type", "") or ""):
        attrs["inputmode"] = bound.field.widget.attrs.get("inputmode", inputmode)
    if kind == "textarea" and str(bound.field.widget.attrs.get("rows")) == "10":  # Django's own number
        attrs["rows"] = 4
    control = (
        _choices(bound, attrs)
        if kind == "group"
        else bound.as_widget(widget=_native(bound.field.widget, bool(files)), attrs=attrs)
    )
    clearable = (
        isinstance(bound.field.widget, forms.ClearableFileInput)
        and files
        and stored is None
        and not bound.field.required
    )
    clear_name = f"{bound.html_name}-clear" if clearable and not shows_itself else ""
    return Shown(bound, kind, control, text, f"{base}_hint", f"{base}_error", base, files, clear_name, shows_itself)


def problems(sources: Iterable[Any]) -> list[Problem]:
    """All errors of the given forms and formsets, in the order in which they stand on the page."""
    found: list[Problem] = []
    for source in sources:
        if source is None:
            continue
        if isinstance(source, forms.BaseFormSet):
            if source.is_bound:
                found += [Problem("", "", str(message)) for message in source.non_form_errors()]
                found += problems(source.forms)
        elif getattr(source, "is_bound", False) and source.errors:
            found += _of_form(source)
    return found


def _of_form(form: forms.BaseForm) -> list[Problem]:
    found = [Problem("", "", str(message)) for message in form.non_field_errors()]
    for bound in form:
        target = bound.auto_id or f"id_{bound.html_name}"
        label = "" if bound.is_hidden else str(bound.label or "")
        found += [Problem("" if bound.is_hidden else target, label, str(message)) for message in bound.errors]
    return found


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "group"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Select):
        return "select"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


def _classes(bound: BoundField, kind: str) -> str:
    base = {"select": "form-select", "checkbox": "form-check-input", "group": "form-check-input", "hidden": ""}.get(
        kind, "form-control"
    )
    own = bound.field.widget.attrs.get("class", "")
    return " ".join(part for part in (base, own, "is-invalid" if bound.errors else "") if part)


def _choices(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """The radio buttons or checkboxes of a group, each inside its label."""
    widget = bound.field.widget
    built = bound.build_widget_attrs({**attrs, "id": bound.auto_id or f"id_{bound.html_name}"}, widget)
    options = widget.subwidgets(bound.html_name, bound.value(), attrs=built)
    tags = ((BoundWidget(widget, option, bound.form.renderer).tag(), option["label"]) for option in options)
    return format_html(
        '<div class="z-choices">{}</div>', format_html_join("", '<label class="z-cmp">{} <span>{}</span></label>', tags)
    )


def _native(widget: forms.Widget, has_stored: bool) -> forms.Widget:
    """The widget as a browser serves people best.

    Dates get the browser's own controls; a number stays text with a number's keyboard, because a number control throws
    away what it can't read ("八万") and changes on a turn of the wheel; a file control stands without Django's words.
    """
    if isinstance(widget, forms.FileInput):
        plain = copy(widget)
        if widget.template_name in _DJANGO_FILE_INPUTS:
            plain.template_name = "django/forms/widgets/file.html"
        if has_stored:
            plain.use_required_attribute = lambda initial: False  # type: ignore[method-assign]
        return plain
    if isinstance(widget, (forms.DateInput, forms.DateTimeInput)) and widget.input_type == "text":
        native = copy(widget)
        with_time = isinstance(widget, forms.DateTimeInput)
        native.input_type = "datetime-local" if with_time else "date"
        native.format = "%Y-%m-%dT%H:%M" if with_time else "%Y-%m-%d"
        return native
    if isinstance(widget, forms.NumberInput) and widget.input_type == "number":
        text = copy(widget)
        text.input_type = "text"
        text.attrs = {name: value for name, value in widget.attrs.items() if name not in {"step", "min", "max"}}
        return text
    return widget


def _stored(bound: BoundField, stored: Any) -> list[Any]:
    value = stored if stored is not None else bound.value() or bound.initial
    if not value or isinstance(value, (UploadedFile, dict)):
        return []
    if isinstance(value, (list, tuple)):
        return list(value)
    return list(value.all()) if hasattr(value, "all") else [value]
