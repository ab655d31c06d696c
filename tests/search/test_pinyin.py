"""Chinese text is found by how it sounds, and by its first letters."""

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import pinyin
from search.analysis import analyse
from search.backends.base import MARK_END, MARK_START, Engine
from search.documents import Document
from search.query import Query, parse

Put = Callable[..., Document]


def found(engine: Engine, text: str) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=parse(text))).hits]


@pytest.mark.parametrize(
    "text",
    ["shaoyang", "ShaoYang", "shao yang", "shaoyangc", "sycy", "SYCY", "s y c y", "cy", "chuangye", "邵yang", "shao阳"],
)
def test_a_name_is_found_by_its_sound_and_by_its_initials(embedded: Engine, put: Put, text: str) -> None:
    put("邵阳创业服务中心")
    put("长沙测绘院")
    assert found(embedded, text) == ["邵阳创业服务中心"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chongqingyinhang", "重庆银行"),
        ("changsha", "长沙"),
        ("kuaijishi", "会计师"),
        ("xiamen", "厦门"),
        ("dxjz", "单县建筑"),
    ],
)
def test_characters_of_several_readings_are_read_as_usual(embedded: Engine, put: Put, text: str, name: str) -> None:
    put(f"示范{name}事务所", terms=("其他",))
    assert found(embedded, text) == [f"示范{name}事务所"]


def test_names_terms_and_titles_are_found_by_sound_and_the_body_is_not(embedded: Engine, put: Put) -> None:
    put("甲公司", names=("环评",), terms=("水土保持方案编制",), body="职业卫生")
    assert found(embedded, "huanping") == ["甲公司"]
    assert found(embedded, "stbc") == ["甲公司"]
    assert found(embedded, "shuitubaochi") == ["甲公司"]
    assert found(embedded, "zhiyeweisheng") == []


def test_syllables_typed_apart_are_meant_together(embedded: Engine, put: Put) -> None:
    put("水利保障中心")
    assert found(embedded, "shui bao") == []
    assert found(embedded, "shui li") == ["水利保障中心"]


def test_letters_as_they_stand_come_before_sounds(embedded: Engine, put: Put) -> None:
    put("环评机构")
    put("HP 检测中心")
    assert found(embedded, "hp") == ["HP 检测中心", "环评机构"]


def test_what_sounds_so_is_marked(embedded: Engine, put: Put) -> None:
    put("邵阳创业服务中心")
    for text, marked in (("chuangye", "创业"), ("cy", "创业"), ("shaoy", "邵阳")):
        hit = embedded.search(Query(words=parse(text))).hits[0]
        assert f"{MARK_START}{marked}{MARK_END}" in hit.highlights["title"]


def test_a_sound_is_no_word_that_stands_in_a_text(embedded: Engine, put: Put) -> None:
    put("shaoyang test", codes=("SHAO-YANG",))
    put("甲公司", body="shaoyang")
    assert sorted(found(embedded, "shaoyang")) == ["shaoyang test", "甲公司"]


def test_letters_that_can_be_cut_in_many_ways_take_no_time() -> None:
    started = time.perf_counter()
    assert not pinyin.is_sound("engan" * 2000 + "vv")
    assert pinyin.is_sound("engan" * 12 + "zhua")
    assert time.perf_counter() - started < 1


def test_words_of_a_run_are_few() -> None:
    """Two for each character, and at most four times as many where characters are read in two ways."""
    assert len(pinyin.words_of("建设项目环境影响报告书")) == 22
    assert len(pinyin.words_of("行重长乐单" * 10)) <= 50 * 2 * pinyin.MOST_VARIANTS


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="环境影响评价水土保持方案报告书表测绘重庆行长乐", min_size=2, max_size=12), st.data())
def test_the_sound_of_a_part_is_the_beginning_of_a_word(run: str, data: st.DataObject) -> None:
    """For parts within which the same phrases are seen as in the whole."""
    sounds = pinyin.readings(run)
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, min(len(run), start + 6)))
    letters = "".join(each[0] for each in sounds[start:end])[: pinyin.LONGEST]
    words = set(analyse([run], sounds=True).loose)
    assert any(word.startswith(pinyin.SOUND + letters) for word in words)
    assert (start, end) in set(pinyin.spans(run, pinyin.SOUND + letters)) or len(letters) == pinyin.LONGEST
