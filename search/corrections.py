"""Words with one character wrong, missing, too many, or two exchanged."""

from collections.abc import Iterable, Iterator

from search import pinyin

SHORTEST_HAN, SHORTEST_LATIN = 4, 5
LONGEST = 40  # characters of what is looked at


def one_apart(one: str, other: str) -> bool:
    """Whether a single mistake makes one of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return (len(left) + len(right) <= 2 and len(left) <= 1) or (len(left) == 2 and left == right[::-1])


def corrected_run(run: str, words: Iterable[str]) -> str:
    """A Chinese run with the misspelt word in it put right, or "" when none of the words is one mistake away.

    The word may stand inside the run, or the run may be a part of the word. What sounds the same comes first, for that
    is the usual mistake; then what covers most.
    """
    if not SHORTEST_HAN <= len(run) <= LONGEST:
        return ""
    found = {candidate for word in words for candidate in _candidates(run, word)}
    return max(found, key=lambda each: _likeness(run, *each))[0] if found else ""


def _likeness(run: str, candidate: str, agreeing: int) -> tuple[bool, int, int, str]:
    """A missing character is more usual than one too many: so the longer word comes first."""
    return _sound(run) == _sound(candidate), len(candidate), agreeing, candidate


def _sound(run: str) -> str:
    return "".join(each[0] if each else "?" for each in pinyin.readings(run))


def _candidates(run: str, word: str) -> Iterator[tuple[str, int]]:
    """Ways of putting right, with the number of characters that agree."""
    if len(word) < SHORTEST_HAN:
        return
    known = set(word)
    if len(run) <= len(word) + 1 and sum(character in known for character in run) >= len(run) - 1:
        for start, end in _windows(len(word), len(run)):
            if end - start >= SHORTEST_HAN - 1 and one_apart(run, word[start:end]):
                yield word[start:end], len(run)
    if len(run) > len(word) and sum(character in known for character in run) >= len(word) - 1:
        for start, end in _windows(len(run), len(word)):
            if one_apart(run[start:end], word):
                yield run[:start] + word + run[end:], len(word)


def _windows(length: int, size: int) -> Iterator[tuple[int, int]]:
    for width in (size, size + 1, size - 1):
        for start in range(max(length - width + 1, 0)):
            yield start, start + width


def corrected_word(letters: str, words: Iterable[str]) -> str:
    """A word of letters put right, or ""; what begins as one of the words is right as it stands."""
    if len(letters) < SHORTEST_LATIN or not letters.isalpha():
        return ""
    every = list(words)
    if any(word.startswith(letters) for word in every):
        return ""
    found = [word for word in every if letters[0] == word[0] and one_apart(letters, word)]
    return min(found, default="")
