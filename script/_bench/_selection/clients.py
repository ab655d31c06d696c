"""The clients, a process of their own: 32 connections that are kept, each sending the next request when it is answered.

Arguments: port, path, file of requests, file for the answers, how many a second at most (0: as many as go).
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from script._bench._selection.market import BOUNDARY

CLIENTS = 32


class Load:
    """One load on one address."""

    def __init__(self, port: int, path: str, sent: list[dict[str, str]], rate: float) -> None:
        self.port, self.rate = port, rate
        self.wire = [_request(port, path, each) for each in sent]
        self.keys = [each["key"] for each in sent]
        self.answers: list[dict[str, Any]] = []
        self.begun = 0.0

    async def run(self) -> float:
        """Send everything; returns the seconds it took."""
        self.begun = time.perf_counter()
        places = iter(range(len(self.wire)))
        await asyncio.gather(*(self._client(places) for _ in range(CLIENTS)))
        return time.perf_counter() - self.begun

    async def _client(self, places: Iterator[int]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for place in places:
            begun = time.perf_counter()
            if self.rate:  # an open load: what comes too late because the server was slow counts as its time
                due = self.begun + place / self.rate
                await asyncio.sleep(max(0.0, due - begun))
                begun = due
            writer.write(self.wire[place])
            status, body = await _answer(reader)
            self.answers.append(
                {"key": self.keys[place], "status": status, "s": time.perf_counter() - begun, "body": body.decode()}
            )
        writer.close()


def _request(port: int, path: str, each: dict[str, str]) -> bytes:
    body = each["body"].encode()
    cookies = f"Cookie: {each['cookies']}\r\n" if each["cookies"] else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookies}Accept: application/json\r\n"
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + kind).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), None)
    if length is None:
        raise SystemExit(f"an answer without a length: {head}")
    return int(head.split(" ", 2)[1]), await reader.readexactly(length)


def main(port: int, path: str, sent: Path, answers: Path, rate: float) -> None:
    """Send, and write down what was answered."""
    load = Load(port, path, json.loads(sent.read_text(encoding="ascii")), rate)
    seconds = asyncio.run(load.run())
    answers.write_text(json.dumps({"seconds": seconds, "answers": load.answers}), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), float(sys.argv[5]))
