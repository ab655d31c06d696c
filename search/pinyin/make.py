"""Makes `readings.txt` from pypinyin's dictionaries: `python -m search.pinyin.make`, after a new version of it.

Tones are left out. A line is a sound and the characters that are read so, or the sounds and the phrases in which a
character is read otherwise than alone. pypinyin's data are under the MIT licence.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.phrases_dict import phrases_dict
from pypinyin.style import convert

from search.analysis import fold

HEAD = "# Made by search/pinyin/make.py from pypinyin (https://github.com/mozillazg/python-pinyin, MIT licence).\n"


def main() -> None:
    """Write the file."""
    characters = {chr(code): _plain(lazy_pinyin(chr(code))) for code in range(0x4E00, 0xA000)}
    lines: dict[str, str] = defaultdict(str)
    for character, sounds in characters.items():
        if sounds[0].isascii() and sounds[0].isalpha():
            lines[sounds[0]] += character
    phrases = defaultdict(list)
    for phrase, toned in phrases_dict.items():
        sounds = _plain(convert(each[0], Style.NORMAL, strict=False) for each in toned)
        usual = [characters[character][0] for character in phrase if character in characters]
        if 2 <= len(phrase) <= 4 and len(usual) == len(sounds) and usual != sounds and fold(phrase) == phrase:
            phrases[" ".join(sounds)].append(phrase)
    written = [f"{sound}\t{lines[sound]}" for sound in sorted(lines)]
    written += [f"{sounds}\t{' '.join(phrases[sounds])}" for sounds in sorted(phrases)]
    Path(__file__).with_name("readings.txt").write_text(HEAD + "\n".join(written) + "\n", encoding="utf-8")


def _plain(sounds: object) -> list[str]:
    return [str(each).replace("ü", "v") for each in sounds]  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
