"""What script/server does to an installation's folder."""

import os
import socket
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from config import environment
from script import _server, _stamps
from script._say import Failure
from script._site import Site


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's folder that doesn't exist yet, and an environment without settings."""
    for variable in environment.VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setattr(os, "environ", dict(os.environ))  # settle() writes there
    os.environ["VAR_DIR"] = str(tmp_path / "var")
    return tmp_path / "var"


def site() -> Site:
    return Site(Path("python"), "http://127.0.0.1:8123")


def test_the_first_start_writes_settings_of_a_demonstration_that_only_the_owner_reads(folder: Path) -> None:
    site().settle()
    written = folder / "environment"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(os.environ["SECRET_KEY"]) >= 50
    assert os.environ["DEMO"] == "1"
    assert os.environ["SITE_URL"] == "http://127.0.0.1:8123"


def test_settings_are_kept_and_two_installations_have_different_keys(folder: Path) -> None:
    site().settle()
    first = os.environ.pop("SECRET_KEY")
    site().settle()
    assert os.environ.pop("SECRET_KEY") == first
    (folder / "environment").unlink()
    site().settle()
    assert os.environ["SECRET_KEY"] != first


def test_a_settings_file_without_a_key_is_reported_and_not_touched(folder: Path) -> None:
    folder.mkdir()
    (folder / "environment").write_text("DEMO=0\n")
    with pytest.raises(Failure, match="SECRET_KEY is not set"):
        site().settle()
    assert (folder / "environment").read_text() == "DEMO=0\n"


def test_fresh_removes_what_the_commands_made_and_nothing_else(folder: Path) -> None:
    site().settle()
    for name in (
        "site.sqlite3",
        "site.sqlite3-wal",
        "site.sqlite3-shm",
        "keys/log.key",
        "files/a",
        "media/b",
        "static/c",
        "notes.txt",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    site().empty()
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert left == {"environment", "keys/log.key", "notes.txt"}


def test_fresh_follows_no_link_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    site().settle()
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "precious").write_text("x")
    (folder / "files").symlink_to(tmp_path / "uploads")
    site().empty()
    assert (tmp_path / "uploads" / "precious").exists()
    assert not (folder / "files").exists()


@pytest.mark.parametrize(("name", "value"), [("DEMO", "0"), ("DATABASE_URL", "postgresql://localhost/real")])
def test_fresh_leaves_what_may_be_a_real_installation(folder: Path, name: str, value: str) -> None:
    site().settle()
    (folder / "site.sqlite3").write_text("x")
    os.environ[name] = value
    with pytest.raises(Failure):
        site().empty()
    assert (folder / "site.sqlite3").exists()


def test_two_servers_do_not_share_a_folder(folder: Path) -> None:
    with site().held(), pytest.raises(Failure, match=r"(?s)already runs on .*8123"), site().held():
        pass
    with site().held():  # released at the end
        pass


def test_a_taken_port_is_refused_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=rf"Port {port} is taken.*--port {port + 1}"):
            _server.refuse_taken_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Failure, match=r"Cannot listen on 192\.0\.2\.1, port 8000"):
        _server.refuse_taken_port("192.0.2.1", 8000)


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _server.main(["--port", port])
    assert "--port" in capsys.readouterr().err


def test_a_stamp_notices_a_changed_byte_a_new_file_and_a_new_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    seen = {_stamps.digest([tmp_path])}
    (tmp_path / "a").write_text("2")
    seen.add(_stamps.digest([tmp_path]))
    (tmp_path / "b").write_text("")
    seen.add(_stamps.digest([tmp_path]))
    (tmp_path / "b").rename(tmp_path / "c")
    seen.add(_stamps.digest([tmp_path]))
    seen.add(_stamps.digest([tmp_path], "and a text"))
    assert len(seen) == 5


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (301, True), (400, True), (500, False), (503, False)])
def test_the_site_is_up_when_it_answers_even_if_it_asks_for_another_address(status: int, is_up: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Location", "https://elsewhere.invalid/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert _server._answers(f"http://127.0.0.1:{server.server_port}/healthz") is is_up
    assert not _server._answers(f"http://127.0.0.1:{server.server_port}/healthz")
