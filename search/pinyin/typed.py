"""Reading letters as the sound of Chinese text: `shaoyang`, `shao yang`, `sycy`, and among characters, `邵yang`."""

from collections.abc import Iterator, Sequence

from search.pinyin import (
    INITIALS,
    LONGEST,
    MOST_INITIALS,
    SOUND,
    is_sound,
    is_syllable,
    may_be_initials,
    readings,
)

SHORTEST = 3  # letters of a sound; two letters are looked for as initials only


def sounds(parts: Sequence[tuple[str, int]]) -> list[tuple[str, ...]]:
    """For each part of a query (text, where it begins) the marked words that it may mean; () for what is no sound.

    Syllables that were typed apart are meant together; so are letters that touch Chinese characters.
    """
    found: list[tuple[str, ...]] = []
    for group in _groups(parts):
        joined = _joined(group)
        for text in group:
            if not _is_letters(text):
                found.append(())
            elif len(group) > 1:
                found.append((joined,) if joined else ())
            else:
                found.append(_alone(text))
    return found


def _groups(parts: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """The parts that belong together, in order."""
    group: list[str] = []
    end = -1
    for text, start in parts:
        if group and not _belong_together(group[-1], text, touching=start == end):
            yield group
            group = []
        group.append(text)
        end = start + len(text)
    if group:
        yield group


def _belong_together(before: str, text: str, *, touching: bool) -> bool:
    if touching:
        return _can_sound(before) and _can_sound(text)
    if not (_is_letters(before) and _is_letters(text)):
        return False
    return (is_syllable(before) and is_syllable(text)) or len(before) == len(text) == 1


def _joined(group: Sequence[str]) -> str:
    if all(len(text) == 1 and _is_letters(text) for text in group):
        letters = "".join(group)
        return INITIALS + letters if may_be_initials(letters) else ""
    pieces = [text if _is_letters(text) else _said(text) for text in group]
    letters = "".join(pieces)
    return SOUND + letters[:LONGEST] if all(pieces) and is_sound(letters) else ""


def _alone(letters: str) -> tuple[str, ...]:
    said = [SOUND + letters[:LONGEST]] if len(letters) >= SHORTEST and is_sound(letters) else []
    if may_be_initials(letters):
        said.append(INITIALS + letters[:MOST_INITIALS])
    return tuple(said)


def _is_letters(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _can_sound(text: str) -> bool:
    return is_sound(text) if text.isascii() else bool(_said(text))


def _said(run: str) -> str:
    """The first reading of a Chinese run, "" if a character has none."""
    found = readings(run)
    return "".join(each[0] for each in found) if found and all(found) else ""
