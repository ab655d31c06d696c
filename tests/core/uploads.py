"""Uploads as a browser sends them, good and bad ones."""

import struct
import zipfile
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00" + bytes(200)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A small file."""
    return SimpleUploadedFile(name, content)


def picture(name: str = "证书.png", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """A real picture, in the format that its name says."""
    content = BytesIO()
    Image.new("RGB", size, "white").save(content, "PNG" if name.endswith("png") else "JPEG")
    return upload(name, content.getvalue())


def pixel_bomb(name: str = "证书.png", side: int = 50_000) -> SimpleUploadedFile:
    """A PNG of some hundred bytes that says it has `side` × `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    return upload(name, b"\x89PNG\r\n\x1a\n" + body)


def packed(name: str, members: dict[str, bytes]) -> SimpleUploadedFile:
    """A zip with these members and their bytes."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for member, inside in members.items():
            target.writestr(member, inside)
    return upload(name, content.getvalue())


def macros(word: str = "application/vnd.ms-office.vbaProject", encoding: str = "utf-8") -> SimpleUploadedFile:
    """A workbook whose list of contents names a part with macros, under a harmless file name."""
    said = f'<Types><Override PartName="/xl/theme.bin" ContentType="{word}"/></Types>'.encode(encoding)
    return packed("表.xlsx", {"[Content_Types].xml": said, "xl/workbook.xml": b"x", "xl/theme.bin": b"x"})


def acting_pdf(action: str = "", attached: str = "", password: str = "") -> SimpleUploadedFile:
    """A real PDF that does this when it is opened ("/Launch", "/JavaScript"), or brings a file of this name."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if action:
        what = {"/S": NameObject(action), "/JS": TextStringObject("app.alert(1)"), "/F": TextStringObject("cmd.exe")}
        what.pop("/F" if action == "/JavaScript" else "/JS")
        acts = DictionaryObject({NameObject(key): value for key, value in what.items()})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(acts)
    if attached:
        writer.add_attachment(attached, PROGRAM)
    if password:
        writer.encrypt(password)
    content = BytesIO()
    writer.write(content)
    return upload("证书.pdf", content.getvalue())


def archive(name: str, *members: str) -> SimpleUploadedFile:
    """A zip with these members, each a few bytes."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for member in members:
            packed.writestr(member, "x")
    return upload(name, content.getvalue())


def zip_bomb(name: str = "成果.zip", gigabytes: int = 3) -> SimpleUploadedFile:
    """A zip whose directory says that it unfolds to gigabytes."""
    content = bytearray(archive(name, "a.txt").read())
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", min(gigabytes * 2**30, 2**32 - 2))
    return upload(name, bytes(content))


def large_pdf(megabytes: int, name: str = "成果.pdf") -> TemporaryUploadedFile:
    """A sparse PDF on disk, as Django keeps large uploads."""
    file = TemporaryUploadedFile(name, "application/pdf", megabytes * 2**20, None)
    content = acting_pdf().read()
    end = content[content.rindex(b"startxref") :]
    file.file.write(content)
    file.file.truncate(megabytes * 2**20)
    file.file.seek(-len(end), 2)
    file.file.write(end)
    file.file.seek(0)
    return file
