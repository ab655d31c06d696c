"""What the case file must be, from the announcement, the plain texts and the eligibility. Pure."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.record_file.shape import Wrong, same
from marketplace.tenders.sealing import Envelope
from marketplace.tenders.selection import draw, registry, validity
from marketplace.tenders.selection.base import NO_BYTES, Case

POINTS = re.compile(r"(0|[1-9][0-9]{0,2})\.[0-9]{2}")
BY_THE_SITE = ("credit", "level", "performance", "team")  # what the site knows of an agency at the close


def opened(
    announced: Mapping[str, Any],
    responses: Sequence[Mapping[str, Any]],
    envelopes: Mapping[str, Envelope],
    said: Mapping[str, Any],
    seed: Mapping[str, Any] | None = None,
    sheets: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The case of an opening; of `said`, the published case, only what the site knows of the agencies is taken.

    `sheets`: the reviewers', None where nobody reviews. `seed`: the published randomness from outside; None where the
    shares give it.
    """
    scores = sums_of(announced, sheets, [r["agency"] for r in responses if r["status"] == "ok"])
    known = {quote["agency"]: quote for quote in said["quotes"]}
    shares = [(r["agency"], _share(envelopes.get(r["agency"]))) for r in responses]
    quotes = []
    for response in sorted(responses, key=lambda r: r["agency"].encode()):
        envelope = envelopes.get(response["agency"])
        price = envelope.price if envelope else None
        quote = {"agency": response["agency"], "price": price, "status": response["status"]}
        theirs = known.get(response["agency"], {})
        given = {"scores": scores[response["agency"]]} if response["agency"] in scores else {}
        quotes.append(quote | given | {key: theirs[key] for key in BY_THE_SITE if key in theirs})
    return _announced(announced) | {
        "nonce": seed["nonce"] if seed else draw.nonce_of_shares(shares).hex(),
        "beacon": seed["beacon"] if seed else "",
        "decision": {},
        "quotes": quotes,
    }


def sums_of(
    announced: Mapping[str, Any], said: Mapping[str, Any] | None, ok: Sequence[str]
) -> dict[str, dict[str, str]]:
    """What the sheets give each reviewed response, seat by seat. Wrong, unless they are as announced and complete."""
    if announced["method"] != "proposal":
        _must(said is None, _("这种选取方式没有评分表。"))
        return {}
    _must(said is not None, _("没有公布评分表。"))
    assert said is not None
    settings = announced["selection"]["settings"]
    seats = [f"r{n}" for n in range(1, settings["reviewers"] + 1)]
    _must(sorted(said["reviewers"]) == sorted(seats), _("评审人数与公告不符。"))
    letters = said["letters"]
    _must(
        letters.keys() == said["sheets"].keys() and len(set(letters.values())) == len(letters), _("代号与评分表不符。")
    )
    _must(all(code in letters for code in ok), _("有的有效响应没有评分。"))
    found = {}
    for code, sheets in said["sheets"].items():
        _must(sorted(sheets) == sorted(seats), _("有的评审人没有评分。"))
        found[code] = {seat: _sum(sheets[seat], settings["criteria"]) for seat in seats}
    return found


def _sum(entries: Sequence[Mapping[str, Any]], criteria: Sequence[Mapping[str, str]]) -> str:
    _must(len(entries) == len(criteria), _("评分与公告的标准不符。"))
    points = [Decimal(entry["points"]) for entry in entries]
    fits = all(0 <= each <= Decimal(one["weight"]) for each, one in zip(points, criteria, strict=True))
    _must(fits and all(POINTS.fullmatch(entry["points"]) for entry in entries), _("评分超出了该项的权重，或写法不对。"))
    return str(sum(points, Decimal("0.00")))


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise Wrong(sentence)


def direct(announced: Mapping[str, Any]) -> dict[str, Any]:
    """The case of a direct choice: nothing but the announcement."""
    chosen, price = announced["chosen"], announced["settings"]["price"]
    return _announced(announced) | {
        "nonce": NO_BYTES.hex(),
        "beacon": "",
        "decision": {"agency": chosen},
        "quotes": [{"agency": chosen, "price": price, "status": "ok"}],
    }


def failed(announced: Mapping[str, Any], responses: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> None:
    """Wrong, unless a tender whose responses stayed sealed failed by its own numbers."""
    case = Case(announced["method"], announced["number"], (), announced["attempt"], announced["funds"])
    own = announced["selection"]["settings"].get("minimum")
    least = validity.minimum(case, registry.get(announced["method"])) if own is None else own
    fits = same(said["responses"], len(responses)) and same(said["minimum"], least) and said["opened"] is False
    too_few = said["reason"] == ("too_few" if said["eligible"] else "no_valid_quote")
    if not (fits and too_few and 0 <= said["eligible"] < least and said["eligible"] <= len(responses)):
        raise Wrong(_("流标的数字与名单或公告不符。"))


def is_price(one: Any, other: Any) -> bool:
    """Whether two decimal texts are the same amount."""
    return isinstance(one, str) and other is not None and Fraction(one) == Fraction(str(other))


def _announced(announced: Mapping[str, Any]) -> dict[str, Any]:
    taken = {key: announced[key] for key in ("method", "attempt", "funds", "ceiling", "floor")}
    return taken | {"tender": announced["number"]} | dict(announced["selection"])


def _share(envelope: Envelope | None) -> bytes | None:
    return bytes.fromhex(envelope.share) if envelope else None
