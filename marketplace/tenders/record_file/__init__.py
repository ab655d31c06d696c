"""The public record of a tender (`zjcs-record/v1`): how it is built, and how anybody checks it.

`build.py` asks the database; everything else is pure and needs nothing but the file. docs/selection-record.md tells the
same to whoever writes a verifier; `static/verify/` is one, written apart from this.
"""

VERSION = "zjcs-record/v1"
