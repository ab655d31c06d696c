"""What the web server says when it starts."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.wsgi import say_what_is_missing


def test_a_server_without_static_files_says_so_at_its_start(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = tmp_path
    say_what_is_missing()
    assert "collectstatic" in caplog.text
    caplog.clear()
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    say_what_is_missing()
    assert caplog.text == ""
