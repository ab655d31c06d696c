"""Credit codes, project codes and phone numbers: pure checks.

Source of the credit code: GB 32100-2015 (18 characters, ISO 7064-like check character modulo 31; a remainder of 0
gives the check character 0). Source of the project code: GB/T 40058-2021.
"""

import re
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEW_PROJECT_CODE = re.compile(r"^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$")
OLD_PROJECT_CODE = re.compile(r"^20\d{2}-\d{6}-\d{2}-\d{2}-\d{6}$")
MOBILE = re.compile(r"^1[3-9]\d{9}$")


class CodeProblem(StrEnum):
    """What is wrong with a credit code."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    CHECK = "check"


def normalise_code(text: str) -> str:
    """The code as it is stored: full-width characters narrowed, spaces and hyphens out, upper case."""
    narrowed = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return re.sub(r"[\s\-－—]", "", narrowed).upper()


def credit_code_problem(code: str) -> CodeProblem | None:
    """The first thing wrong with a unified social credit code, or None. `code` is normalised."""
    if len(code) != 18:
        return CodeProblem.LENGTH
    if any(c not in ALPHABET for c in code):
        return CodeProblem.ALPHABET
    try:
        uscc.validate(code)
    except InvalidLength:
        return CodeProblem.LENGTH
    except InvalidFormat:
        return CodeProblem.ALPHABET
    except InvalidChecksum:
        return CodeProblem.CHECK
    return None


def is_project_code(code: str) -> bool:
    """Whether the text has the form of a project code, new (since November 2020) or old; no check digit is judged."""
    return bool(NEW_PROJECT_CODE.match(code) or OLD_PROJECT_CODE.match(code))


def is_mobile(text: str) -> bool:
    """Whether the text is a mobile number of the mainland."""
    return bool(MOBILE.match(text))
