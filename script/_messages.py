"""script/messages: collect the sentences, compile the English catalogue, list what is not translated."""

import os
import subprocess
import sys
from collections.abc import Sequence

from script import _say, _venv
from script._stamps import ROOT

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
LEFT_OUT = (".venv", "var", "build", "tests", "static/vendor", "node_modules")


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns 1 while a sentence has no English."""
    python = str(_venv.make(_venv.TESTING))
    environment = {**os.environ, "SECRET_KEY": "x", "DEMO": "1"}
    if "--compile" not in arguments:
        ignore = [f"--ignore={name}" for name in LEFT_OUT]
        command = [python, "manage.py", "makemessages", "--locale=en", "--no-obsolete", "--add-location=file", *ignore]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return subprocess.run([python, "-c", COMPILE, str(CATALOGUE)], cwd=ROOT, env=environment, check=False).returncode


COMPILE = """
import sys, polib
catalogue = polib.pofile(sys.argv[1])
for entry in catalogue:
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"] if entry.translated() else entry.flags
catalogue.save()
catalogue.save_as_mofile(sys.argv[1][:-2] + "mo")
missing = [entry.msgid for entry in catalogue if not entry.translated()]
print(f"{len(catalogue)} sentences, {len(missing)} without English")
for sentence in missing[:20]:
    print("  ", sentence)
sys.exit(bool(missing))
"""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except _say.Failure as failure:
        _say.line(f"script/messages: {failure}")
        sys.exit(1)
