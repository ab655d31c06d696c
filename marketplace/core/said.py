"""Words that are said thousands of times in one act, looked up in the catalogue once for each language.

At an opening each of thousands of reports says the same dozen sentences; Django's own look-up takes longer than all
the rules together. A catalogue doesn't change while a process runs.
"""

from functools import lru_cache

from django.utils import translation
from django.utils.functional import lazy

MOST = 2000


def gettext(text: str) -> str:
    """`django.utils.translation.gettext`, remembered."""
    return _in_language(translation.get_language(), text)


@lru_cache(maxsize=MOST)
def _in_language(_language: str | None, text: str) -> str:
    return translation.gettext(text)


gettext_lazy = lazy(gettext, str)
