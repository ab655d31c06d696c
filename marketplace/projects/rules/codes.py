"""Project codes as people type them (GB/T 40058-2021)."""

import re

PARTS = (4, 6, 2, 2, 6)


def normalise(text: str) -> str:
    """The code as it is stored: full-width characters narrowed, spaces out, missing hyphens put back."""
    narrowed = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    plain = re.sub(r"\s", "", narrowed)
    plain = re.sub(r"[－—–−‐﹣]", "-", plain)
    if re.fullmatch(r"\d{20}", plain):
        groups, rest = [], plain
        for length in PARTS:
            groups.append(rest[:length])
            rest = rest[length:]
        return "-".join(groups)
    return plain


def region_of(code: str) -> str:
    """The six digits of the region in which the code was given; empty when it is no code."""
    parts = code.split("-")
    return parts[1] if len(parts) == 5 else ""


def is_of_region(code: str, zone: str) -> bool:
    """Whether the code was given here: in the zone's region, in its city or province, or by the central authorities.

    A code of another city or province may be a typing error: the person is asked.
    """
    region = region_of(code)
    if not region or not zone:
        return True
    return region[:4] == zone[:4] or region in {"000000", f"{zone[:2]}0000"}
