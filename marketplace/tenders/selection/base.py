"""A selection as values: the case that goes in, the outcome that comes out, and what a method is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from django.core.validators import DecimalValidator, MaxValueValidator
from django.utils.functional import Promise

NO_BYTES = bytes(32)


@dataclass(frozen=True)
class Quote:
    """One response of the frozen list. Money in CNY; `status` is "ok", "unreadable" or "ineligible"."""

    agency: str
    price: Decimal | None = None
    status: str = "ok"
    rejected: bool = False
    credit: Decimal = Decimal(0)
    level: int | None = None  # None: the required one
    performance: Decimal = Decimal(0)
    team: tuple[Decimal, ...] = (Decimal(0),)
    scores: Mapping[str, Decimal] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The quote as it stands in a case file; what has its default is left out."""
        written: dict[str, Any] = {"agency": self.agency, "price": text_of(self.price), "status": self.status}
        optional = {
            "rejected": self.rejected or None,
            "credit": text_of(self.credit) if self.credit else None,
            "level": self.level,
            "performance": text_of(self.performance) if self.performance else None,
            "team": [text_of(score) for score in self.team] if self.team != (Decimal(0),) else None,
            "scores": {name: text_of(score) for name, score in self.scores.items()} or None,
        }
        return written | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True)
class Case:
    """Everything that a selection depends on. `read_case` builds it from a case file, `to_json` writes one."""

    method: str
    tender: str
    quotes: tuple[Quote, ...]
    attempt: int = 1
    funds: str = "public"
    ceiling: Decimal | None = None
    floor: Decimal | None = None
    winners: int = 1
    substitutes: int = 2
    nonce: bytes = NO_BYTES
    beacon: bytes = b""
    settings: Mapping[str, Any] = field(default_factory=dict)
    decision: Mapping[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """The frozen list: every response, the invalid ones too, sorted by bytes."""
        return tuple(sorted((quote.agency for quote in self.quotes), key=str.encode))

    def to_json(self) -> dict[str, Any]:
        """The case file's plain value; money as text, quotes by their code."""
        return {
            "method": self.method,
            "tender": self.tender,
            "attempt": self.attempt,
            "funds": self.funds,
            "ceiling": text_of(self.ceiling),
            "floor": text_of(self.floor),
            "winners": self.winners,
            "substitutes": self.substitutes,
            "nonce": self.nonce.hex(),
            "beacon": self.beacon.hex(),
            "settings": _plain(self.settings),
            "decision": _plain(self.decision),
            "quotes": [quote.to_json() for quote in sorted(self.quotes, key=lambda q: q.agency.encode())],
        }


@dataclass(frozen=True)
class Outcome:
    """What a method decides. A failed case has neither winners, substitutes, ranking nor alerts; `invalid` stays.

    `explanation` holds JSON objects: `rule` names the reason, `agency` and `rank` whom it is about (a valid one that
    isn't ranked has no `rank`), then its values. The ranked come first, what concerns all of them comes last.
    """

    status: str  # "selected" or "failed"
    reason: str | None = None  # "too_few", "no_valid_quote"
    winners: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    ranking: tuple[str, ...] = ()
    invalid: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    explanation: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def selected(
        cls,
        case: Case,
        ranking: Sequence[str],
        invalid: Mapping[str, str],
        explanation: Sequence[Mapping[str, Any]],
        *,
        alerts: Mapping[str, tuple[str, ...]] | None = None,
        may_win: int | None = None,
    ) -> "Outcome":
        """The first of the ranking win, the next are substitutes; only its first `may_win` can be either."""
        able = tuple(ranking[:may_win])
        return cls(
            status="selected",
            winners=able[: case.winners],
            substitutes=able[case.winners : case.winners + case.substitutes],
            ranking=tuple(ranking),
            invalid=invalid,
            alerts=alerts or {},
            explanation=tuple(explanation),
        )

    @property
    def is_selected(self) -> bool:
        return self.status == "selected"

    @property
    def able(self) -> tuple[str, ...]:
        """The ranking without those whose price was dropped as an extreme: they never win, nor come after a winner."""
        dropped = {entry.get("agency") for entry in self.explanation if str(entry["rule"]).startswith("dropped_")}
        return tuple(code for code in self.ranking if code not in dropped)

    def to_json(self) -> dict[str, Any]:
        """The plain value that `manage.py select` prints."""
        return {
            "status": self.status,
            "reason": self.reason,
            "winners": list(self.winners),
            "substitutes": list(self.substitutes),
            "ranking": list(self.ranking),
            "invalid": dict(self.invalid),
            "alerts": {code: list(names) for code, names in self.alerts.items()},
            "explanation": [dict(entry) for entry in self.explanation],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Outcome":
        """Read back what `to_json` wrote."""
        return cls(
            status=value["status"],
            reason=value["reason"],
            winners=tuple(value["winners"]),
            substitutes=tuple(value["substitutes"]),
            ranking=tuple(value["ranking"]),
            invalid=dict(value["invalid"]),
            alerts={code: tuple(names) for code, names in value["alerts"].items()},
            explanation=tuple(value["explanation"]),
        )


class Method(Protocol):
    """A way to select: one small module each, registered in `registry.py`."""

    @property
    def key(self) -> str:
        """Its name in records and rules."""

    @property
    def label(self) -> str | Promise:
        """Its name on the screen."""

    @property
    def sentence(self) -> str | Promise:
        """How the announcement says it."""

    @property
    def takes_bids(self) -> bool:
        """False: nobody responds, the buyer has chosen."""

    @property
    def asks_price(self) -> bool:
        """Whether a response names a price; else it is a sealed sign-up at the fixed price of `settings.price`."""

    @property
    def minimum(self) -> Mapping[str, int]:
        """The fewest valid responses, by source of funds."""

    @property
    def settings_form(self) -> "type[SettingsForm]":
        """The form of what a tender may set."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Every `rule` that its explanation can name, but those of a failure that all methods share."""

    def check(self, case: Case) -> None:
        """CaseError when something that this method needs is missing."""

    def select(self, case: Case) -> Outcome:
        """Rank the case. Pure: the same case gives the same outcome everywhere."""


LONGEST = (12, 6)  # digits, and those behind the point
MOST = 10_000


class SettingsForm(forms.Form):
    """The form of a method's settings: its fields bear the names of the case file's keys."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No number is longer than a case file takes, or the opening would be the first to stumble over it."""
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            if isinstance(each, forms.DecimalField):  # one is an IntegerField, too
                if each.max_digits is None:
                    each.validators.append(DecimalValidator(*LONGEST))
            elif isinstance(each, forms.IntegerField) and each.max_value is None:
                each.validators.append(MaxValueValidator(MOST))

    def to_settings(self) -> dict[str, Any]:
        """The well-formed values as the case file takes them: amounts as text, nothing for what is empty."""
        self.is_valid()
        given: dict[str, Any] = getattr(self, "cleaned_data", {})
        return {name: _plain(value) for name, value in given.items() if value not in (None, "", False)}


class NoSettings(SettingsForm):
    """The form of a method without settings."""


def text_of(number: Decimal | None) -> str | None:
    """A number by its decimal text, never with an exponent."""
    return None if number is None else format(number, "f")


def _plain(value: Any) -> Any:
    """A JSON value: decimals by their text."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return text_of(value) if isinstance(value, Decimal) else value
