"""script/services: start, stop and show throw-away servers; install what the tests need."""

import argparse
import shlex
import sys
from collections.abc import Sequence

from script import _say
from script._services import SERVICES, packages, state

EPILOG = """\
  eval "$(script/services start postgres redis)"    start, and use them in this shell
  script/services stop                              end what was started, and remove its data
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status (status: 3 if a server that was started is down)."""
    options = _parser().parse_args(arguments)
    names = list(dict.fromkeys(options.names))
    known = packages.INSTALLABLE if options.act == "install" else SERVICES
    if unknown := [name for name in names if name not in known]:
        _say.line(f"script/services: {', '.join(unknown)} is not known here; known: {', '.join(known)}")
        return 2
    try:
        return ACTS[options.act](names)
    except _say.Failure as failure:
        _say.line(f"script/services: {failure}")
        return 1


def start(names: list[str]) -> int:
    """Start those that don't run yet, and print how to use them."""
    names = names or ["postgres", "redis"]
    servers = [server for server in state.read() if SERVICES[server.name].is_alive(server)]
    if missing := packages.install(name for name in names if name not in {server.name for server in servers}):
        raise _say.Failure("\n".join(missing))
    for name in names:
        if name not in {server.name for server in servers}:
            with _say.step(f"Starting {name}"):
                servers.append(SERVICES[name].start())
            state.write(servers)
    for server in servers:
        for variable, value in server.variables.items() if server.name in names else ():
            print(f"export {variable}={shlex.quote(value)}", flush=True)
    return 0


def stop(names: list[str]) -> int:
    """End those that `start` has started (all, or the named)."""
    for server in state.read():
        if not names or server.name in names:
            with _say.step(f"Stopping {server.name}"):
                SERVICES[server.name].stop(server)
            state.write([other for other in state.read() if other != server])
    return 0


def status(names: list[str]) -> int:
    """Show what runs."""
    servers = {server.name: server for server in state.read()}
    down = False
    for name in names or SERVICES:
        server = servers.get(name)
        alive = server is not None and SERVICES[name].is_alive(server)
        down = down or (server is not None and not alive)
        words = (
            " ".join(server.variables.values())
            if server and alive
            else "has ended by itself"
            if server
            else "not started"
        )
        print(f"{name:14} {f'process {server.pid}' if server and alive else '-':16} {words}")
    return 3 if down else 0


def install(names: list[str]) -> int:
    """Install what is missing (all, or the named), or say what to install."""
    missing = packages.install(names or [name for name in packages.INSTALLABLE if name != "elasticsearch"])
    for line in missing:
        print(line)
    return 1 if missing else 0


ACTS = {"start": start, "stop": stop, "status": status, "install": install}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/services",
        description="Throw-away servers on free loopback ports, without root, with their data in a temporary folder.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("act", choices=ACTS)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"of {', '.join(packages.INSTALLABLE)}; start: postgres redis if none is named",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
