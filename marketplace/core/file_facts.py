"""What a file says of its own making: author, program, dates. Read for inspectors; a file that says nothing says {}."""

import re
import zipfile
from collections.abc import Mapping
from html import unescape
from typing import IO, Any

from pypdf import PdfReader

MOST_BYTES = 30 << 20  # a larger file is not looked into
MOST_PART = 64 << 10
MOST_TEXT = 200
PDF_KEYS = {
    "/Author": "author",
    "/Creator": "creator",
    "/Producer": "producer",
    "/CreationDate": "created",
    "/ModDate": "modified",
}
OFFICE_PARTS = {
    "docProps/core.xml": {
        "dc:creator": "author",
        "cp:lastModifiedBy": "editor",
        "dcterms:created": "created",
        "dcterms:modified": "modified",
    },
    "docProps/app.xml": {"Application": "producer", "Company": "company"},
}


def made_by(file: IO[bytes]) -> dict[str, str]:
    """Author, producer, dates of a PDF or an Office file, as it says itself; anybody may have written that in."""
    size = file.seek(0, 2)
    file.seek(0)
    begin = file.read(5)
    file.seek(0)
    if size > MOST_BYTES:
        return {}
    try:
        found = _pdf(file) if begin == b"%PDF-" else _office(file) if begin.startswith(b"PK") else {}
    except Exception:  # whatever a broken file makes its reader say: then it says nothing
        return {}
    return {name: text for name, value in found.items() if (text := _clean(value))}


def _pdf(file: IO[bytes]) -> dict[str, str]:
    told: Mapping[str, Any] = PdfReader(file, strict=False).metadata or {}
    return {name: _dated(str(told[key])) for key, name in PDF_KEYS.items() if told.get(key)}


def _dated(value: str) -> str:
    """A PDF's way of writing dates (ISO 32000, 7.9.4) as people read it: `2026-11-20 10:15:00`; others as they are."""
    found = re.fullmatch(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?.*", value)
    return "{}-{}-{} {}:{}:{}".format(*(part or "00" for part in found.groups())) if found else value


def _office(file: IO[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    with zipfile.ZipFile(file) as archive:
        there = set(archive.namelist())
        for part, tags in OFFICE_PARTS.items():
            if part not in there:
                continue
            with archive.open(part) as opened:
                text = opened.read(MOST_PART).decode("utf-8", "replace")
            for tag, name in tags.items():
                if match := re.search(rf"<{tag}(?:\s[^>]*)?>([^<]*)</{tag}>", text):
                    found[name] = unescape(match[1])
    return found


def _clean(value: str) -> str:
    """One line of printable text, not too long."""
    return "".join(c for c in value if c.isprintable()).strip()[:MOST_TEXT]
