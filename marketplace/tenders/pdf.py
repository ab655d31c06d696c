"""The award notice as PDF, with its Chinese font inside and a QR code that leads to its page.

WeasyPrint needs Pango and a CJK font, which come with the system and not with Python: it is imported only when it is
used, and where something is missing `available` says what to install.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.tenders import notices
from marketplace.tenders.models import Award

STYLE = Path(__file__).with_name("notice.css")
FORMAT = "v2"  # part of the file's name: a new design makes new files
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "~/.fonts")
FONT_NAMES = ("*cjk*", "*CJK*", "*NotoSansSC*", "*SourceHan*", "*wqy*", "*PingFang*", "*simsun*", "*msyh*")


def available() -> str | None:
    """None when PDFs can be made here; otherwise what is missing and what to install, as a sentence."""
    if not _weasyprint_loads():
        return _(
            "本机缺少生成 PDF 所需的 Pango 组件。Debian、Ubuntu 请安装：apt install libpango-1.0-0 libpangoft2-1.0-0。"
        )
    if not _has_chinese_font():
        return _("本机没有中文字体，无法生成 PDF。Debian、Ubuntu 请安装：apt install fonts-noto-cjk。")
    return None


def address_of(award: Award) -> str:
    """The notice's whole public address, for its QR code."""
    return f"{settings.SITE_URL}{award.notice['url']}"


def notice(award: Award) -> bytes:
    """The notice's PDF: made when first asked for, and kept by the hash of its content."""
    kept = Path(settings.PRIVATE_ROOT) / "notices" / f"{notices.notice_hash(award)}-{FORMAT}.pdf"
    if kept.exists():
        return kept.read_bytes()
    content = _make(award)
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{id(content):x}")
    draft.write_bytes(content)
    draft.replace(kept)
    return content


def qr(address: str) -> SafeString:
    """A QR code of an address as SVG, without any style of its own."""
    code = segno.make(address, error="m")
    return mark_safe(code.svg_inline(scale=4, border=2, svgclass="z-qr", lineclass=None, omitsize=True))


def _make(award: Award) -> bytes:
    from weasyprint import CSS, HTML

    moments = ("issued_at", "opened_at", "publicity_until", "sign_by")
    content: dict[str, Any] = award.notice
    context = {
        "notice": content | {name: parse_datetime(content[name] or "") for name in moments},
        "notice_sha256": notices.notice_hash(award),
        "address": address_of(award),
        "code": qr(address_of(award)),
    }
    with translation.override("zh-hans"):
        page = render_to_string("tenders/notice_print.html", context)
    made: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf(stylesheets=[CSS(filename=str(STYLE))])
    return made


def _nothing(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    raise ValueError(f"a notice fetches nothing: {url}")


@cache
def _weasyprint_loads() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


@cache
def _has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip())
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in FONT_NAMES)
