"""Credit codes, project codes, phone numbers, claims and invitations: pure checks.

Source of the credit code: GB 32100-2015 (18 characters, check character by weights 3^i modulo 31; a remainder of 0
gives the check character 0). Source of the project code: GB/T 40058-2021.
"""

import re
from datetime import timedelta
from enum import StrEnum

from stdnum.cn import uscc

from marketplace.core.states import Machine

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEW_PROJECT_CODE = re.compile(r"^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$")
OLD_PROJECT_CODE = re.compile(r"^20\d{2}-\d{6}-\d{2}-\d{2}-\d{6}$")
MOBILE = re.compile(r"^1[3-9]\d{9}$")

CLAIM = Machine([("confirm", ["submitted"], "confirmed"), ("refuse", ["submitted"], "refused")])
CLAIM_WORKDAYS = 1  # an operator has looked at an authorisation within one working day
INVITATION_LIFE = timedelta(days=7)
INVITATION_DAY = timedelta(days=1)
INVITATIONS_A_DAY = 30  # of one organisation, in INVITATION_DAY; each one may be a letter to a stranger

# What the first two characters of a code say: the registering authority and its kind of organisation.
KINDS_OF_CODE = {
    "11": {"government"},
    "12": {"institution"},
    "13": {"social"},
    "51": {"social"},
    "52": {"social"},
    "53": {"social"},
    "91": {"enterprise"},
    "92": {"individual"},
    "93": {"enterprise"},
}


class CodeProblem(StrEnum):
    """What is wrong with a credit code."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    CHECK = "check"


def narrow(text: str) -> str:
    """The text with full-width letters, digits and punctuation narrowed, and without spaces at its ends."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c == "\u3000" else c for c in text).strip()


def normalise_code(text: str) -> str:
    """The code as it is stored: full-width characters narrowed, spaces and hyphens out, upper case."""
    return re.sub(r"[\s\-—–]", "", narrow(text)).upper()


def normalise_contact(text: str) -> str:
    """A mobile number or an e-mail address as it is stored: narrowed, without spaces, in lower case."""
    contact = re.sub(r"\s", "", narrow(text)).lower()
    digits = re.sub(r"^\+?86", "", contact.replace("-", ""))
    return digits if is_mobile(digits) else contact


def normalise_name(text: str) -> str:
    """An organisation's name as it is stored: no spaces between Chinese characters, full-width brackets."""
    name = re.sub(r"\s+", " ", text.replace("\u3000", " ")).strip()
    name = re.sub(r"(?<=[\u4e00-\u9fff（）()]) (?=[\u4e00-\u9fff（）()])", "", name)
    return name.replace("(", "（").replace(")", "）") if re.search(r"[\u4e00-\u9fff]", name) else name


def credit_code_problem(code: str) -> CodeProblem | None:
    """The first thing wrong with a unified social credit code, or None. `code` is normalised."""
    if len(code) != 18:
        return CodeProblem.LENGTH
    if foreign_characters(code) or not code[2:8].isdigit():
        return CodeProblem.ALPHABET
    return None if code[-1] == uscc.calc_check_digit(code[:-1]) else CodeProblem.CHECK


def foreign_characters(code: str) -> str:
    """The characters that no credit code has, each once: I, O, S, V, Z and whatever is no letter or digit."""
    return "".join(dict.fromkeys(c for c in code if c not in ALPHABET))


def code_suits_kind(code: str, kind: str) -> bool | None:
    """Whether a code of this beginning is given to organisations of this kind; None where it says nothing."""
    kinds = KINDS_OF_CODE.get(code[:2])
    return None if kinds is None else kind in kinds


def is_project_code(code: str) -> bool:
    """Whether the text has the form of a project code, new (since November 2020) or old; no check digit is judged."""
    return bool(NEW_PROJECT_CODE.match(code) or OLD_PROJECT_CODE.match(code))


def is_mobile(text: str) -> bool:
    """Whether the text is a mobile number of the mainland."""
    return bool(MOBILE.match(text))


def masked(contact: str) -> str:
    """A mobile number or e-mail address that its owner recognises and nobody else can use: 138****5678."""
    if is_mobile(contact):
        return f"{contact[:3]}****{contact[-4:]}"
    name, at, host = contact.partition("@")
    return f"{name[:2]}***{at}{host}"
