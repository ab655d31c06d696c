"""Stamps: a file that remembers of what a result was made, so that nothing is made twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def digest(paths: Iterable[Path], *texts: str) -> str:
    """SHA-256 over the names and contents of files (folders count with all their files) and over further texts."""
    found: set[Path] = set()
    for path in paths:
        found |= (
            {p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts} if path.is_dir() else {path}
        )
    result = hashlib.sha256()
    for path in sorted(found):
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        result.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    for text in texts:
        result.update(text.encode() + b"\0")
    return result.hexdigest()


def matches(stamp: Path, value: str) -> bool:
    """Whether the stamp was written for this value."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def write(stamp: Path, value: str) -> None:
    """Remember the value."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="utf-8")
