"""Which servers `script/services start` has started: a file in build/, so that `stop` ends exactly those."""

import json
import os
from pathlib import Path

from script._services.processes import Running
from script._stamps import ROOT


def _file() -> Path:
    return Path(os.environ.get("SERVICES_STATE") or ROOT / "build" / "services.json")


def read() -> list[Running]:
    """The servers of the file, alive or not."""
    path = _file()
    return [Running(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def write(servers: list[Running]) -> None:
    """Replace the file's content; readable by its owner only, for it holds passwords."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([server.as_json() for server in servers], file, indent=1)
    unfinished.replace(path)
