"""An amount in capital numerals, as notices and contracts write it (支付结算办法, annex 1)."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")


def amount_in_words(amount: Decimal) -> str:
    """`人民币柒万陆仟伍佰肆拾叁元贰角壹分`; whole amounts end in 整. ValueError below 0 or from 10¹⁶ on."""
    fen = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not 0 <= fen < 10**18:
        raise ValueError("the amount has no words")
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{words or '零元'}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"人民币{words}{DIGITS[fen]}分" if fen else f"人民币{words}整"


def _whole(number: int) -> str:
    words, gap = "", False
    for power in range(len(GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * power) % 10_000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1_000):
            words += "零"
        words += _group(group) + GROUPS[power]
        gap = False
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for power in range(3, -1, -1):
        digit = group // 10**power % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[power]
        gap = False
    return words
