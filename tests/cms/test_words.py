"""Typed text becomes safe rich text, and comes back as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms import words


@pytest.mark.parametrize(
    ("typed", "rich"),
    [
        ("一段\n\n二段", "<p>一段</p><p>二段</p>"),
        ("一行\n二行", "<p>一行<br/>二行</p>"),
        ("专长：\n- 环评\n- 能评", "<p>专长：</p><ul><li>环评</li><li>能评</li></ul>"),
        ("1. 先谈\n2. 后签", "<ol><li>先谈</li><li>后签</li></ol>"),
        ("1.5 万平方米", "<p>1.5 万平方米</p>"),
        ("   \n\n  ", ""),
    ],
)
def test_blank_lines_part_paragraphs_and_signs_make_lists(typed: str, rich: str) -> None:
    assert words.to_rich(typed) == rich


def test_typed_markup_shows_as_typed() -> None:
    rich = words.to_rich("<script>alert(1)</script> & <b>粗</b>\n- <img src=x onerror=alert(1)>")
    assert "<script" not in rich
    assert "<img" not in rich
    assert "&lt;script&gt;" in rich


@given(st.text(alphabet="ab环评<>&- 1.\n", max_size=60))
def test_what_came_back_and_is_sent_again_stays_the_same(typed: str) -> None:
    rich = words.to_rich(typed)
    assert words.to_rich(words.to_plain(rich)) == rich
