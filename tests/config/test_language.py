"""The English catalogue: complete for the sentences it holds, with the same placeholders, and compiled."""

import re
from pathlib import Path

import polib
import pytest

CATALOGUE = Path(__file__).resolve().parent.parent.parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUE)))


def test_every_sentence_has_english(entries: list[polib.POEntry]) -> None:
    assert len(entries) > 3000
    missing = [entry.msgid for entry in entries if not entry.translated()]
    assert not missing, f"script/messages lists them: {missing[:5]}"


def test_english_keeps_the_placeholders(entries: list[polib.POEntry]) -> None:
    for entry in entries:
        for english in [entry.msgstr, *entry.msgstr_plural.values()]:
            if english:
                assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid


def test_the_compiled_catalogue_is_the_present_one(entries: list[polib.POEntry]) -> None:
    compiled = {(e.msgid, e.msgstr) for e in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {(entry.msgid, entry.msgstr) for entry in entries}
