"""This machine: folder, disk, keys, fonts, PDF, static files."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, check, fail, ok, warn
from marketplace.core import keys

GIB = 1024**3
WARN_BELOW, FAIL_BELOW = 5 * GIB, GIB // 2
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
FONT_NAMES = ("NotoSansCJK", "NotoSerifCJK", "SourceHan", "wqy", "PingFang", "STHeiti", "Songti", "simsun", "msyh")


@check("VAR_DIR")
def var_dir() -> Finding:
    """We can write there, nobody else can read it, and the disk has room."""
    folder = settings.VAR_DIR
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return fail(_("%(folder)s 不存在或不可写。") % {"folder": folder}, f"mkdir -p {folder}")
    free = shutil.disk_usage(folder).free
    words = _("剩余 %(free)s GiB。") % {"free": round(free / GIB, 1)}
    if free < WARN_BELOW:
        level = fail if free < FAIL_BELOW else warn
        return level(words, _("请清理磁盘，或把 VAR_DIR 移到更大的磁盘。"))
    if folder.stat().st_mode & 0o007:
        return warn(_("其他用户可以进入 %(folder)s。") % {"folder": folder}, f"chmod o= {folder}")
    return ok(f"{folder}，{words}")


@check("SEALING_KEEPER")
def sealing_keeper() -> Finding:
    """Who keeps the key that wraps the tenders' keys can be asked."""
    try:
        keys.keeper()
    except (ImportError, TypeError, ImproperlyConfigured) as error:
        return fail(str(error), _("请检查 SEALING_KEEPER。"))
    return ok(settings.SEALING_KEEPER)


@check("SEALING_KEY")
def sealing_key() -> Finding:
    """The key that wraps the tenders' keys opens what it closed, and is read by us only."""
    keeper = keys.keeper()
    if keeper.unwrap(keeper.wrap(b"doctor")) != b"doctor":
        return fail(_("密钥不能解开自己加密的内容。"), _("请检查 SEALING_KEEPER。"))
    if not isinstance(keeper, keys.LocalKeeper):
        return ok(_("由 %(keeper)s 保管。") % {"keeper": settings.SEALING_KEEPER})
    return _key("sealing", settings.SEALING_KEY, lambda: keys.sealing_box())


@check("LOG_KEY")
def log_key() -> Finding:
    """The key that signs receipts and log heads can be read, by us only."""
    return _key("log", settings.LOG_KEY, lambda: keys.log_key())


@check("static")
def static() -> Finding:
    """Collected, or every page would fail."""
    if settings.DEBUG or (settings.STATIC_ROOT / "staticfiles.json").exists():
        return ok(_("已收集。"))
    return fail(_("尚未收集静态文件，页面无法显示。"), "python manage.py collectstatic --no-input")


@check("fonts")
def fonts() -> Finding:
    """A Chinese font for PDFs."""
    if _has_chinese_font():
        return ok(_("有中文字体。"))
    return warn(_("没有中文字体，PDF 将改为可打印的网页。"), _("Debian、Ubuntu：apt-get install fonts-noto-cjk。"))


@check("pdf")
def pdf() -> Finding:
    """WeasyPrint finds its libraries."""
    try:
        import weasyprint
    except OSError as error:
        return warn(
            _("WeasyPrint 无法加载（%(error)s），PDF 将改为可打印的网页。")
            % {"error": str(error).splitlines()[0][:120]},
            _("请运行 script/services install pango；macOS：brew install pango。"),
        )
    return ok(f"WeasyPrint {weasyprint.__version__}")


def _key(name: str, from_environment: str, load: Callable[[], object]) -> Finding:
    load()
    if from_environment:
        return ok(_("来自环境变量。"))
    path = settings.KEYS_DIR / f"{name}.key"
    stat = path.stat()
    if stat.st_mode & 0o077 or stat.st_uid != os.geteuid():
        return fail(_("其他用户可以读取 %(path)s。") % {"path": path}, f"chmod 600 {path}")
    if Path(settings.KEYS_DIR).stat().st_mode & 0o077:
        return warn(_("其他用户可以进入 %(path)s。") % {"path": settings.KEYS_DIR}, f"chmod 700 {settings.KEYS_DIR}")
    return ok(_("%(path)s，请与数据库分开备份。") % {"path": path})


def _has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False
        )
        if listed.stdout.strip():
            return True
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(
        name.lower() in path.name.lower() for folder in folders for path in folder.rglob("*") for name in FONT_NAMES
    )
