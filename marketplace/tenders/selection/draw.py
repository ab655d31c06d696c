"""The draw that anybody can check, `zjcs-draw/v1` (selection-rules, *Randomness*): hashes only, no state.

The order is computed once for a tender over its whole frozen list; it gives winners, substitutes and every tie.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marketplace.tenders.selection.base import Case

VERSION = "zjcs-draw/v1"
WORDS = 2**32


@dataclass(frozen=True)
class Swap:
    """One step of the shuffle: the words that were taken (all but the last were rejected), and the two places."""

    place: int  # counted from 0, from the last down
    words: tuple[int, ...]
    below: int
    other: int
    after: tuple[str, ...]


class Stream:
    """Unbiased whole numbers from a seed: SHA-256(seed ‖ counter as 8 bytes big-endian), in words of 4 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._words = self._from(seed)
        self.taken: list[int] = []

    @staticmethod
    def _from(seed: bytes) -> Iterator[int]:
        counter = 0
        while True:
            block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
            yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4))
            counter += 1

    def below(self, n: int) -> int:
        """A number from 0 to n − 1. `taken` keeps the words that it cost."""
        limit = WORDS // n * n
        self.taken = []
        while True:
            word = next(self._words)
            self.taken.append(word)
            if word < limit:
                return word % n


def list_hash(codes: Iterable[str]) -> bytes:
    """SHA-256 over the sorted codes, joined by a line feed."""
    return hashlib.sha256("\n".join(sorted(codes, key=str.encode)).encode()).digest()


def seed_of(tender: str, codes: Iterable[str], nonce: bytes, beacon: bytes) -> bytes:
    """The draw's seed from the tender's number, the frozen list, 32 bytes of nonce and the beacon."""
    parts = [VERSION.encode(), b"\0", tender.encode(), b"\0", list_hash(codes), nonce, beacon]
    return hashlib.sha256(b"".join(parts)).digest()


def seed(case: Case) -> bytes:
    """The seed of a case."""
    return seed_of(case.tender, case.codes, case.nonce, case.beacon)


def swaps(codes: Iterable[str], seed: bytes) -> tuple[Swap, ...]:
    """Fisher-Yates over the sorted list, from the last place down, step by step."""
    order = sorted(codes, key=str.encode)
    stream, steps = Stream(seed), []
    for place in range(len(order) - 1, 0, -1):
        other = stream.below(place + 1)
        order[place], order[other] = order[other], order[place]
        steps.append(Swap(place, tuple(stream.taken), place + 1, other, tuple(order)))
    return tuple(steps)


def draw_order(codes: Iterable[str], seed: bytes) -> tuple[str, ...]:
    """The shuffled list."""
    order = sorted(codes, key=str.encode)
    stream = Stream(seed)
    for place in range(len(order) - 1, 0, -1):
        other = stream.below(place + 1)
        order[place], order[other] = order[other], order[place]
    return tuple(order)


def places(case: Case) -> dict[str, int]:
    """Each code's place in the case's draw order, counted from 0."""
    return {code: place for place, code in enumerate(draw_order(case.codes, seed(case)))}


def nonce_of_shares(shares: Iterable[tuple[str, bytes | None]]) -> bytes:
    """The nonce of the source `shares`: SHA-256 of them, joined in sorted order of codes; None is 32 zero bytes."""
    joined = b"".join(share or bytes(32) for _code, share in sorted(shares, key=lambda pair: pair[0].encode()))
    return hashlib.sha256(joined).digest()
