"""Words that an act needs: there, and not longer than the record holds."""

from django.utils.translation import gettext as _

from marketplace.core.errors import DomainError
from marketplace.tenders.errors import ReasonMissing


class TooManyWords(DomainError):
    """A text that is longer than may be."""

    code = "too_many_words"
    status = 422


def required(text: str, most: int, *, field: str) -> str:
    """The text without blanks around it. ReasonMissing, TooManyWords; both name the field."""
    text = text.strip()
    if not text:
        raise ReasonMissing(field=field)
    return optional(text, most, field=field)


def optional(text: str, most: int, *, field: str) -> str:
    """The text without blanks around it, or "". TooManyWords."""
    text = text.strip()
    if len(text) > most:
        values = {"length": len(text), "most": most}
        raise TooManyWords(_("文字有 %(length)d 个字，最多 %(most)d 个字，请精简。") % values, field=field)
    return text
