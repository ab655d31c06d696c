"""script/bench: measure named things, one JSON object a line."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from script import _bench, _children, _say


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status (1 if a figure is beyond its limit)."""
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description="Measures named things; prints one JSON object a line: name, value, unit, limit, ok.",
        epilog="search takes about 25 minutes on two idle cores at 10,000 and 100,000 offers (BENCH_SIZES), with --full"
        " about an hour and a half more for 1,000,000.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="show what can be measured")
    parser.add_argument("--full", action="store_true", help="also the greatest sizes (search: 1,000,000 offers)")
    options = parser.parse_args(arguments)
    if options.full:
        os.environ["BENCH_FULL"] = "1"
    known = _bench.names()
    if options.list or not options.names:
        for name, meaning in known.items():
            print(f"{name:12} {meaning}")
        return 0 if options.list else 2
    if unknown := [name for name in options.names if name not in known]:
        _say.line(f"script/bench: {', '.join(unknown)} is not known here; known: {', '.join(known)}")
        return 2
    _children.stop_on_signals()
    try:
        missed = [name for name in options.names if not _measure(name)]
        return 1 if missed else 0
    except _say.Failure as failure:
        _say.line(f"script/bench: {failure}")
        return 1
    except _children.Stopped:
        return 130


def _measure(name: str) -> bool:
    ok = True
    for result in _bench.load(name)():
        line = result.as_json()
        ok = ok and line["ok"]
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
