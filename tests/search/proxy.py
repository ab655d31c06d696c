"""A proxy before a real server that delays, refuses, or loses an answer when a test wants it to."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP = {"connection", "transfer-encoding", "content-length"}


class Proxy:
    """`delay` seconds before each answer; `status`: answered instead of asking; `lose`: which requests (by their first
    line) are carried out but never answered; `before`: called with the first line of each request."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.delay = 0.0
        self.status = 0
        self.lose: Callable[[str], bool] = lambda line: False
        self.before: Callable[[str], object] = lambda line: None
        self.seen: list[str] = []
        self.url = ""


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy before `target`, on a port of its own."""
    given = Proxy(target)
    handler = type("Handler", (_Handler,), {"given": given})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield given
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    given: Proxy
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        given, line = self.given, f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given.seen.append(line)
        given.before(line)
        time.sleep(given.delay)
        if given.status:
            self._answer(given.status, b'{"error": {"type": "too_busy", "reason": "by the test"}}', {})
            return
        server = http.client.HTTPConnection(given.target.hostname or "", given.target.port, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            server.request(self.command, self.path, body, headers)
            answer = server.getresponse()
            content = answer.read()
        except OSError:
            self.close_connection = True
            return
        finally:
            server.close()
        if given.lose(line):
            self.close_connection = True
            return
        self._answer(answer.status, content, dict(answer.getheaders()))

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        known = {name.lower(): value for name, value in headers.items()}
        usual = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"}
        for name, value in (usual | known).items():
            if name not in HOP | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(OSError):  # who waited has gone
                self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def log_message(self, format: str, *args: object) -> None:
        """Silently."""
