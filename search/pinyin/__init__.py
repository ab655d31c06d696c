"""How Chinese text sounds, written in letters: what `shaoyang` and `sy` are found by.

The readings stand in `readings.txt`, made from pypinyin's dictionaries by `make.py`: reading one small file takes
milliseconds, so that neither a request nor a worker waits for dictionaries of a megabyte.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

SOUND = "⋮"  # the mark of a word that is a stretch of text in letters: 环评 → ⋮huanping
INITIALS = "⋰"  # the mark of a word of first letters: 环评 → ⋰hp
LONGEST = 36  # letters of a sound; what is longer is compared by its beginning
MOST_INITIALS = 12
MOST_VARIANTS = 4
FEWEST_LETTERS = 2
# Characters that no phrase decides and that people read in either way, mostly in names.
_EITHER = {
    "行": ("xing", "hang"),
    "重": ("zhong", "chong"),
    "长": ("chang", "zhang"),
    "乐": ("le", "yue"),
    "单": ("dan", "shan"),
    "曾": ("zeng", "ceng"),
    "厦": ("sha", "xia"),
    "盛": ("sheng", "cheng"),
    "柏": ("bai", "bo"),
    "朝": ("chao", "zhao"),
    "都": ("du", "dou"),
    "绿": ("lv", "lu"),
    "率": ("lv", "shuai"),
}
_LONGEST_SYLLABLE = 6
_PHRASE = 4  # characters of the longest phrase that decides a reading


@cache
def _table() -> tuple[dict[str, str], dict[str, tuple[str, ...]], frozenset[str]]:
    """The reading of each character, of phrases that are read otherwise, and the first characters of these."""
    characters: dict[str, str] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name("readings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        sound, _, written = line.partition("\t")
        if " " in sound:
            phrases.update(dict.fromkeys(written.split(), tuple(sound.split())))
        else:
            characters.update(dict.fromkeys(written, sound))
    return characters, phrases, frozenset(phrase[0] for phrase in phrases)


def readings(run: str) -> tuple[tuple[str, ...], ...]:
    """The usual readings of each character of a folded Chinese run; () for one that has none."""
    characters, phrases, first = _table()
    found: list[tuple[str, ...]] = []
    place = 0
    while place < len(run):
        character = run[place]
        if character in first:
            for length in range(min(_PHRASE, len(run) - place), 1, -1):
                if sounds := phrases.get(run[place : place + length]):
                    found += [(sound,) for sound in sounds]
                    place += length
                    break
            else:
                found.append(_EITHER.get(character) or _alone(characters, character))
                place += 1
            continue
        found.append(_EITHER.get(character) or _alone(characters, character))
        place += 1
    return tuple(found)


def _alone(characters: dict[str, str], character: str) -> tuple[str, ...]:
    sound = characters.get(character)
    return (sound,) if sound else ()


@lru_cache(maxsize=4_000)
def words_of(run: str) -> tuple[str, ...]:
    """The marked words by which a folded Chinese run is found in letters: sound and initials from each character on.

    The names of items stand in thousands of documents, so what a run gives is kept: some 2 kB each, so not very many.
    """
    sounds = readings(run)
    plain = [each[0] if each else "" for each in sounds]
    several = [len(each) > 1 for each in sounds]
    words: dict[str, None] = {}
    for start, sound in enumerate(plain):
        if not sound:
            continue
        rest = plain[start : start + MOST_INITIALS]
        if "" in rest:
            rest = rest[: rest.index("")]
        if True in several[start : start + len(rest)]:
            for variant in islice(product(*sounds[start : start + len(rest)]), MOST_VARIANTS):
                words[SOUND + "".join(variant)[:LONGEST]] = None
                words[INITIALS + "".join([each[0] for each in variant])] = None
        else:
            words[SOUND + "".join(rest)[:LONGEST]] = None
            words[INITIALS + "".join([each[0] for each in rest])] = None
    return tuple(words)


@cache
def _syllables() -> frozenset[str]:
    characters, _, _ = _table()
    return frozenset([*characters.values(), *(sound for several in _EITHER.values() for sound in several)])


@cache
def _begun() -> frozenset[str]:
    """What a syllable may look like while it is typed."""
    return frozenset(each[:length] for each in _syllables() for length in range(1, len(each) + 1))


def is_syllable(letters: str) -> bool:
    """Whether the letters are one whole syllable."""
    return letters in _syllables()


def is_sound(letters: str) -> bool:
    """Whether the letters can be the sound of Chinese text, whose last syllable may be unfinished."""
    if not (letters.isascii() and letters.isalpha()):
        return False
    ends = {0}  # places where a syllable may end; a regular expression would try all ways of cutting one after another
    for place in range(len(letters)):
        if place in ends:
            if letters[place:] in _begun():
                return True
            sizes = range(1, _LONGEST_SYLLABLE + 1)
            ends |= {place + size for size in sizes if letters[place : place + size] in _syllables()}
    return len(letters) in ends


def may_be_initials(letters: str) -> bool:
    """Whether the letters can be the first ones of syllables: none begins with i, u or v."""
    return (
        FEWEST_LETTERS <= len(letters) <= MOST_INITIALS
        and letters.isascii()
        and letters.isalpha()
        and not set(letters) & set("iuv")
    )


def spans(run: str, word: str) -> Iterator[tuple[int, int]]:
    """Where a marked word stands in a folded Chinese run: start and end of the characters that sound like it."""
    mark, letters = word[0], word[1:]
    sounds = readings(run)
    for start in range(len(sounds)):
        if end := _end(sounds, start, letters, mark == INITIALS):
            yield start, end


def _end(sounds: tuple[tuple[str, ...], ...], start: int, letters: str, by_initials: bool) -> int:
    """The place after the last character that the letters need from `start` on; 0 if they don't stand there."""
    if not letters:
        return start
    if start >= len(sounds):
        return 0
    for sound in sounds[start]:
        piece = sound[0] if by_initials else sound
        if letters.startswith(piece):
            if end := _end(sounds, start + 1, letters[len(piece) :], by_initials):
                return end
        elif piece.startswith(letters):
            return start + 1
    return 0
