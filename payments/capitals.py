"""Money in the capital numerals that a Chinese contract, slip or cheque writes beside the figures.

Source: 《票据管理实施办法》 and 《正确填写票据和结算凭证的基本规定》 (People's Bank of China).
"""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")
LARGEST = Decimal(10) ** 16


def capitals(amount: Decimal) -> str:
    """`80000` → 捌万元整, `1009.05` → 壹仟零玖元零伍分. ValueError below zero, from 10¹⁶ on, or with part of a fen."""
    if not 0 <= amount < LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("an amount from 0 up to 10^16 yuan, in whole fen")
    fen_total = int(amount * 100)
    yuan, jiao, fen = fen_total // 100, fen_total // 10 % 10, fen_total % 10
    words = _whole(yuan) + "元" if yuan else ""
    if not jiao and not fen:
        return (words or "零元") + "整"
    if jiao:
        words += DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (DIGITS[fen] + "分" if fen else "整")


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            continue
        if words and (group < 1000 or groups[index + 1] == 0):
            words += "零"
        words += _four(group) + GROUPS[index]
    return words


def _four(number: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
