"""What a PDF may not bring along: scripts, actions that start programs, and files inside it."""

import re
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from marketplace.core.errors import BadFile

MAX_OBJECTS = 100_000
ACTIONS = {"/Launch", "/JavaScript"}
KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF"}
TYPES = {"/EmbeddedFile"}
# The same in the bytes, for a file too broken to be read: names may be written with #xx.
TRACES = re.compile(rb"/(?:Launch|JavaScript|JS|EmbeddedFiles?)(?![A-Za-z0-9])")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
TAIL, MAX_SEARCHED = 4096, 8 << 20
BLOCK, OVERLAP = 1 << 20, 64


def _is_broken(file: IO[bytes]) -> bool:
    """A large file without the mark at its end where reading begins: to search all of it takes too long."""
    size = file.seek(0, 2)
    file.seek(max(size - TAIL, 0))
    return size > MAX_SEARCHED and b"startxref" not in file.read()


def check(file: IO[bytes], name: str) -> None:
    """BadFile for a PDF with scripts, programs to start or attachments, or one that can't be looked into."""
    if _is_broken(file):
        raise BadFile(_("PDF 文件“%(name)s”已损坏，无法打开。请重新导出后上传。") % {"name": name})
    try:
        reader = PdfReader(file, strict=False)
        is_shut = reader.is_encrypted and not reader.decrypt("")
        count, is_bad = (0, False) if is_shut else _walk(reader)
    except Exception:  # whatever a broken file makes the reader say; the bytes are looked at instead
        is_shut, count, is_bad = False, 0, _has_traces(file)
    if is_shut:
        raise BadFile(_("PDF 文件“%(name)s”设有打开密码，无法查看。请去掉密码后上传。") % {"name": name})
    if is_bad or count > MAX_OBJECTS:
        raise BadFile(
            _(
                "PDF 文件“%(name)s”里带有脚本、启动程序的动作或附件，不能接收。"
                "请用“打印为 PDF”重新生成；附件请另外上传。"
            )
            % {"name": name}
        )


def _walk(reader: PdfReader) -> tuple[int, bool]:
    """How many objects were reached from the trailer, and whether one of them is what it may not be."""
    seen: set[tuple[int, int]] = set()
    count = 0
    waiting: list[Any] = [reader.trailer]
    while waiting and count <= MAX_OBJECTS:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            key = (each.idnum, each.generation)
            if key in seen:
                continue
            seen.add(key)
            count += 1
            each = each.get_object()
        if isinstance(each, ArrayObject):
            waiting.extend(list.__iter__(each))
        elif isinstance(each, DictionaryObject):
            if _is_bad(each):
                return count, True
            waiting.extend(dict.values(each))
    return count, False


def _is_bad(found: DictionaryObject) -> bool:
    if KEYS & {str(key) for key in found}:
        return True
    return str(found.get("/S", "")) in ACTIONS or str(found.get("/Type", "")) in TYPES


def _has_traces(file: IO[bytes]) -> bool:
    file.seek(0)
    before = b""
    while block := file.read(BLOCK):
        text = ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), before + block)
        if TRACES.search(text):
            return True
        before = block[-OVERLAP:]
    return False
