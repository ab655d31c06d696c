"""The draw that anybody can check, `zjcs-draw/v1` (selection-rules, *Randomness*): hashes only, no state.

The order is computed once for a tender over its whole frozen list; it gives winners, substitutes and every tie.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
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
        """A number from 0 to n − 1, each as likely. `taken` keeps the words that it cost. ValueError beyond 2³²."""
        if not 0 < n <= WORDS:
            raise ValueError("a word has no such numbers")
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


def labelled(seed: bytes, label: str) -> Stream:
    """The stream of another need than the draw order: of SHA-256(seed ‖ label)."""
    return Stream(hashlib.sha256(seed + label.encode("ascii")).digest())


@dataclass(frozen=True)
class Pick:
    """One step of a weighted draw: `number` below `total` fell to the code with these tickets."""

    code: str
    tickets: int
    number: int
    total: int


def weighted(tickets: Mapping[str, int], seed: bytes, count: int | None = None) -> tuple[Pick, ...]:
    """Draw without replacement: `count` of the codes (all), each with the chance of its tickets (at least 1).

    The remaining stand in sorted order; the number falls to the first whose running sum is greater. One stream,
    label `weighted`, for all draws. The running sums are kept as a binary indexed tree: n draws cost n·log n.
    """
    codes = sorted(tickets, key=str.encode)
    stream, sums = labelled(seed, "weighted"), _Sums([tickets[code] for code in codes])
    picks = []
    for _ in range(len(codes) if count is None else min(count, len(codes))):
        total = sums.total
        number = stream.below(total)
        at = sums.first_above(number)
        picks.append(Pick(codes[at], tickets[codes[at]], number, total))
        sums.take_out(at)
    return tuple(picks)


class _Sums:
    """Running sums of a list from which members are taken out (a Fenwick tree)."""

    def __init__(self, values: list[int]) -> None:
        self._values, self.total = list(values), sum(values)
        self._tree = [0, *values]
        for at in range(1, len(self._tree)):
            parent = at + (at & -at)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[at]

    def first_above(self, number: int) -> int:
        """The first place, counted from 0, whose running sum is greater."""
        at, step = 0, 1 << len(self._values).bit_length()
        while step := step >> 1:
            if at + step < len(self._tree) and self._tree[at + step] <= number:
                at += step
                number -= self._tree[at]
        return at

    def take_out(self, place: int) -> None:
        """Leave a member out from now on."""
        value, at = self._values[place], place + 1
        self._values[place] = 0
        self.total -= value
        while at < len(self._tree):
            self._tree[at] -= value
            at += at & -at


def nonce_of_shares(shares: Iterable[tuple[str, bytes | None]]) -> bytes:
    """The nonce of the source `shares`: SHA-256 of them, joined in sorted order of codes; None is 32 zero bytes."""
    joined = b"".join(share or bytes(32) for _code, share in sorted(shares, key=lambda pair: pair[0].encode()))
    return hashlib.sha256(joined).digest()
