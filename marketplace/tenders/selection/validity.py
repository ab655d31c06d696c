"""What all methods share: which quotes are valid, whether there are enough, and when a price is suspiciously low."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from marketplace.tenders.selection.base import Case, Method, Outcome, Quote
from marketplace.tenders.selection.casefile import CaseError, mapping_of, number_of, whole_of
from marketplace.tenders.selection.ranking import whole_prices

OF_MEAN, OF_CEILING = Decimal("0.7"), Decimal("0.6")


def reason_against(quote: Quote, case: Case) -> str | None:
    """The first reason for which the quote is invalid, or None. The price reasons apply whenever a price is given."""
    if quote.status != "ok":
        return quote.status
    price = quote.price
    if price is not None:
        if price <= 0:
            return "not_positive"
        if case.ceiling is not None and price > case.ceiling:
            return "above_ceiling"
        if case.floor is not None and price < case.floor:
            return "below_floor"
    return "rejected" if quote.rejected else None


def judge(case: Case) -> tuple[tuple[Quote, ...], dict[str, str]]:
    """The valid quotes by their code, and each invalid one's reason."""
    judged = [(quote, reason_against(quote, case)) for quote in sorted(case.quotes, key=lambda q: q.agency.encode())]
    valid = tuple(quote for quote, reason in judged if reason is None)
    return valid, {quote.agency: reason for quote, reason in judged if reason is not None}


def minimum(case: Case, method: Method) -> int:
    """The fewest valid responses: the method's, at most 2 on a second try with public money, or the case's own."""
    own = case.settings.get("minimum")
    if own is not None:
        return whole_of(own, "settings.minimum")
    least = method.minimum[case.funds]
    return min(least, 2) if case.attempt > 1 and case.funds == "public" else least


def failure(case: Case, method: Method, valid: tuple[Quote, ...], invalid: Mapping[str, str]) -> Outcome | None:
    """The failed outcome when nobody is valid or too few are; rejected low prices still count as responses."""
    counted = len(valid) + sum(reason == "rejected" for reason in invalid.values())
    least = minimum(case, method)
    if valid and counted >= least:
        return None
    reason = "too_few" if valid else "no_valid_quote"
    numbers = {"counted": counted, "minimum": least, "responses": len(case.quotes)}
    return failed(reason, invalid, {"rule": reason, **numbers})


def failed(reason: str, invalid: Mapping[str, str], *explanation: Mapping[str, object]) -> Outcome:
    """An outcome without a winner."""
    return Outcome(status="failed", reason=reason, invalid=invalid, explanation=explanation)


def low_prices(case: Case, valid: tuple[Quote, ...]) -> dict[str, tuple[str, ...]]:
    """Valid quotes below 70 % of the others' mean or 60 % of the ceiling, by exact fractions.

    `settings.low_price` may give other shares (`of_mean`, `of_ceiling`).
    """
    of_mean, of_ceiling = _low_shares(case)
    prices, unit = whole_prices(valid)
    total, others = sum(prices.values()), len(prices) - 1
    part, whole = of_mean.as_integer_ratio()
    least = None if case.ceiling is None else of_ceiling * Fraction(case.ceiling) * unit
    limit, scale = (0, 1) if least is None else least.as_integer_ratio()
    return {
        code: ("low_price",)
        for code, price in prices.items()
        if (others and price * others * whole < part * (total - price)) or price * scale < limit
    }


def check(case: Case) -> None:
    """CaseError for a wrong setting that all methods share."""
    if case.settings.get("minimum") is not None:
        whole_of(case.settings["minimum"], "settings.minimum")
    _low_shares(case)


def _low_shares(case: Case) -> tuple[Fraction, Fraction]:
    at = "settings.low_price"
    given = mapping_of(case.settings.get("low_price"), at)
    shares = {"of_mean": OF_MEAN, "of_ceiling": OF_CEILING} | {k: v for k, v in given.items() if v is not None}
    return Fraction(number_of(shares["of_mean"], f"{at}.of_mean")), Fraction(
        number_of(shares["of_ceiling"], f"{at}.of_ceiling")
    )


def price_needed(case: Case) -> None:
    """CaseError when a readable, eligible quote of a price method names no price."""
    for n, quote in enumerate(case.quotes):
        if quote.status == "ok" and quote.price is None:
            sentence = _("选取方式“%(method)s”需要每份有效响应的报价。") % {"method": case.method}
            raise CaseError(f"quotes[{n}].price", sentence)
