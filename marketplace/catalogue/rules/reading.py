"""Plain JSON or YAML values into frozen dataclasses, naming every wrong key by its path and a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.core.errors import Incomplete

T = TypeVar("T")
Read = Callable[[Any], Any]


class RuleDataError(Incomplete):
    """Rules that are not well-formed; `problems` names each key by its path."""

    code = "bad_rules"


class _Wrong(ValueError):
    """A value that does not fit, with the sentence that says so."""


def known(label: str | Promise, read: Read, default: Any = MISSING) -> Any:
    """A field of the rules: how the screen calls it, how its value is read, and what it is when it isn't given."""
    metadata = {"label": label, "read": read}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def whole(label: str | Promise, low: int = 0, high: int = 250, default: Any = MISSING) -> Any:
    """A whole number within bounds."""
    return known(label, lambda value: _whole(value, low, high), default)


def share(label: str | Promise) -> Any:
    """A decimal between 0 and 1."""
    return known(label, lambda value: _decimal(value, Decimal(0), Decimal(1)))


def money(label: str | Promise, *, optional: bool = False, default: Any = MISSING) -> Any:
    """An amount in CNY; None allowed where `optional`."""
    return known(
        label, lambda v: None if optional and v is None else _decimal(v, Decimal(0), Decimal(10) ** 12), default
    )


def bounds(label: str | Promise, low: int, high: int, default: Any = MISSING) -> Any:
    """The least and the most that may be chosen: two whole numbers."""
    return known(label, lambda value: _bounds(value, low, high), default)


def bounds_table(label: str | Promise, allowed: tuple[str, ...], low: int, high: int, default: Any = MISSING) -> Any:
    """Names with the least and the most that may be chosen."""

    def read(value: Any) -> dict[str, tuple[int, int]]:
        return {_word(k, allowed): _bounds(v, low, high) for k, v in _mapping(value).items()}

    return known(label, read, default)


def flag(label: str | Promise, default: Any = MISSING) -> Any:
    """True or false."""
    return known(label, _flag, default)


def text(label: str | Promise) -> Any:
    """A text that is not empty."""
    return known(label, _text)


def wholes(label: str | Promise, low: int = 0, high: int = 3650) -> Any:
    """A list of whole numbers."""
    return known(label, lambda value: tuple(_whole(v, low, high) for v in _list(value)))


def words(label: str | Promise, allowed: tuple[str, ...] | None = None) -> Any:
    """A list of texts, each of `allowed`."""
    return known(label, lambda value: tuple(_word(v, allowed) for v in _list(value)))


def table(label: str | Promise, low: int = 0, high: int = 1000, allowed: tuple[str, ...] | None = None) -> Any:
    """Names with whole numbers."""
    return known(label, lambda value: {_word(k, allowed): _whole(v, low, high) for k, v in _mapping(value).items()})


def part(label: str | Promise, kind: type[Any]) -> Any:
    """A part of the rules that is a dataclass itself."""
    return field(metadata={"label": label, "part": kind})


def parts(label: str | Promise, kind: type[Any]) -> Any:
    """A list of parts."""
    return field(metadata={"label": label, "parts": kind})


def read_into(kind: type[T], value: Any, path: str = "", problems: list[str | Promise] | None = None) -> T:
    """Build a `kind` from plain values. RuleDataError with every problem at once."""
    found: list[str | Promise] = [] if problems is None else problems
    given = value if isinstance(value, Mapping) else {}
    if not isinstance(value, Mapping):
        found.append(_("%(path)s：须是一组键和值。") % {"path": path or _("规则")})
    here = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    strange = [_join(path, str(key)) for key in given if key not in here]
    found += [_("%(path)s：没有这个键，请检查拼写。") % {"path": each} for each in strange]
    values = {name: _one(f, given, _join(path, name), found) for name, f in here.items()}
    if problems is None and found:
        raise RuleDataError(found)
    return kind(**values)


def write_out(value: Any) -> Any:
    """The plain JSON value of a dataclass tree; decimals as text."""
    if is_dataclass(value):
        return {f.name: write_out(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: write_out(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [write_out(each) for each in value]
    return str(value) if isinstance(value, Decimal) else value


def _one(f: Field[Any], given: Mapping[str, Any], path: str, problems: list[str | Promise]) -> Any:
    if f.name not in given:
        if f.default is not MISSING:
            return f.default
        if f.default_factory is not MISSING:
            return f.default_factory()
        problems.append(_("%(path)s：缺少这一项。") % {"path": path})
        return None
    value = given[f.name]
    if kind := f.metadata.get("part"):
        return read_into(kind, value, path, problems)
    try:
        if kind := f.metadata.get("parts"):
            return tuple(read_into(kind, each, f"{path}[{n}]", problems) for n, each in enumerate(_list(value)))
        return f.metadata["read"](value)
    except _Wrong as wrong:
        problems.append(_("%(path)s：%(problem)s") % {"path": path, "problem": wrong})
        return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        said = {"low": low, "high": high, "value": value}
        raise _Wrong(_("须是 %(low)d 到 %(high)d 之间的整数，现为“%(value)s”。") % said)
    return value


def _bounds(value: Any, low: int, high: int) -> tuple[int, int]:
    both = [_whole(each, low, high) for each in _list(value)]
    if len(both) != 2 or both[0] > both[1]:
        raise _Wrong(_("须是下限和上限两个整数，现为“%(value)s”。") % {"value": value})
    return both[0], both[1]


def _decimal(value: Any, low: Decimal, high: Decimal) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not low <= number <= high:
        said = {"low": low, "high": high, "value": value}
        raise _Wrong(_("须是 %(low)s 到 %(high)s 之间的数，现为“%(value)s”。") % said)
    return number


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("须是 true 或 false，现为“%(value)s”。") % {"value": value})
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong(_("须是文字，现为“%(value)s”。") % {"value": value})
    return value


def _word(value: Any, allowed: tuple[str, ...] | None) -> str:
    if not isinstance(value, str) or (allowed is not None and value not in allowed):
        said = {"value": value, "allowed": "、".join(allowed or ())}
        raise _Wrong(_("不认识“%(value)s”，可用：%(allowed)s。") % said)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _Wrong(_("须是一个列表，现为“%(value)s”。") % {"value": value})
    return list(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _Wrong(_("须是一组键和值，现为“%(value)s”。") % {"value": value})
    return value
