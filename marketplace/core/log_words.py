"""What the acts of the public log are called; each app registers its own in `apps.py`."""

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, str | Promise] = {}


def register(words: Mapping[str, str | Promise]) -> None:
    """Name acts: action → a few words, translatable."""
    _words.update(words)


def name(action: str) -> str:
    """The act in words; where nobody named it, as the log writes it."""
    return str(_words.get(action, action))
