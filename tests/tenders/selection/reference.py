"""The selection rules once more, slowly and apart from the product: plain values in, plain values out.

Written from the text of the rules with lists and fractions only; it shares no line with `marketplace`, so that a
mistake would have to be made twice to stay unseen. No messages, no explanation, no checking of the file.
"""

from fractions import Fraction as F
from hashlib import sha256
from typing import Any

MINIMUM = {
    "lowest_price": (3, 1), "average_price": (3, 1), "reference_price": (3, 1), "two_stage": (3, 1), "draw": (3, 2),
    "merit": (3, 2), "proposal": (3, 2), "credit_shortlist": (2, 2), "rotation": (1, 1), "direct": (1, 1),
}  # fmt: skip
ALERTED = ("lowest_price", "average_price", "reference_price", "merit", "two_stage")


def numbers(seed: bytes) -> Any:
    """below(n), by writing the whole stream out."""
    state = {"block": 0, "words": []}

    def below(n: int) -> int:
        while True:
            if not state["words"]:
                block = sha256(seed + state["block"].to_bytes(8, "big")).digest()
                state["words"] = [int.from_bytes(block[i * 4 : i * 4 + 4], "big") for i in range(8)]
                state["block"] += 1
            word = state["words"].pop(0)
            if word < 2**32 - 2**32 % n:
                return word % n

    return below


def select(c: dict[str, Any]) -> dict[str, Any]:
    """The outcome without its explanation."""
    method, settings, quotes = c["method"], c.get("settings") or {}, {q["agency"]: q for q in c["quotes"]}
    codes = sorted(quotes, key=lambda code: code.encode())
    nonce, beacon = bytes.fromhex(c.get("nonce") or "00" * 32), bytes.fromhex(c.get("beacon") or "")
    listed = sha256("\n".join(codes).encode()).digest()
    seed = sha256(b"zjcs-draw/v1\0" + c["tender"].encode() + b"\0" + listed + nonce + beacon).digest()
    order, below = list(codes), numbers(seed)
    for i in range(len(order) - 1, 0, -1):
        j = below(i + 1)
        order[i], order[j] = order[j], order[i]
    price = {code: F(q["price"]) for code, q in quotes.items() if q.get("price") is not None}
    invalid = {code: why for code in codes if (why := _why(c, quotes[code], price.get(code)))}
    valid = [code for code in order if code not in invalid]  # in draw order: stable sorts settle every tie
    if not valid:
        return _failed("no_valid_quote", invalid)
    least = MINIMUM[method][c.get("funds") == "private"]
    if c.get("attempt", 1) == 2 and c.get("funds") != "private":
        least = min(least, 2)
    if settings.get("minimum") is not None:
        least = int(settings["minimum"])
    if len(valid) + sum(why == "rejected" for why in invalid.values()) < least:
        return _failed("too_few", invalid)
    credit = {code: F(str(quotes[code].get("credit") or 0)) for code in codes}
    among, last = valid, []
    if method == "lowest_price":
        ranking = sorted(valid, key=lambda code: price[code])
    elif method in ("average_price", "reference_price"):
        n = len(valid)
        if method == "average_price":
            sides = 0 if not settings.get("outliers") or n < 5 else 1 if n < 10 else 2
        else:
            sides = 1 if n >= 6 else 0
        rest = list(valid)
        for sign in (-1, 1):
            for _ in range(sides):
                extreme = min(sign * price[code] for code in rest)
                rest.remove([code for code in rest if sign * price[code] == extreme][-1])
        goal = sum(price[code] for code in rest) / len(rest)
        if method == "reference_price":
            base = settings.get("base")
            goal *= (F(base) if base is not None else 95 + numbers(sha256(seed + b"base").digest())(4)) / F(100)
        ranking = sorted(rest, key=lambda code: (abs(price[code] - goal), price[code]))
        last = sorted((code for code in valid if code not in rest), key=lambda code: price[code])
    elif method == "draw":
        ranking = _weighted(valid, credit, seed, len(valid)) if settings.get("weighted") else valid
    elif method == "credit_shortlist":
        best = sorted(valid, key=lambda code: -credit[code])
        big, small = int(settings.get("big") or 10), int(settings.get("small") or 3)
        ranking = best if len(valid) <= small else _weighted(best[:big], credit, seed, small)
        return _selected(c, ranking, invalid) | {"winners": [], "substitutes": []}
    elif method == "rotation":
        ranking = [code for code in settings["roster"] if code in valid]
    elif method == "two_stage":
        drawn = [code for code in order if (quotes[code].get("status") or "ok") == "ok"][: int(settings.get("k") or 3)]
        among = [code for code in drawn if code in valid]
        ranking = sorted(among, key=lambda code: price[code])
    elif method == "merit":
        points = {code: _points(quotes[code], price, min(price[v] for v in valid), settings) for code in valid}
        ranking = sorted(valid, key=lambda code: (-points[code], -credit[code]))
    elif method == "proposal":
        score = {code: _mean(quotes[code]["scores"].values()) for code in valid}
        ranking = sorted(valid, key=lambda code: (-score[code], price.get(code, 0)))
    else:
        ranking = [code for code in valid if code == c["decision"]["agency"]]
    if not ranking:
        return _failed("no_valid_quote", invalid)
    alerts = _alerts(c, among, price) if method in ALERTED else {}
    return _selected(c, ranking, invalid) | {"ranking": ranking + last, "alerts": alerts}


def _why(c: dict[str, Any], q: dict[str, Any], price: F | None) -> str | None:
    if (q.get("status") or "ok") != "ok":
        return str(q["status"])
    if price is not None:
        if price <= 0:
            return "not_positive"
        if c.get("ceiling") is not None and price > F(c["ceiling"]):
            return "above_ceiling"
        if c.get("floor") is not None and price < F(c["floor"]):
            return "below_floor"
    return "rejected" if q.get("rejected") else None


def _weighted(codes: list[str], credit: dict[str, F], seed: bytes, count: int) -> list[str]:
    left, below, found = sorted(codes, key=lambda code: code.encode()), numbers(sha256(seed + b"weighted").digest()), []
    while left and len(found) < count:
        urn = [code for code in left for _ in range(max(1, int(credit[code] + F(1, 2))))]
        found.append(urn[below(len(urn))])
        left.remove(found[-1])
    return found


def _mean(values: Any) -> F:
    listed = sorted(F(str(value)) for value in values)
    if len(listed) >= 5:
        listed = listed[1:-1]
    return sum(listed) / F(len(listed))


def _points(q: dict[str, Any], price: dict[str, F], lowest: F, settings: dict[str, Any]) -> F:
    weight = {"price": 30, "credit": 20, "qualification": 15, "performance": 20, "team": 15}
    weight |= settings.get("weights") or {}
    required, top = int(settings.get("required_level") or 1), int(settings.get("top_level") or 3)
    cap = F(settings.get("performance_cap") or 5)
    level = min(int(q.get("level") or required), top)
    return (
        weight["price"] * lowest / price[q["agency"]]
        + weight["credit"] * F(str(q.get("credit") or 0)) / 100
        + weight["qualification"] * F(level - required + 1, top - required + 1)
        + weight["performance"] * min(F(str(q.get("performance") or 0)), cap) / cap
        + weight["team"] * _mean(q.get("team") or [0]) / 100
    )


def _alerts(c: dict[str, Any], among: list[str], price: dict[str, F]) -> dict[str, list[str]]:
    found = {}
    for code in among:
        others = [price[other] for other in among if other != code]
        low = bool(others) and price[code] < F(7, 10) * sum(others) / len(others)
        if low or (c.get("ceiling") is not None and price[code] < F(6, 10) * F(c["ceiling"])):
            found[code] = ["low_price"]
    return found


def _selected(c: dict[str, Any], ranking: list[str], invalid: dict[str, str]) -> dict[str, Any]:
    w, s = int(c.get("winners") or 1), int(2 if c.get("substitutes") is None else c["substitutes"])
    return {
        "status": "selected",
        "reason": None,
        "winners": ranking[:w],
        "substitutes": ranking[w : w + s],
        "ranking": ranking,
        "invalid": invalid,
        "alerts": {},
    }


def _failed(reason: str, invalid: dict[str, str]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"winners": [], "substitutes": [], "ranking": [], "alerts": {}}
    return {"status": "failed", "reason": reason, "invalid": invalid} | nothing
