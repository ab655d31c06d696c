"""Whole form fields and the summary of their errors."""

from types import SimpleNamespace as Sample

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import formset_factory
from django.utils import translation

from marketplace.core import form_display
from tests.look.test_tags import draw


class Form(forms.Form):
    code = forms.CharField(label="代码", help_text="18 位", min_length=18)
    price = forms.DecimalField(label="限价")
    closes_at = forms.DateTimeField(label="截止")
    method = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    scan = forms.FileField(label="扫描件")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="同意")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture(autouse=True)
def _in_chinese():
    with translation.override("zh-hans"):
        yield


def field(form: forms.Form, name: str, options: str = "") -> str:
    return draw("{% field bound OPTIONS %}".replace("OPTIONS", options), bound=form[name])


def test_the_label_stands_above_and_hint_and_error_are_tied_to_the_control():
    drawn = field(Form({"code": "123"}), "code")
    assert '<label for="id_code">代码' in drawn
    assert 'aria-describedby="id_code_hint id_code_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'value="123"' in drawn
    assert drawn.index("id_code_hint") < drawn.index('<div id="id_code_error"') < drawn.index("<input")
    assert "is-invalid" in drawn


def test_a_field_without_hint_or_error_points_nowhere():
    drawn = field(Form(), "price")
    assert "aria-describedby" not in drawn
    assert "aria-invalid" not in drawn
    assert "（必填）" in drawn
    assert "（必填）" not in field(Form(), "note")
    assert "选填" in field(Form(), "note", "optional=True")


def test_a_number_that_cant_be_read_stays_in_the_field():
    drawn = field(Form({"price": "八万"}), "price", 'prefix="¥"')
    assert 'value="八万"' in drawn
    assert 'type="text"' in drawn
    assert 'inputmode="decimal"' in drawn
    assert '<span class="input-group-text">¥</span>' in drawn


def test_a_time_gets_the_browsers_control_in_the_format_it_understands():
    drawn = field(Form({"closes_at": "2026-03-20T17:00"}), "closes_at")
    assert 'type="datetime-local"' in drawn
    assert 'value="2026-03-20T17:00"' in drawn
    assert 'type="text"' not in drawn


def test_choices_are_a_group_with_a_legend():
    drawn = field(Form({"method": "b"}), "method")
    assert "<fieldset" in drawn
    assert drawn.count('type="radio"') == 2
    assert drawn.count("checked") == 1
    assert 'id="id_method"' in drawn  # where the error summary leads


def test_a_stored_file_is_shown_and_need_not_be_chosen_again():
    assert " required" in field(Form(), "scan").split("<input")[1]
    stored = Sample(name="营业执照.pdf", url="/files/1/", size=1_200_000)
    drawn = draw("{% field bound stored=stored %}", bound=Form()["scan"], stored=stored)
    assert '<a href="/files/1/">营业执照.pdf</a>' in drawn
    assert " required" not in drawn.split("<input")[1]
    assert "（必填）" not in drawn


def test_an_upload_of_this_request_is_not_shown_as_stored():
    form = Form({}, {"scan": SimpleUploadedFile("x.pdf", b"%PDF")})
    assert form_display.shown(form["scan"]).stored == []


def test_a_hidden_field_is_only_its_control():
    assert field(Form(), "token").strip() == '<input type="hidden" name="token" id="id_token">'


def test_hint_label_and_placeholder_can_be_replaced():
    form = Form()
    form.fields["code"].widget.attrs["placeholder"] = "Code"
    drawn = field(form, "code", 'label="统一社会信用代码" hint="" placeholder=""')
    assert "统一社会信用代码" in drawn
    assert "18 位" not in drawn
    assert "placeholder" not in drawn


def test_the_summary_leads_to_every_field_with_an_error():
    form = Form({"code": "1", "price": "x"})
    form.is_valid()
    form.add_error(None, "这个项目已经有一份公告。")
    drawn = draw("{% error_summary form %}", form=form)
    assert "还有 7 处要改" in drawn
    assert '<a href="#id_code">代码：' in drawn
    assert '<a href="#id_method">方式：' in drawn
    assert "<li>这个项目已经有一份公告。</li>" in drawn
    assert 'tabindex="-1"' in drawn
    assert 'role="alert"' in drawn


def test_the_summary_reads_formsets_and_is_silent_without_errors():
    forms_of = formset_factory(Form, extra=0, min_num=1, validate_min=True)
    posted = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-code": "1"}
    drawn = draw("{% error_summary form formset %}", form=Form(), formset=forms_of(posted))
    assert '<a href="#id_form-0-code">' in drawn
    assert draw("{% error_summary form formset %}", form=Form(), formset=forms_of()).strip() == ""
    assert draw("{% error_summary missing %}").strip() == ""


def test_an_upload_field_keeps_what_is_stored_by_its_token():
    from marketplace.core.forms import StoredFileInput
    from marketplace.core.models import StoredFile

    stored = StoredFile(name="营业执照.pdf", size=1_200_000)
    drawn = StoredFileInput().render("scan", stored, {"id": "id_scan"})
    assert "营业执照.pdf" in drawn
    assert 'name="scan-token"' in drawn
    assert '<input type="file" name="scan"' in drawn
    assert "scan-token" not in StoredFileInput().render("scan", None, {})
