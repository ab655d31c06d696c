"""Sample papers for uploads: a drawn certificate, and a one-page PDF. Each says that it is a sample."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def certificate(number: str) -> SimpleUploadedFile:
    """A picture of a certificate that says SAMPLE, with its number."""
    picture = Image.new("RGB", (720, 500), "#fbf8ef")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((16, 16, 703, 483), outline="#1661ab", width=4)
    draw.rectangle((28, 28, 691, 471), outline="#b3d1ec", width=1)
    draw.text((300, 80), "SAMPLE CERTIFICATE", fill="#0d2f52")
    draw.text((300, 130), f"No. {number}", fill="#354454")
    draw.ellipse((500, 320, 620, 440), outline="#a8261c", width=4)
    draw.text((536, 372), "SAMPLE", fill="#a8261c")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False, compress_level=1)
    return SimpleUploadedFile(f"certificate-{number}.png", buffer.getvalue(), "image/png")


def document(title: str, *lines: str) -> SimpleUploadedFile:
    """A PDF of one page in Chinese: a title, and lines below. The font is every viewer's own (Adobe-GB1)."""
    shown = [f"<{line.encode('utf-16-be').hex()}> Tj" for line in (*lines, "（演示样本，无法律效力）")]
    head = f"/F1 22 Tf 72 740 Td <{title.encode('utf-16-be').hex()}> Tj /F1 12 Tf 0 -26 TL 0 -18 Td"
    stream = f"BT {head} {' '.join(f'T* {line}' for line in shown)} ET".replace("0 -26 TL", "26 TL").encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for index, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return SimpleUploadedFile(f"{title[:40]}.pdf", bytes(out), "application/pdf")
