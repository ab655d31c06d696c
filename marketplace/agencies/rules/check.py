"""The answer of one rule: met or not, what I have, what is needed, and what mends it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise


@dataclass(frozen=True)
class Check:
    """`ok` None: it can't be told by a machine. `mine` and `needed` stand side by side; `mend` says what to do,
    `mend_url` is the name of the page where. `about` names the thing it is about (`qualification:12`).
    """

    key: str
    label: Text
    ok: bool | None
    mine: Text = ""
    mend: Text = ""
    mend_url: str = ""
    needed: Text = ""
    about: str = ""
    blocks: bool = False

    @property
    def title(self) -> Text:
        """For `components/eligibility_list.html`."""
        return self.label

    @property
    def value(self) -> str:
        """What I have, and beside it what is needed."""
        if self.needed and self.mine and self.ok is not True:
            return _("现有：%(mine)s；需要：%(needed)s") % {"mine": self.mine, "needed": self.needed}
        return str(self.mine or self.needed)

    @property
    def url(self) -> str:
        """Where it is mended; empty when nothing is to be mended there."""
        return reverse(self.mend_url) if self.mend_url and self.ok is not True else ""

    @property
    def url_label(self) -> Text:
        """The words of that link."""
        return self.mend

    def to_json(self) -> dict[str, str | bool | None]:
        """As it is kept in a report: plain texts in the language of the moment."""
        words = {name: str(getattr(self, name)) for name in ("key", "label", "mine", "needed", "mend", "mend_url")}
        return {**words, "ok": self.ok}


def all_met(checks: "tuple[Check, ...]") -> bool:
    """Whether no rule fails."""
    return all(check.ok is not False for check in checks)


def failing(checks: "tuple[Check, ...]") -> "tuple[Check, ...]":
    """The rules that fail."""
    return tuple(check for check in checks if check.ok is False)
