"""Plain text as an agency types it, and the safe rich text that becomes of it."""

import html
import re
from itertools import groupby

BULLET = re.compile(r"^\s*[-*•·]\s+(.+)$")
NUMBER = re.compile(r"^\s*\d{1,2}(?:[、)）]\s*|\.(?!\d)\s*)(.+)$")  # 1.5 is a number, not the first of a list


def to_rich(text: str) -> str:
    """Blank lines part paragraphs, single ones break lines; lines that begin with “- ” or “1.” make a list.

    Everything else is text: markup that was typed shows as typed.
    """
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return "".join(_block(list(block)) for filled, block in groupby(lines, key=bool) if filled)


def to_plain(rich: str) -> str:
    """Rich text back as it would be typed; `to_rich` of it gives the same again."""
    text = re.sub(r"<ol>(.*?)</ol>", lambda found: _numbered(found.group(1)), rich, flags=re.DOTALL)
    text = re.sub(r"<li>(.*?)</li>", r"- \1\n", text, flags=re.DOTALL)
    text = re.sub(r"<br\s*/?>", "\n", text)
    text = re.sub(r"</(p|h2|h3|ul)>", "\n\n", text)
    plain = html.unescape(re.sub(r"<[^>]+>", "", text))
    return re.sub(r"\n{3,}", "\n\n", plain).strip()


def _block(lines: list[str]) -> str:
    return "".join(_part(sort, list(part)) for sort, part in groupby(lines, key=_sort_of))


def _part(sort: str, lines: list[str]) -> str:
    if sort == "p":
        return f"<p>{'<br/>'.join(html.escape(line) for line in lines)}</p>"
    pattern = BULLET if sort == "ul" else NUMBER
    items = [found.group(1).strip() for line in lines if (found := pattern.match(line))]
    return f"<{sort}>{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</{sort}>"


def _sort_of(line: str) -> str:
    if BULLET.match(line):
        return "ul"
    return "ol" if NUMBER.match(line) else "p"


def _numbered(items: str) -> str:
    found = re.findall(r"<li>(.*?)</li>", items, flags=re.DOTALL)
    return "".join(f"{number}. {item}\n" for number, item in enumerate(found, 1)) + "\n"
