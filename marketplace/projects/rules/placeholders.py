"""Placeholders in ready words: {项目} and its like, checked when they are kept and filled when they are used."""

import re
from collections.abc import Mapping

NAMES = ("项目", "企业", "环节", "事项", "期限", "代办员")
_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown(text: str) -> list[str]:
    """What stands in braces and is no placeholder, in its order; a brace that stands alone is given as itself."""
    found = [name for name in _PLACE.findall(text) if name.strip() not in NAMES]
    return found + [brace for brace in _PLACE.sub("", text) if brace in "{}"]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The words with their placeholders filled, "—" where there is no value. What values hold is not filled again."""
    return _PLACE.sub(lambda found: values.get(found[1].strip()) or "—", text)
