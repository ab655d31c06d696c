"""The table of settings, and the file that may hold them."""

import os
from pathlib import Path

import pytest

from config import environment


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What load_file() sets doesn't reach other tests."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_the_file_fills_in_what_the_environment_leaves_open(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    file.write_text(
        "# settings\nEMAIL_FROM = 超市 <a@b.example>\nLOG_LEVEL=DEBUG\n#DEMO=1\n\nnonsense\n", encoding="utf-8"
    )
    os.environ["ENVIRONMENT_FILE"] = str(file)
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.pop("EMAIL_FROM", None)
    environment.load_file()
    assert environment.read("EMAIL_FROM") == "超市 <a@b.example>"
    assert environment.read("LOG_LEVEL") == "ERROR"
    assert not environment.flag("DEMO")


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("no", False)])
def test_flags_are_read_as_people_write_them(text: str, value: bool) -> None:
    os.environ["DEBUG"] = text
    assert environment.flag("DEBUG") is value


def test_lists_ignore_blanks() -> None:
    os.environ["ALLOWED_HOSTS"] = "a.example, b.example,,"
    assert environment.listed("ALLOWED_HOSTS") == ["a.example", "b.example"]


@pytest.mark.parametrize("text", ["fifty", "-1", "1.5"])
def test_a_number_that_is_none_names_its_variable(text: str) -> None:
    os.environ["MAX_UPLOAD_MB"] = text
    with pytest.raises(ValueError, match=f"MAX_UPLOAD_MB must be a whole number, not '{text}'"):
        environment.number("MAX_UPLOAD_MB")


def test_an_empty_variable_means_its_default() -> None:
    os.environ["MAX_UPLOAD_MB"] = ""
    assert environment.number("MAX_UPLOAD_MB") == 50


def test_a_name_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        environment.read("NO_SUCH_SETTING")
