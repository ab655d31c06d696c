"""Uploads: what a file really is, where its bytes lie, and who may read it.

A file is judged by its content, never by its name. Bytes lie once under their SHA-256; a `StoredFile` row names them,
and its `purpose` (declared in `apps.py`) decides who may open it.
"""

import hashlib
import os
import secrets
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from marketplace.core import archives, clock, pdf_contents
from marketplace.core.errors import BadFile
from marketplace.core.models import StoredFile

__all__ = ["BadFile", "Kind", "inspect", "is_own", "may_read", "open_bytes", "path_of", "register", "store"]

MAX_PIXELS = 60_000_000
CHUNK = 1 << 20

MayRead = Callable[[Any, StoredFile], bool]
_purposes: dict[str, MayRead] = {}


@dataclass(frozen=True)
class Kind:
    """A kind of file: its content type and how a person calls it."""

    content_type: str
    label: str
    suffixes: tuple[str, ...]


PDF = Kind("application/pdf", "PDF", (".pdf",))
PNG = Kind("image/png", "PNG", (".png",))
JPEG = Kind("image/jpeg", "JPG", (".jpg", ".jpeg"))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX", (".docx",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", (".xlsx",))
ZIP = Kind("application/zip", "ZIP", (".zip",))

SCANS = (PDF, PNG, JPEG)
ARCHIVES = (DOCX, XLSX, ZIP)
DOCUMENTS = (PDF, PNG, JPEG, DOCX, XLSX)
DELIVERABLES = (PDF, PNG, JPEG, DOCX, XLSX, ZIP)


def register(purpose: str, may_read: MayRead) -> None:
    """Let `may_read(actor, stored_file)` decide who opens files of this purpose."""
    _purposes[purpose] = may_read


def may_read(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor may open the file; nobody may where the purpose is unknown."""
    rule = _purposes.get(stored.purpose)
    return bool(rule and rule(actor, stored))


def is_own(actor: Any, stored: StoredFile) -> bool:
    """Whether the actor uploaded the file and acts now for whom it was uploaded: who left keeps none."""
    if actor is None or actor.user is None or stored.uploaded_by_id != actor.user.pk:
        return False
    return bool(actor.organisation_code == stored.holder)


def inspect(upload: UploadedFile, accepted: tuple[Kind, ...], *, max_pixels: int = MAX_PIXELS) -> Kind:
    """What the upload is. BadFile when it is too large, empty, not what its name says, not accepted, or dangerous."""
    limit = settings.MAX_UPLOAD_BYTES
    size = upload.size or 0
    labels = "、".join(kind.label for kind in accepted)
    if size > limit:
        raise BadFile(
            _("文件“%(name)s”有 %(size).1f MB，超过 %(limit)d MB 的上限。请压缩或拆分后再上传。")
            % {"name": upload.name, "size": size / 1048576, "limit": limit // 1048576}
        )
    if size == 0:
        raise BadFile(_("文件“%(name)s”是空的。请检查原文件后重新上传。") % {"name": upload.name})
    kind = _sniff(upload, accepted)
    if kind is None or kind not in accepted:
        raise BadFile(
            _("文件“%(name)s”的实际内容不是可接受的格式（%(labels)s）。改文件名不会改变内容，请另存为上述格式后上传。")
            % {"name": upload.name, "labels": labels}
        )
    if Path(upload.name or "").suffix.lower() not in kind.suffixes:
        raise BadFile(
            _("文件“%(name)s”的内容是 %(label)s，与扩展名不一致。请用正确的扩展名保存后上传。")
            % {"name": upload.name, "label": kind.label}
        )
    if kind in (PNG, JPEG):
        _check_picture(upload, max_pixels)
    if kind in ARCHIVES:
        archives.check(
            upload.file,  # type: ignore[arg-type]
            upload.name or "",
            is_office=kind is not ZIP,
            most_bytes=40 * settings.MAX_UPLOAD_BYTES,
        )
    if kind is PDF:
        pdf_contents.check(upload.file, upload.name or "")  # type: ignore[arg-type]
    return kind


def store(
    upload: UploadedFile, *, purpose: str, by: Any, holder: str | None = None, accepted: tuple[Kind, ...] = SCANS
) -> StoredFile:
    """Check the upload, write its bytes once under their hash, and return its row. Raises BadFile.

    `holder`: the credit code of the organisation it belongs to, by default of the one that the actor acts for.
    """
    if purpose not in _purposes:
        raise LookupError(f"nobody says who may read files of purpose {purpose}")
    _require_allowance(upload, by)
    kind = inspect(upload, accepted)
    sha256 = _hash(upload)
    if not _is_there(path_of(sha256)):
        _write(upload, path_of(sha256))
    name = Path((upload.name or "file").replace("\\", "/")).name[-200:]
    return StoredFile.objects.create(
        name=name,
        sha256=sha256,
        size=upload.size or 0,
        content_type=kind.content_type,
        purpose=purpose,
        holder=by.organisation_code if holder is None else holder,
        uploaded_by=by.user,
    )


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.PRIVATE_ROOT) / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Write bytes that are no upload (something encrypted) once under their hash, which is returned."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not path_of(sha256).exists():
        _write(SimpleUploadedFile(sha256, content), path_of(sha256))
    return sha256


def kept(sha256: str) -> bytes:
    """The bytes that `keep` wrote under this hash. FileNotFoundError."""
    return path_of(sha256).read_bytes()


def open_bytes(stored: StoredFile) -> IO[bytes]:
    """The file's bytes, for reading."""
    return path_of(stored.sha256).open("rb")


def _hash(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _write(upload: UploadedFile, path: Path) -> None:
    """Whole or not at all, also when the power fails: the row that names these bytes will say they are there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    upload.seek(0)
    with draft.open("wb") as target:
        for chunk in upload.chunks(CHUNK):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(path)


def _require_allowance(upload: UploadedFile, by: Any) -> None:
    """BadFile when the person has uploaded as much as a day allows, also with forms that failed."""
    if by.user is None:
        return
    mine = StoredFile.objects.filter(uploaded_by=by.user, created_at__gt=clock.now() - timedelta(days=1))
    if (mine.aggregate(total=Sum("size"))["total"] or 0) + (upload.size or 0) > settings.UPLOAD_BYTES_A_DAY:
        raise BadFile(
            _("您在 24 小时内上传的文件已达 %(limit)d MB 的上限，“%(name)s”没有保存。请明天再上传，或压缩后再试。")
            % {"limit": settings.UPLOAD_BYTES_A_DAY // 1048576, "name": upload.name}
        )


def _is_there(path: Path) -> bool:
    """Whether the bytes lie there already; then they are made young, so that the sweep leaves them to their new row."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _sniff(upload: UploadedFile, accepted: tuple[Kind, ...]) -> Kind | None:
    upload.seek(0)
    head = upload.read(16)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"PK\x03\x04") and set(accepted) & set(ARCHIVES):
        return _kind_of_archive(upload)
    return None


def _kind_of_archive(upload: UploadedFile) -> Kind | None:
    file: IO[bytes] = upload.file  # type: ignore[assignment]
    names = archives.names_in(file)
    if names is None:
        if archives.is_too_large(file):
            raise BadFile(_("压缩文件“%(name)s”里的文件太多。请只打包需要的文件。") % {"name": upload.name})
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else ZIP


def _check_picture(upload: UploadedFile, max_pixels: int) -> None:
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload.file, formats=("PNG", "JPEG")) as picture:  # type: ignore[arg-type]
                width, height = picture.size
                if width * height > max_pixels:
                    raise Image.DecompressionBombError
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile(
            _("图片“%(name)s”的像素过大（超过 %(limit)d 万）。请缩小后再上传。")
            % {"name": upload.name, "limit": max_pixels // 10_000}
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadFile(_("图片“%(name)s”已损坏，无法打开。请重新导出后上传。") % {"name": upload.name}) from error
