"""script/services: starts on loopback without root's rights, and ends exactly what it started."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from script._services import SERVICES, processes, state
from script._services.processes import Running
from script._stamps import ROOT
from tests.conftest import missing

pytestmark = pytest.mark.services


def services(*arguments: str, state_file: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHON": sys.executable, "SERVICES_STATE": str(state_file)}
    command = [str(ROOT / "script" / "services"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def owner(pid: int) -> int:
    return os.stat(f"/proc/{pid}").st_uid


def test_start_prints_variables_and_stop_leaves_nothing(tmp_path: Path) -> None:
    for name in ("postgres", "redis"):
        if lacking := SERVICES[name].missing():
            missing(lacking)
    file = tmp_path / "services.json"
    started = services("start", "postgres", "redis", state_file=file)
    try:
        lines = dict(line.removeprefix("export ").split("=", 1) for line in started.stdout.splitlines())
        assert set(lines) == {"DATABASE_URL", "REDIS_URL"}
        servers = json.loads(file.read_text())
        assert file.stat().st_mode & 0o077 == 0
        again = services("start", "postgres", state_file=file)
        assert again.stdout.strip() == f"export DATABASE_URL={lines['DATABASE_URL']}"  # the one that runs already
        assert services("status", state_file=file).returncode == 0
        if sys.platform == "linux":
            assert all(owner(server["pid"]) != 0 for server in servers)
    finally:
        services("stop", state_file=file)
    assert not any(processes.born(server["pid"]) == server["born"] for server in servers)
    assert not any(Path(server["folder"]).exists() for server in servers)
    assert json.loads(file.read_text()) == []


def test_a_server_that_died_is_shown_and_not_taken_for_another(tmp_path: Path) -> None:
    if lacking := SERVICES["redis"].missing():
        missing(lacking)
    file = tmp_path / "services.json"
    services("start", "redis", state_file=file)
    (server,) = json.loads(file.read_text())
    os.kill(server["pid"], signal.SIGKILL)
    until = time.monotonic() + 5
    while processes.born(server["pid"]) and time.monotonic() < until:
        time.sleep(0.02)
    shown = services("status", state_file=file)
    assert shown.returncode == 3
    assert "has ended by itself" in shown.stdout
    assert services("stop", state_file=file).returncode == 0


def test_a_process_that_got_the_same_number_is_not_ended(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "30"])
    try:
        stale = Running("redis", bystander.pid, "born at another time", str(tmp_path))
        SERVICES["redis"].stop(stale)
        assert bystander.poll() is None
        assert tmp_path.exists()  # nor is a folder removed that is not ours
    finally:
        bystander.kill()
        bystander.wait()


def test_servers_listen_on_loopback_only(redis_port: int) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with socket.socket() as client:
            client.settimeout(2)
            assert client.connect_ex((address, redis_port)) != 0


@pytest.fixture
def redis_port() -> int:
    if lacking := SERVICES["redis"].missing():
        missing(lacking)
    server = SERVICES["redis"].start()
    yield int(server.variables["REDIS_URL"].rpartition(":")[2].split("/")[0])
    SERVICES["redis"].stop(server)


def test_a_missing_state_file_means_that_nothing_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICES_STATE", str(tmp_path / "none.json"))
    assert state.read() == []
