"""Every test of the pages stands in a zone that was set up, with its home page and sections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from cms.models import HomePage
from cms.services import ensure_site
from marketplace.core.models import Zone
from tests.tenders import scene


@pytest.fixture
def home(db: None, settings: Any, tmp_path: Path) -> Iterator[HomePage]:
    settings.MEDIA_ROOT = tmp_path
    scene.set_up()
    cache.clear()
    zone = Zone.current()
    assert zone is not None
    yield ensure_site(zone)
    cache.clear()
