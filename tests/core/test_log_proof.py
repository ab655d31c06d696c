"""The format is checked as docs/selection-record.md tells it, by a verifier that shares no code with ours."""

import copy
import json
import re
from hashlib import sha256
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from marketplace.core import log_proof, merkle
from script._stamps import ROOT

PAGE = (ROOT / "docs" / "selection-record.md").read_text(encoding="utf-8")
VECTORS = PAGE.split("### Test vectors", 1)[1]
PROOF: dict[str, Any] = json.loads(VECTORS.split("```json", 1)[1].split("```", 1)[0])
LINE = VECTORS.split("is one line:", 1)[1].split("```", 2)[1].strip("\n")
KEY = bytes.fromhex(re.findall(r"whose key is `([0-9a-f]{64})`", VECTORS)[0])


def verdict(proof: dict[str, Any], canonical: str) -> bool:
    """The page's four points and its way of following a path, written down once more."""
    head = proof["head"]
    found = sha256(b"\x00" + canonical.encode()).digest()
    if found.hex() != proof["leaf_hash"] or proof["entry"]["number"] != proof["number"]:
        return False
    f, s = proof["number"] - 1, head["size"] - 1
    for step in proof["path"]:
        p = bytes.fromhex(step)
        if s == 0:
            return False
        if f % 2 or f == s:
            found = sha256(b"\x01" + p + found).digest()
            while f % 2 == 0 and f:
                f, s = f // 2, s // 2
        else:
            found = sha256(b"\x01" + found + p).digest()
        f, s = f // 2, s // 2
    if s or found.hex() != head["root"]:
        return False
    signed = f"zjcs-log/v2\n{head['log']}\n{head['size']}\n{head['root']}\n{head['timestamp']}\n"
    try:
        VerifyKey(KEY).verify(signed.encode(), bytes.fromhex(head["signature"]))
    except BadSignatureError:
        return False
    return True


def test_the_pages_vector_is_right_by_both_verifiers() -> None:
    assert json.loads(LINE) == PROOF["entry"]
    assert merkle.leaf_hash(LINE.encode()) == log_proof.leaf_hash(PROOF["entry"])
    assert log_proof.problem(PROOF, KEY) is None
    assert verdict(PROOF, LINE)


def test_the_pages_consistency_proof_is_right() -> None:
    first, second = re.findall(
        r"root `([0-9a-f]{64})`; the consistency proof from 2 to 3 is `\[\"([0-9a-f]{64})\"\]`", VECTORS
    )[0]
    roots = bytes.fromhex(first), bytes.fromhex(PROOF["head"]["root"])
    assert merkle.verify_consistency(2, 3, [bytes.fromhex(second)], *roots)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every plain value in it, by the way that leads there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place for step, each in inner for place in places(each, (*way, step))]
    return found if isinstance(value, (dict, list)) else [way]


@pytest.mark.parametrize("way", places(PROOF), ids=lambda way: ".".join(map(str, way)))
def test_any_one_changed_value_is_found(way: tuple[Any, ...]) -> None:
    proof: Any = copy.deepcopy(PROOF)
    place = proof
    for step in way[:-1]:
        place = place[step]
    was = place[way[-1]]
    place[way[-1]] = was + 1 if type(was) in (int, float) else not was if was in (None, True) else f"{was}0"
    assert log_proof.problem(proof, KEY) is not None


@pytest.mark.parametrize("way", [(), ("entry",), ("head",), ("entry", "data")])
def test_a_missing_value_is_found(way: tuple[str, ...]) -> None:
    place: Any = PROOF
    for step in way:
        place = place[step]
    for name in place:
        proof: Any = copy.deepcopy(PROOF)
        inner = proof
        for step in way:
            inner = inner[step]
        del inner[name]
        assert log_proof.problem(proof, KEY) is not None, name
