"""The draw: its published test vector, its steps, and that nobody is favoured."""

import hashlib
from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tenders.selection import draw
from tests.tenders.selection.cases import BEACON, CODES, NONCE


def test_the_published_test_vector_of_the_draw_holds() -> None:
    seed = draw.seed_of("ZJ-2025-000123", CODES, bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    listed = draw.list_hash(CODES).hex()
    assert listed.startswith("6acdd196")
    assert listed.endswith("f651d8")
    assert seed.hex() == "251307a405044d1ba78bd5fb8d3a4229ffb9fa92f6bdce21957b052d6d9c7ba0"
    assert [code[-3:] for code in draw.draw_order(CODES, seed)] == ["Y43", "011", "022", "82Q", "033"]


def test_the_steps_of_the_draw_end_in_its_order() -> None:
    seed = draw.seed_of("ZJ-2025-000123", CODES, bytes.fromhex(NONCE), bytes.fromhex(BEACON))
    steps = draw.swaps(CODES, seed)
    assert steps[-1].after == draw.draw_order(CODES, seed)
    assert [step.words[-1] % step.below for step in steps] == [step.other for step in steps]


def test_a_word_beyond_the_last_full_multiple_is_rejected() -> None:
    class Fixed(draw.Stream):
        @staticmethod
        def _from(seed: bytes) -> Any:
            return iter([2**32 - 1, 7])

    stream = Fixed(b"")
    assert stream.below(3) == 7 % 3  # 2³² − 1 is divisible by 3, so the last word is the only one beyond
    assert stream.taken == [2**32 - 1, 7]


def test_an_unreadable_share_counts_as_zero_bytes_and_order_of_arrival_does_not_matter() -> None:
    shares = [("B", b"\1" * 32), ("A", None)]
    assert draw.nonce_of_shares(shares) == draw.nonce_of_shares(reversed(shares))
    assert draw.nonce_of_shares(shares) == draw.nonce_of_shares([("A", bytes(32)), ("B", b"\1" * 32)])
    assert draw.nonce_of_shares(shares) != draw.nonce_of_shares([("A", b"\1" * 32), ("B", None)])


@given(st.integers(1, 50), st.binary(min_size=32, max_size=32))
def test_numbers_of_the_stream_are_below_their_bound(n: int, seed: bytes) -> None:
    stream = draw.Stream(seed)
    assert all(0 <= stream.below(n) < n for _ in range(20))


@pytest.mark.parametrize("n", [3, 5, 6, 7, 100, 2**31 + 1, 2**32 - 1])
def test_no_number_has_more_words_than_another(n: int) -> None:
    """Words from the last full multiple on are skipped: the words that count are n times the same number."""
    last = 2**32 // n * n

    class Edge(draw.Stream):
        @staticmethod
        def _from(seed: bytes) -> Any:
            return iter([last, 2**32 - 1, last - 1])

    edge = Edge(b"")
    if last == 2**32:
        assert edge.below(n) == 0
    else:
        assert edge.below(n) == n - 1  # of the word last − 1
        assert edge.taken[:1] == [last]


def test_the_stream_draws_from_one_to_all_words() -> None:
    assert draw.Stream(b"").below(1) == 0
    assert draw.Stream(b"").below(2**32) == int.from_bytes(hashlib.sha256(bytes(8)).digest()[:4], "big")
    for n in (0, -1, 2**32 + 1):
        with pytest.raises(ValueError, match="no such numbers"):
            draw.Stream(b"").below(n)


def chi_square(counts: Counter[Any], expected: dict[Any, float]) -> float:
    assert set(counts) <= set(expected)
    return sum((counts[key] - each) ** 2 / each for key, each in expected.items())


def test_the_draw_is_uniform_over_a_hundred_thousand_seeds() -> None:
    """All 24 orders of four: chi-square with 23 degrees of freedom is above 58.6 once in 60,000 times by chance."""
    total = 100_000
    counts = Counter(draw.draw_order("ABCD", n.to_bytes(32, "big")) for n in range(total))
    assert chi_square(counts, dict.fromkeys(permutations("ABCD"), total / 24)) < 58.6


def test_the_base_is_uniform_and_has_a_stream_of_its_own() -> None:
    total = 20_000
    counts = Counter(draw.labelled(n.to_bytes(32, "big"), "base").below(4) for n in range(total))
    assert chi_square(counts, dict.fromkeys(range(4), total / 4)) < 23.0  # 3 degrees of freedom
    assert draw.labelled(b"s", "base").below(2**32) != draw.labelled(b"s", "weighted").below(2**32)


def test_a_weighted_draw_gives_each_the_chance_of_its_tickets() -> None:
    total, tickets = 30_000, {"A": 1, "B": 2, "C": 7}
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for n in range(total):
        one, two = draw.weighted(tickets, n.to_bytes(32, "big"), 2)
        first[one.code] += 1
        second[two.code] += 1
    assert chi_square(first, {code: total * share / 10 for code, share in tickets.items()}) < 18.5  # 2 degrees
    chance = {"A": 2 / 10 * 1 / 8 + 7 / 10 * 1 / 3, "B": 1 / 10 * 2 / 9 + 7 / 10 * 2 / 3}
    chance["C"] = 1 - sum(chance.values())
    assert chi_square(second, {code: total * share for code, share in chance.items()}) < 18.5


@given(st.dictionaries(st.text("ABCDEFG", min_size=1, max_size=3), st.integers(1, 30), max_size=30), st.binary())
def test_the_running_sums_find_what_an_urn_would_give(tickets: dict[str, int], seed: bytes) -> None:
    seed = hashlib.sha256(seed).digest()
    picks = draw.weighted(tickets, seed)
    left = sorted(tickets)
    for pick in picks:
        urn = [code for code in left for _ in range(tickets[code])]
        assert (pick.total, urn[pick.number]) == (len(urn), pick.code)
        left.remove(pick.code)
    assert not left
