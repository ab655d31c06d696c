"""Child processes of the commands: none may outlive its command, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from script import _children
from script._say import Failure
from script._services.processes import born
from script._stamps import ROOT

# A server that starts a process of its own, as web servers do, and tells both ids.
SERVER = "sleep 60 & echo $! > {folder}/inner; echo $$ > {folder}/outer; wait"
# The same, deaf to polite requests.
STUBBORN = "trap '' TERM INT; " + SERVER


def ids(folder: Path) -> list[int]:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            return [int((folder / name).read_text()) for name in ("inner", "outer")]
        except (OSError, ValueError):
            time.sleep(0.02)
    raise AssertionError("the child did not start")


def gone(pids: list[int]) -> bool:
    until = time.monotonic() + 5
    while any(born(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(born(pid) for pid in pids)


def watch(team: _children.Team) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        team.check()
        time.sleep(0.05)


@pytest.mark.parametrize("script", [SERVER, STUBBORN], ids=["polite", "stubborn"])
def test_the_end_of_a_team_takes_its_grandchildren_along(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_children, "GRACE_SECONDS", 0.5)
    team = _children.Team()
    team.start({"web": ["sh", "-c", script.format(folder=tmp_path)]})
    pids = ids(tmp_path)
    team.end()
    assert gone(pids)


def test_a_member_that_ends_is_reported_with_its_last_words(capfd: pytest.CaptureFixture[str]) -> None:
    team = _children.Team()
    team.start({"web": ["sleep", "60"], "worker": ["sh", "-c", "echo 端口被占用 >&2; exit 3"]})
    try:
        with pytest.raises(Failure, match=r"(?s)worker ended by itself \(exit status 3\).*端口被占用"):
            watch(team)
    finally:
        team.end()
    assert "worker │ 端口被占用" in capfd.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_children_end_when_the_command_itself_is_killed(tmp_path: Path) -> None:
    program = f"from script import _children; _children.run(['sh', '-c', {SERVER.format(folder=tmp_path)!r}])"
    command = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    _inner, outer = ids(tmp_path)
    command.kill()
    command.wait()
    assert gone([outer])
    os.kill(_inner, signal.SIGKILL)  # only leaders are told; ours end their own processes then, this shell doesn't


def test_a_command_over_its_time_is_ended(tmp_path: Path) -> None:
    assert _children.run(["sh", "-c", SERVER.format(folder=tmp_path)], limit=0.5) == 124
    assert gone(ids(tmp_path))


def test_a_failing_command_says_what_it_printed() -> None:
    with pytest.raises(Failure, match=r"(?s)exit status 2.*no such package"):
        _children.output_of(["sh", "-c", "echo no such package; exit 2"])
