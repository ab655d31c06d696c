"""How text becomes words."""

from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.analysis import analyse, fold, joined, pairs, parts, tails


def words(text: str) -> set[str]:
    found = analyse([text])
    return {word for _, word in found.placed} | set(found.loose)


def test_traditional_full_width_and_upper_case_fold_to_the_same_text() -> None:
    assert fold("環境影響評價ＺＪ－００５") == fold("环境影响评价zj-005") == "环境影响评价zj-005"


def test_a_chinese_run_becomes_its_pairs_in_order_and_its_single_characters() -> None:
    found = analyse(["环境影响"])
    assert [word for _, word in found.placed] == ["环境", "境影", "影响"]
    assert [place for place, _ in found.placed] == list(range(found.placed[0][0], found.placed[0][0] + 3))
    assert {"环", "境", "影", "响"} <= set(found.loose)


def test_a_run_of_one_character_is_itself() -> None:
    assert pairs("表") == ("表",)
    assert "表" in words("（表）")


def test_pairs_of_different_runs_do_not_stand_side_by_side() -> None:
    """甲乙，乙丙 does not hold 甲乙丙."""
    places = {word: place for place, word in analyse(["甲乙，乙丙"]).placed}
    assert places["乙丙"] - places["甲乙"] > 1
    places = {word: place for place, word in analyse(["甲乙", "乙丙"]).placed}
    assert places["乙丙"] - places["甲乙"] > 1


def test_parts_of_a_number_stand_side_by_side_and_joined() -> None:
    found = analyse(["项目 ZJ-2026-000412 号"])
    places = {word: place for place, word in found.placed}
    assert places["000412"] == places["2026"] + 1 == places["zj"] + 2
    assert "zj2026000412" in found.loose
    assert list(joined("zj-005 a.b")) == ["zj005", "ab"]


def test_a_code_has_its_tails_from_four_characters_on() -> None:
    found = list(tails("91430500ma4l7x2e5k"))
    assert analysis.TAIL + "2e5k" in found
    assert analysis.TAIL + "e5k" not in found
    assert len(found) == 14


def test_what_no_store_takes_is_left_out() -> None:
    assert fold("环\x00评\ud800\u200b\x1b") == "环评"


def test_a_text_of_any_length_has_a_limited_number_of_words() -> None:
    found = analyse(["环境影响评价" * 10_000], limit=500)
    assert len(found.placed) <= 500
    assert found.placed[-1][0] <= found.end


@given(st.text(), st.data())
def test_folding_a_part_gives_a_part_of_the_folded_whole(text: str, data: st.DataObject) -> None:
    """For Chinese text; this is what makes every contained word findable."""
    chinese = "".join(c for c in text if "\u4e00" <= c <= "\u9fff")
    start = data.draw(st.integers(0, len(chinese)))
    end = data.draw(st.integers(start, len(chinese)))
    assert fold(chinese)[start:end] == fold(chinese[start:end])


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    found = analyse([text])
    for _, word in found.placed:
        assert word
        assert not set(word) & set(" '\"\\*:()¦")
    assert all(parts(fold(text)))
