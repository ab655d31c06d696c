"""What the tests need from the operating system; installed by apt where we are root on Debian or Ubuntu."""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from script import _say
from script._services import SERVICES

CJK_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
CJK_NAMES = ("NotoSansCJK", "NotoSerifCJK", "SourceHanSans", "wqy", "PingFang", "STHeiti", "Songti")


@dataclass(frozen=True)
class Installable:
    """Something that can be installed: Debian's packages, and how to see what is missing ("" if nothing)."""

    packages: tuple[str, ...]
    missing: Callable[[], str]


def chromium() -> str:
    """The browser's program: CHROMIUM, or Chromium or Chrome where systems put them; "" if there is none."""
    names = (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    )
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *names) if name)
    return next((program for program in found if program), "")


def _no_browser() -> str:
    return "" if chromium() else "Chromium is not installed: apt-get install chromium, or set CHROMIUM to its path"


def _no_font() -> str:
    folders = (Path(folder) for folder in CJK_FOLDERS)
    if any(name in path.name for folder in folders for path in folder.rglob("*") for name in CJK_NAMES):
        return ""
    return "No Chinese font is installed: apt-get install fonts-noto-cjk"


def _no_venv() -> str:
    if importlib.util.find_spec("ensurepip") or importlib.util.find_spec("pip"):
        return ""
    return "Python's venv is not installed: apt-get install python3-venv"


def _no_pango() -> str:
    if ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0"):
        return ""
    return "Pango is not installed (PDFs need it): apt-get install libpangoft2-1.0-0, or brew install pango"


INSTALLABLE: dict[str, Installable] = {
    **{name: Installable(service.packages, service.missing) for name, service in SERVICES.items()},
    "venv": Installable(("python3-venv",), _no_venv),
    "chromium": Installable(("chromium",), _no_browser),
    "fonts": Installable(("fonts-noto-cjk",), _no_font),
    "pango": Installable(("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"), _no_pango),
}


def may_install() -> bool:
    """Whether apt is there and we are root."""
    return not os.getuid() and shutil.which("apt-get") is not None


def install(names: Iterable[str]) -> list[str]:
    """Install what is missing of these, where we may; returns a line for each that is missing afterwards."""
    names = list(names)
    wanted = [INSTALLABLE[name].packages for name in names if INSTALLABLE[name].missing()]
    if wanted and may_install():
        together = [package for group in wanted for package in group]
        with _say.step(f"Installing {', '.join(together)}"):
            if _apt("update") and not _apt("install", *together):
                for group in wanted:  # one that this system doesn't have must not keep the others out
                    _apt("install", *group)
    return [missing for name in names if (missing := INSTALLABLE[name].missing())]


def _apt(act: str, *packages: str) -> bool:
    """Let apt-get work without questions; says what went wrong."""
    command = ["apt-get", "-qq", act, *(("-y", "--no-install-recommends") if packages else ()), *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        _say.line(f"  {' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.returncode == 0
