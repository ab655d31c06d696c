"""Browsers without a browser: visitors, people logged in, and papers to upload."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def paper() -> Callable[..., SimpleUploadedFile]:
    """`paper("授权书.pdf")`: an upload with a PDF's content."""
    return lambda name="授权书.pdf", content=PDF: SimpleUploadedFile(name, content)


@pytest.fixture
def browser_of() -> Callable[[User | Actor], Client]:
    """`browser_of(person)`: a client in which that person is logged in."""

    def logged_in(person: User | Actor) -> Client:
        client = Client()
        user = person.person if isinstance(person, Actor) else person
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return logged_in
