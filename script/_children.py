"""Child processes that never outlive the command: each leads a process group, and the group ends with its leader."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import FrameType

from script import _say

GRACE_SECONDS = 10
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or asked the command to end."""


def stop_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal raise Stopped in the main thread."""

    def stop(number: int, frame: FrameType | None) -> None:
        ignore_signals()  # what follows is the orderly end; it takes its own limited time
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    """Let nothing interrupt the end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _tied_to_parent() -> None:
    """In the child: be told to end when the parent dies without a word (Linux), and hear signals again."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, piped: bool = False
) -> "subprocess.Popen[str]":
    """Start a command as the leader of its own process group."""
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if piped else None,
        stderr=subprocess.STDOUT if piped else None,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        preexec_fn=_tied_to_parent,  # no thread is started yet
    )


def end(process: "subprocess.Popen[str]") -> None:
    """Ask the leader to end, give it time, then end whatever is left of its group."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, limit: float | None = None) -> int:
    """Run a command to its end with our output; returns its exit status, 124 when `limit` seconds were over."""
    process = spawn(command, env=env)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        end(process)


def output_of(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> str:
    """Run a command quietly and return what it printed. Raises Failure with its last lines when it fails."""
    process = spawn(command, env=env, piped=True)
    try:
        printed, _ = process.communicate()
    finally:
        end(process)
    if process.returncode:
        tail = "\n".join(printed.strip().splitlines()[-15:])
        raise _say.Failure(f"{' '.join(map(str, command[:6]))} … failed (exit status {process.returncode}):\n{tail}")
    return printed


class Team:
    """Processes that live and die together; their output goes on, each line after its name."""

    def __init__(self) -> None:
        self._members: dict[str, subprocess.Popen[str]] = {}
        self._tails: dict[str, deque[str]] = {}

    def start(self, members: Mapping[str, Sequence[str]], *, env: Mapping[str, str] | None = None) -> None:
        """Start all, and forward what they print."""
        for name, command in members.items():
            self._members[name] = spawn(command, env=env, piped=True)
            self._tails[name] = deque(maxlen=30)
        self._pumps = [threading.Thread(target=self._pump, args=(name,), daemon=True) for name in members]
        for pump in self._pumps:
            pump.start()

    def check(self) -> None:
        """Raise Failure with its last words if a member has ended."""
        for name, process in self._members.items():
            if (status := process.poll()) is not None:
                time.sleep(0.2)  # its last lines are still on their way
                words = "\n".join(f"    {line}" for line in self._tails[name]) or "    (it said nothing)"
                how = (
                    f"exit status {status}"
                    if status > 0
                    else "as if it were done"
                    if not status
                    else f"signal {-status}"
                )
                raise _say.Failure(f"{name} ended by itself ({how}). Its last lines:\n{words}")

    def end(self) -> None:
        """End all."""
        for process in self._members.values():
            if process.poll() is None:
                process.terminate()
        for process in self._members.values():
            end(process)
        for pump in self._pumps:
            pump.join(2)

    def _pump(self, name: str) -> None:
        stream = self._members[name].stdout
        width = max(map(len, self._members))
        for printed in stream or ():
            self._tails[name].append(printed.rstrip())
            with contextlib.suppress(OSError, ValueError):
                print(f"{name:{width}} │ {printed.rstrip()}", flush=True)
