"""The browser forgets what it kept of a form when the form arrived, and only then."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SENT = {"draft_key": "tender-new"}


def test_a_redirect_after_a_form_names_its_draft_once() -> None:
    browser = Client()
    browser.force_login(UserFactory())
    answer = browser.post(reverse("account_logout"), SENT)
    assert answer.status_code == 302
    assert answer.cookies["draft_done"].value == "tender-new"


def test_a_form_that_was_refused_keeps_its_draft() -> None:
    answer = Client().post(reverse("tender_new"), SENT)
    assert answer.status_code in (302, 403)
    assert "draft_done" not in answer.cookies
