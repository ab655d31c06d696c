"""The virtual environment: made with uv where that can be had (seconds), with venv and pip otherwise."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from script import _children, _say, _stamps
from script._stamps import ROOT

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
BOOTSTRAP = ROOT / "build" / "bootstrap"
RUNTIME, TESTING = "requirements.txt", "requirements-test.txt"


def make(requirements: str = RUNTIME) -> Path:
    """Make the environment if needed, install `requirements` if they changed; returns its Python. Raises Failure."""
    if _works(PYTHON) and _stamps.matches(_stamp(requirements), _wanted(requirements)):
        return PYTHON
    with _alone():
        if not _works(PYTHON):
            _create()
        if not _stamps.matches(_stamp(requirements), _wanted(requirements)):
            with _say.step(f"Installing {requirements}"):
                _install(requirements)
            for name in {requirements, RUNTIME}:  # testing's requirements include the others
                _stamps.write(_stamp(name), _wanted(name))
    return PYTHON


def _stamp(requirements: str) -> Path:
    return FOLDER / f"{requirements}.sha256"


def _wanted(requirements: str) -> str:
    return _stamps.digest(ROOT / name for name in {requirements, RUNTIME})


def _works(python: Path) -> bool:
    return python.exists() and _succeeds([str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two commands that start together must not both install."""
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "install.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create() -> None:
    if FOLDER.exists():
        _say.line(f"· {FOLDER.name} does not work (was Python upgraded?) and is made anew")
        shutil.rmtree(FOLDER)
    with _say.step("Making the virtual environment"):
        uv = _uv()
        if uv and _succeeds([*uv, "venv", "--quiet", "--python", sys.executable, str(FOLDER)]):
            return
        shutil.rmtree(FOLDER, ignore_errors=True)
        if not _succeeds([sys.executable, "-m", "venv", str(FOLDER)]) or not _has_pip(PYTHON):
            shutil.rmtree(FOLDER, ignore_errors=True)
            raise _say.Failure(_advice())


def _install(requirements: str) -> None:
    uv = _uv()
    file = str(ROOT / requirements)
    if uv:
        try:
            _children.output_of(
                [*uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-r", file], env=_uv_environment()
            )
        except _say.Failure as failure:
            _say.line(f"  uv could not ({str(failure).splitlines()[-1][:160]}); trying pip")
        else:
            return
    if not _has_pip(PYTHON) and not _succeeds([str(PYTHON), "-m", "ensurepip"]):
        raise _say.Failure(_advice())
    try:
        _children.output_of([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", file])
    except _say.Failure as failure:
        hint = "Is the package index reachable? A mirror is set by:  pip config set global.index-url ADDRESS"
        raise _say.Failure(f"{failure}\n{hint}") from None


def _uv() -> list[str]:
    """How uv is called: the installed one, or one of our own that pip put into build/bootstrap; [] if there is none."""
    installed = shutil.which("uv")
    if installed and _succeeds([installed, "--version"]):
        return [installed]
    own = BOOTSTRAP / "bin" / "uv"
    if not own.exists() and _has_pip(Path(sys.executable)):
        _succeeds([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(BOOTSTRAP), "uv"])
    return [str(own)] if own.exists() and _succeeds([str(own), "--version"]) else []


def _uv_environment() -> dict[str, str]:
    """uv does not read pip's settings: hand it the mirror that pip was told to use."""
    environment = dict(os.environ)
    if "UV_DEFAULT_INDEX" not in environment and _has_pip(Path(sys.executable)):
        command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        mirror = environment.get("PIP_INDEX_URL") or told
        if mirror:
            environment["UV_DEFAULT_INDEX"] = mirror
    return environment


def _has_pip(python: Path) -> bool:
    return _succeeds([str(python), "-m", "pip", "--version"])


def _advice() -> str:
    """The one command that helps when this Python can make no environment."""
    if shutil.which("apt-get"):
        return "This Python has neither venv nor pip. Run this, then try again:  sudo apt-get install -y python3-venv"
    if shutil.which("dnf"):
        return "This Python has neither venv nor pip. Run this, then try again:  sudo dnf install -y python3-pip"
    return f"This Python has neither venv nor pip. Run this, then try again:  {sys.executable} -m ensurepip --upgrade"
