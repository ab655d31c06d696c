"""What the tests of agencies share."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def chinese() -> None:
    """A page asked for in English leaves its language in the thread."""
    translation.activate(settings.LANGUAGE_CODE)
