"""What may lie in an archive: documents, pictures, drawings and data; no programs, macros or further archives.

The directory's size is read before the directory, so that an archive that says to hold millions of files costs nothing.
"""

import html
import struct
import zipfile
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import BadFile

MAX_ENTRIES = 5000
MAX_DIRECTORY = 2 << 20  # bytes of the central directory: 400 for each entry
MAX_CONTENT_TYPES = 1 << 20
END = b"PK\x05\x06"
END_SIZE, END_FORMAT, LOCATOR, LOCATOR_SIZE = 22, "<4s4H2LH", b"PK\x06\x07", 20

OFFICE = {".docx", ".xlsx", ".pptx"}
ALLOWED = OFFICE | {
    *(".pdf", ".ofd", ".wps", ".et", ".dps", ".rtf", ".txt", ".md", ".csv", ".xml", ".json"),
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".mp4"),
    *(".dwg", ".dxf", ".dgn", ".ifc", ".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".kml", ".gml"),
    *(".geojson", ".gpkg", ".dem", ".las", ".dat", ".tfw", ".jgw"),
}
LITTER = {".ds_store", "thumbs.db"}  # what file managers leave in folders
PROGRAMS = {
    ".exe",
    ".dll",
    ".com",
    ".bat",
    ".cmd",
    ".ps1",
    ".js",
    ".jse",
    ".vbs",
    ".vbe",
    ".wsf",
    ".hta",
    ".scr",
    ".msi",
}
PROGRAMS |= {".lnk", ".jar", ".sh", ".cpl", ".pif", ".reg"}
MACRO_WORDS = ("vbaproject", "macroenabled", "macrosheet")
# How programs, shortcuts and archives begin, whatever they are called.
PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00")
ARCHIVE_HEADS = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x03\x04")


def names_in(file: IO[bytes]) -> set[str] | None:
    """The names in an archive's directory; None when it is none, or its directory is too large to be read."""
    if not _is_modest(file):
        return None
    try:
        with zipfile.ZipFile(file) as packed:
            return set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return None


def is_too_large(file: IO[bytes]) -> bool:
    """Whether it is an archive by its end, and one whose directory is too large to be read."""
    return _end_of(file) is not None and not _is_modest(file)


def check(file: IO[bytes], name: str, *, is_office: bool, most_bytes: int) -> None:
    """BadFile when the archive unfolds to more than `most_bytes`, or holds what it may not."""
    with zipfile.ZipFile(file) as packed:
        infos = packed.infolist()
        if len(infos) > MAX_ENTRIES or sum(info.file_size for info in infos) > most_bytes:
            raise BadFile(_("压缩文件“%(name)s”展开后过大。请只打包需要的文件。") % {"name": name})
        for info in infos:
            _check_name(info, name, is_office)
        if is_office:
            _check_macros(packed, name)
        else:
            _check_members(packed, name)


def _end_of(file: IO[bytes]) -> tuple[int, int, bool] | None:
    """Entries, bytes of the directory, and whether a 64-bit end overrides both; found the way `zipfile` finds it."""
    file.seek(0, 2)
    size = file.tell()
    start = max(size - (1 << 16) - END_SIZE - LOCATOR_SIZE, 0)
    file.seek(start)
    tail = file.read()
    last = tail[-END_SIZE:]
    place = len(tail) - END_SIZE if last.startswith(END) and last.endswith(b"\0\0") else tail.rfind(END)
    if place < 0 or len(tail) - place < END_SIZE:
        return None
    fields = struct.unpack(END_FORMAT, tail[place : place + END_SIZE])
    is_64 = tail[max(place - LOCATOR_SIZE, 0) : place].startswith(LOCATOR)
    return fields[4], fields[5], is_64


def _is_modest(file: IO[bytes]) -> bool:
    end = _end_of(file)
    return end is not None and not end[2] and end[0] <= MAX_ENTRIES and end[1] <= MAX_DIRECTORY


def _check_name(info: zipfile.ZipInfo, name: str, is_office: bool) -> None:
    path = info.filename.replace("\\", "/")
    parts = path.rstrip("/").split("/")
    if path.startswith("/") or ".." in parts or ":" in path or any(ord(c) < 32 for c in path):
        raise BadFile(_("压缩文件“%(name)s”里有指向其他文件夹的路径。请重新打包。") % {"name": name})
    if info.flag_bits & 1:
        raise BadFile(_("压缩文件“%(name)s”设有密码，无法检查。请去掉密码后重新打包。") % {"name": name})
    if info.is_dir():
        return
    plain = parts[-1].lower().rstrip(". ")  # Windows leaves dots and spaces at the end away: "a.exe. " runs
    suffix = PurePosixPath(plain).suffix
    if suffix in PROGRAMS or any(word in path.lower() for word in MACRO_WORDS):
        raise BadFile(_("压缩文件“%(name)s”里有可执行文件或宏。请删除后重新打包。") % {"name": name})
    if not is_office and suffix not in ALLOWED and plain not in LITTER:
        raise BadFile(
            _(
                "压缩文件“%(name)s”里的“%(member)s”不能接收：压缩文件里只放文档、图片、图纸和数据，"
                "不放程序和另外的压缩包；旧格式文档请另存为 DOCX、XLSX 或 PDF。"
            )
            % {"name": name, "member": parts[-1][:80]}
        )


def _check_macros(packed: zipfile.ZipFile, name: str) -> None:
    """An Office file says in [Content_Types].xml what its parts are, whatever their names."""
    for info in packed.infolist():
        if info.filename.lower().replace("\\", "/").lstrip("/") != "[content_types].xml":
            continue
        with packed.open(info) as part:
            said = part.read(MAX_CONTENT_TYPES + 1)
        words = html.unescape(said.replace(b"\0", b"").decode("utf-8", "ignore")).lower()
        if len(said) > MAX_CONTENT_TYPES or any(word in words for word in MACRO_WORDS):
            raise BadFile(_("文件“%(name)s”里有宏。请另存为不含宏的 DOCX、XLSX，或存为 PDF 后上传。") % {"name": name})


def _check_members(packed: zipfile.ZipFile, name: str) -> None:
    """What each file of the archive begins with; an Office file in it is looked into."""
    for info in packed.infolist():
        if info.is_dir():
            continue
        is_office = PurePosixPath(info.filename.lower().rstrip(". ")).suffix in OFFICE
        with packed.open(info) as part:
            head = part.read(8)
            if head.startswith(PROGRAM_HEADS) or (head.startswith(ARCHIVE_HEADS) and not is_office):
                raise BadFile(
                    _("压缩文件“%(name)s”里的“%(member)s”是可执行文件或另外的压缩包。请删除后重新打包。")
                    % {"name": name, "member": info.filename[-80:]}
                )
            if is_office and head.startswith(b"PK\x03\x04"):
                part.seek(0)
                inner = names_in(part)
                if inner is None:
                    raise BadFile(_("压缩文件“%(name)s”展开后过大。请只打包需要的文件。") % {"name": name})
                with zipfile.ZipFile(part) as office:
                    _check_macros(office, name)
