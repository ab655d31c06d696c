"""What somebody typed is read once and never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import LONGEST_TEXT, MOST_TERMS, parse


def texts(text: str) -> list[str]:
    return [term.text for term in parse(text).terms]


def test_words_are_parted_by_spaces_and_punctuation() -> None:
    assert texts("环评 报告书（表），造价") == ["环评", "报告书", "表", "造价"]
    assert texts("5G基站") == ["5g", "基站"]


def test_a_number_keeps_its_hyphens_and_is_also_found_without() -> None:
    (term,) = parse("ZJ-005").terms
    assert term.words == ("zj", "005")
    assert term.whole == "zj005"
    assert term.begins


def test_the_tail_of_a_code_is_a_word_of_its_own() -> None:
    (term,) = parse("2E5K").terms
    assert term.tail.endswith("2e5k")
    assert parse("e5k").terms[0].tail == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("环评\x00\x07", "控制字符"),
        ("环评" * 5000, str(LONGEST_TEXT)),
        (" ".join(f"词{chr(0x4E00 + n)}" for n in range(40)), str(MOST_TERMS)),
        ("*:*", "没有可以搜索的文字"),
        ("环评 AND (", "AND"),
        ('"环评" OR 1=1 --', "--"),
        ("'; DROP TABLE search_text; --", ";"),
        ("\ud800\udfff环评", "控制字符"),
    ],
)
def test_what_is_left_out_is_told(text: str, said: str) -> None:
    assert any(said in sentence for sentence in parse(text).ignored)


def test_nothing_is_told_of_ordinary_text() -> None:
    assert parse("环境影响评价、造价（预算）2026").ignored == ()
    assert parse("").ignored == ()


def test_the_same_word_twice_counts_once() -> None:
    assert texts("环评 環評 环评") == ["环评"]


@given(st.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    words = parse(text)
    assert len(words.terms) <= MOST_TERMS
    for term in words.terms:
        assert all(term.words)
