"""What the case file must be, from the announcement, the plain texts and the eligibility. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.record_file.shape import Wrong, same
from marketplace.tenders.sealing import Envelope
from marketplace.tenders.selection import draw, registry, validity
from marketplace.tenders.selection.base import NO_BYTES, Case

BY_THE_SITE = ("credit", "level", "performance", "team")  # what the site knows of an agency at the close


def opened(
    announced: Mapping[str, Any],
    responses: Sequence[Mapping[str, Any]],
    envelopes: Mapping[str, Envelope],
    said: Mapping[str, Any],
    seed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The case of an opening; of `said`, the published case, only what the site knows of the agencies is taken.

    `seed`: the published randomness from outside; None where the shares give it.
    """
    known = {quote["agency"]: quote for quote in said["quotes"]}
    shares = [(r["agency"], _share(envelopes.get(r["agency"]))) for r in responses]
    quotes = []
    for response in sorted(responses, key=lambda r: r["agency"].encode()):
        envelope = envelopes.get(response["agency"])
        price = envelope.price if envelope else None
        quote = {"agency": response["agency"], "price": price, "status": response["status"]}
        theirs = known.get(response["agency"], {})
        quotes.append(quote | {key: theirs[key] for key in BY_THE_SITE if key in theirs})
    return _announced(announced) | {
        "nonce": seed["nonce"] if seed else draw.nonce_of_shares(shares).hex(),
        "beacon": seed["beacon"] if seed else "",
        "decision": {},
        "quotes": quotes,
    }


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
