"""script/screens: renew the README's pictures from those that the browser tests take on their way."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from script import _children, _say, _venv
from script._services import packages
from script._stamps import ROOT

WAY = "tests/e2e/test_way.py"
SECONDS = 1500
NEEDED = ("chromium", "fonts")


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="script/screens",
        description=f"Walks the demonstration in the browser ({WAY}, about 4 minutes) and renews docs/screens/.",
    )
    parser.add_argument("--keep", action="store_true", help="take the pictures that lie in build/screens/ already")
    options = parser.parse_args(arguments)
    _children.stop_on_signals()
    try:
        packages.install(["venv", *NEEDED])
        python = str(_venv.make(_venv.TESTING))
        if not options.keep:
            status = _children.run([python, "-m", "pytest", "-q", WAY], env=dict(os.environ), limit=SECONDS)
            if status:
                return status
        command = [python, "-c", RENEW, str(ROOT / "build" / "screens"), str(ROOT / "docs" / "screens")]
        return subprocess.run(command, check=False).returncode
    except _say.Failure as failure:
        _say.line(f"script/screens: {failure}")
        return 1
    except _children.Stopped:
        _say.line("Stopped.")
        return 130


# Which pictures there are is said by the folder: each is renewed. The top of the page at 1280 px, in 256 colours.
RENEW = """
import pathlib, sys
from PIL import Image
taken, shown = map(pathlib.Path, sys.argv[1:])
missing = []
for old in sorted(shown.glob("*.png")):
    new = taken / f"{old.stem}-1280.png"
    if not new.exists():
        missing.append(new.name)
        continue
    with Image.open(new) as picture:
        top = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, 1500)))
    top.quantize(256).save(old, optimize=True)
    print(f"{old.name} {old.stat().st_size // 1024} kB")
for name in missing:
    print(f"not taken: {name}", file=sys.stderr)
sys.exit(bool(missing))
"""


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
