"""What the acts of both logs are called where people read them. The logs themselves keep the stable codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_words: dict[str, str | Promise] = {
    "calendar.correct": _("更正工作日历"),
    "calendar.drop": _("撤销日历更正"),
    "zone.open": _("开通区域"),
    "zone.save": _("修改区域信息"),
}


def register(words: Mapping[str, str | Promise]) -> None:
    """Name acts: action → a few words, translatable."""
    _words.update(words)


def name(action: str) -> str:
    """The act in words; where nobody named it, as the log writes it."""
    return str(_words.get(action, action))
