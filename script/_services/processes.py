"""What every throw-away server needs: a port, a folder, an unprivileged user, a patient start, an exact end."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from script import _say

UNPRIVILEGED = "nobody"
END_SECONDS = 15


@dataclass(frozen=True)
class Running:
    """A server that was started: enough to end exactly this one, also from another process."""

    name: str
    pid: int
    born: str  # with the pid it names one process for ever: a pid alone is given to others later
    folder: str
    variables: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the state file."""
        return asdict(self)


class Service(Protocol):
    """A kind of server."""

    @property
    def name(self) -> str:
        """How it is called on the command line."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Debian's packages."""

    def missing(self) -> str:
        """What is not installed, and what to do about it; "" if nothing."""

    def start(self) -> Running:
        """Start one and wait until it answers. Raises Failure."""

    def stop(self, server: Running) -> None:
        """End exactly this one and remove its data."""

    def is_alive(self, server: Running) -> bool:
        """Whether it still runs."""


class Process:
    """The usual way to end: a signal, patience, and the folder goes."""

    stop_signal = signal.SIGTERM

    def stop(self, server: Running) -> None:
        """End exactly this one and remove its data."""
        end(server, self.stop_signal)
        remove(server.folder)

    def is_alive(self, server: Running) -> bool:
        """Whether it still runs."""
        return born(server.pid) == server.born


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


def unprivileged() -> dict[str, Any]:
    """Keyword arguments for subprocess that let a command started by root run as `nobody`; none otherwise."""
    if os.getuid():
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_folder(name: str) -> Path:
    """A new folder that the server's user owns; in /tmp, because the caller's TMPDIR may be closed to `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix=f"supermarket-{name}-", dir="/tmp"))
    if not os.getuid():
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def remove(folder: str) -> None:
    """Delete a folder that make_folder made."""
    if Path(folder).name.startswith("supermarket-"):
        shutil.rmtree(folder, ignore_errors=True)


def launch(command: Sequence[str], folder: Path, *, env: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start a server that goes on when this command has ended; its output goes to `log` in its folder."""
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **unprivileged(),
        )


def wait_until(
    answers: Callable[[], bool], process: "subprocess.Popen[bytes]", folder: Path, *, seconds: float = 30
) -> None:
    """Wait for the server. Raises Failure with the end of its log if it ends or stays silent; it is ended then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if answers():
                return
        time.sleep(0.02)
    process.kill()
    process.wait()
    log = "\n".join((folder / "log").read_text(errors="replace").splitlines()[-15:])
    remove(str(folder))
    raise _say.Failure(f"{Path(str(process.args[0])).name} did not start:\n{log}")  # type: ignore[index]


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


def born(pid: int) -> str:
    """When a living process began, in whatever unit the system counts; "" if there is none (or only its zombie)."""
    if sys.platform == "linux":
        try:
            state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if state == "Z" else rest[18]
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    state, _, began = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().partition(" ")
    return "" if state.startswith("Z") else began.strip()


def end(server: Running, number: signal.Signals) -> None:
    """End exactly this process: ask, wait, then kill."""
    for attempt, seconds in ((number, END_SECONDS), (signal.SIGKILL, 5)):
        until = time.monotonic() + seconds
        with contextlib.suppress(ProcessLookupError):
            if born(server.pid) == server.born:
                os.kill(server.pid, attempt)
        while born(server.pid) == server.born and time.monotonic() < until:
            time.sleep(0.02)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(server.pid, os.WNOHANG)
