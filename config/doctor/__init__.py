"""The installation examined: every setting, server, key and font, each with one finding that says what to do.

A check is a function in one of this package's modules, registered with `@check`. It returns a Finding and raises what
it likes: a check that breaks is a failure of what it looks at.
"""

from config.doctor import database, machine, people, servers, settings  # noqa: F401  (they register their checks)
from config.doctor.finding import Finding, Level, examine

__all__ = ["Finding", "Level", "examine"]
