from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from marketplace.accounts.actors import Actor
from marketplace.core import files
from marketplace.core.errors import DomainError, Incomplete, NotAllowed
from marketplace.core.forms import ActorForm, StoredFileField, service_errors
from marketplace.core.models import StoredFile
from tests.core import uploads
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PURPOSE = "test.paper"


class PaperForm(ActorForm):
    number = forms.IntegerField()
    paper = StoredFileField(purpose=PURPOSE, accepted=files.SCANS)
    extra = StoredFileField(purpose=PURPOSE, required=False)


@pytest.fixture
def actor() -> Actor:
    files.register(PURPOSE, lambda actor, file: False)
    return Actor.of(UserFactory())


def pdf(name: str = "甲.pdf") -> Any:
    return uploads.upload(name, uploads.PDF)


def token(form: forms.Form, name: str = "paper") -> str:
    return form[name].subwidgets[0].data["token"]


def drawn(form: forms.Form, name: str = "paper") -> str:
    return Template("{% field bound %}").render(Context({"bound": form[name]}))


def test_an_upload_survives_an_error_elsewhere_and_is_not_asked_for_again(actor: Actor) -> None:
    first = PaperForm({"number": "x"}, {"paper": pdf()}, actor=actor)
    assert not first.is_valid()
    assert "甲.pdf" in drawn(first)
    assert " required" not in drawn(first)
    second = PaperForm({"number": "1", "paper-token": token(first)}, {}, actor=actor)
    assert second.is_valid()
    assert second.cleaned_data["paper"] == StoredFile.objects.get()
    assert second.cleaned_data["extra"] is None


def test_a_refused_upload_leaves_the_one_from_before(actor: Actor) -> None:
    first = PaperForm({"number": "x"}, {"paper": pdf()}, actor=actor)
    first.is_valid()
    program = uploads.upload("乙.pdf", uploads.PROGRAM)
    second = PaperForm({"number": "1", "paper-token": token(first)}, {"paper": program}, actor=actor)
    assert not second.is_valid()
    assert "实际内容不是可接受的格式" in drawn(second)
    assert "甲.pdf" in drawn(second)
    third = PaperForm({"number": "1", "paper-token": token(second)}, {}, actor=actor)
    assert third.is_valid()


def test_a_new_upload_replaces_the_one_from_before(actor: Actor) -> None:
    first = PaperForm({"number": "x"}, {"paper": pdf()}, actor=actor)
    first.is_valid()
    second = PaperForm({"number": "1", "paper-token": token(first)}, {"paper": pdf("乙.pdf")}, actor=actor)
    assert second.is_valid()
    assert second.cleaned_data["paper"].name == "乙.pdf"


def test_a_stored_file_is_the_initial_value(actor: Actor) -> None:
    stored = files.store(pdf(), purpose=PURPOSE, by=actor)
    shown = PaperForm(actor=actor, initial={"paper": stored})
    assert "甲.pdf" in drawn(shown)
    sent = PaperForm({"number": "1", "paper-token": token(shown)}, {}, actor=actor, initial={"paper": stored})
    assert sent.is_valid()
    assert sent.cleaned_data["paper"] == stored
    assert "paper" not in sent.changed_data


@pytest.mark.parametrize("forged", ["", "nonsense", "1:2:3"])
def test_a_forged_token_is_no_file(actor: Actor, forged: str) -> None:
    form = PaperForm({"number": "1", "paper-token": forged}, {}, actor=actor)
    assert not form.is_valid()
    assert set(form.errors) == {"paper"}


def test_a_token_is_of_no_use_to_others_or_for_other_purposes(actor: Actor) -> None:
    first = PaperForm({"number": "x"}, {"paper": pdf()}, actor=actor)
    first.is_valid()
    data = {"number": "1", "paper-token": token(first)}
    assert not PaperForm(data, {}, actor=Actor.of(UserFactory())).is_valid()
    StoredFile.objects.update(purpose="test.other")
    assert not PaperForm(data, {}, actor=actor).is_valid()


def test_the_hint_says_what_may_be_uploaded_in_the_readers_language(actor: Actor) -> None:
    assert str(PaperForm(actor=actor)["paper"].help_text) == "可上传 PDF、PNG、JPG，不超过 50 MB。"
    with translation.override("en"):
        assert "PDF、PNG、JPG" in str(PaperForm(actor=actor)["paper"].help_text)


def test_a_refusal_stands_on_its_field_and_each_sentence_by_itself(actor: Actor) -> None:
    form = PaperForm({"number": "1"}, {"paper": pdf()}, actor=actor)
    assert form.is_valid()
    with service_errors(form):
        raise DomainError("太大", field="number")
    with service_errors(form):
        raise DomainError("不知何处", field="unknown")
    with service_errors(form):
        raise Incomplete(["缺一", "缺二"])
    assert form.errors["number"] == ["太大"]
    assert form.non_field_errors() == ["不知何处", "缺一", "缺二"]


def test_lack_of_permission_and_mistakes_of_ours_go_on(actor: Actor) -> None:
    form = PaperForm({"number": "1"}, {"paper": pdf()}, actor=actor)
    assert form.is_valid()
    with pytest.raises(NotAllowed), service_errors(form):
        raise NotAllowed()
    with pytest.raises(ZeroDivisionError), service_errors(form):
        raise ZeroDivisionError


def test_a_file_of_51_megabytes_names_the_limit_and_the_rest_stays(actor: Actor) -> None:
    form = PaperForm({"number": "7"}, {"paper": uploads.large_pdf(51), "extra": pdf("附件.pdf")}, actor=actor)
    assert not form.is_valid()
    assert "超过 50 MB 的上限" in drawn(form)
    assert form["number"].value() == "7"
    assert "附件.pdf" in drawn(form, "extra")
