"""script/server: prepares what is missing, then runs the web server and the task worker together."""

import argparse
import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from config import environment
from script import _children, _say, _venv
from script._site import Site
from script._stamps import ROOT

START_SECONDS = 90
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EPILOG = """\
Set in the environment, or in VAR_DIR/environment (made at the first start); docs/settings.md lists all of them:
  VAR_DIR       folder of database, uploads and keys (default: var/)
  DEMO          1 demonstration zone with users to try (default of a new folder), 0 a real zone: manage.py setup
  SITE_URL      the public address, as it stands in e-mails
  DATABASE_URL, REDIS_URL, ELASTICSEARCH_URL, EMAIL_URL    real servers instead of the embedded parts
  PYTHON        the Python 3.11+ to use
Ctrl-C stops all of it. In production let a service manager run web server and worker: docs/operating.md.
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    _children.stop_on_signals()
    try:
        return serve(options)
    except _say.Failure as failure:
        _say.line(f"\nscript/server: {failure}")
        return 1
    except _children.Stopped:
        _say.line("Stopped.")
        return 0 if options.serving else 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Opens the site: prepares what is missing, then runs web server and task worker until Ctrl-C.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1; 0.0.0.0 for all)"
    )
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="first delete the embedded database, uploads and caches of the demonstration",
    )
    parser.add_argument("--prepare", action="store_true", help="prepare everything, but do not serve")
    parser.set_defaults(serving=False)
    return parser


def _port(text: str) -> int:
    if not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def serve(options: argparse.Namespace) -> int:
    """Prepare, start, announce, and wait for the end. Raises Failure."""
    host, port = options.host, options.port
    if not options.prepare:
        refuse_taken_port(host, port)
    python = _venv.make()
    site = Site(python, f"http://{_in_url(_reachable(host))}:{port}")
    with site.held():
        site.settle()
        if host not in LOOPBACK and environment.flag("DEMO"):
            os.environ.setdefault("ALLOWED_HOSTS", "*")  # a demonstration that is shown around has no name yet
        if options.fresh:
            site.empty()
        site.prepare()
        if options.prepare:
            _say.line("Ready.")
            return 0
        options.serving = True
        _run(site, host, port)
    return 0


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Failure if nobody could listen there now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program. Choose another:  script/server --port {port + 1}"
        elif error.errno == errno.EACCES:
            reason = f"Port {port} needs root. Choose one above 1023:  script/server --port 8000"
        else:
            reason = f"Cannot listen on {host}, port {port}: {error}"
        raise _say.Failure(reason) from None


def web_command(programs: Path, host: str, port: int) -> list[str]:
    """The web server as it is run here, from the folder of the environment's programs."""
    web = [str(programs / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    return [*web, "--log-level", "warning", "config.wsgi:application"]


def _run(site: Site, host: str, port: int) -> None:
    web = web_command(site.python.parent, host, port)
    team = _children.Team()
    try:
        team.start({"web": web, "worker": site.command("worker")}, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        wait_until_healthy(team, f"{site.address}/healthz")
        _announce(site)
        while True:
            team.check()
            time.sleep(0.25)
    finally:
        _children.ignore_signals()
        team.end()


def wait_until_healthy(team: _children.Team, url: str) -> None:
    """Raises Failure when the site doesn't answer in time."""
    until = time.monotonic() + START_SECONDS
    while not _answers(url):
        team.check()
        if time.monotonic() > until:
            raise _say.Failure(f"The site did not answer within {START_SECONDS} s at {url}; what it said stands above.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    """Whether the site is up; an answer that asks for https or another host name is one too."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(url, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **named: object) -> None:
        return None


def _announce(site: Site) -> None:
    address = os.environ["SITE_URL"]
    print(f"\n  The site is open:  {address}", flush=True)
    if address != site.address:
        print(f"  It listens on:     {site.address}", flush=True)
    if users := site.users().strip("\n"):
        print(f"\n{users}", flush=True)
    print("\n  Ctrl-C stops it.\n", flush=True)


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
