"""Sentences and slips: what was meant is found."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from search import corrections
from search.backends.base import MARK_START, Engine
from search.documents import Document
from search.query import Query, Words
from search.understanding import understand
from tests.search import market
from tests.search.conftest import fill
from tests.search.test_engine import NASTY

pytestmark = pytest.mark.django_db
Put = Callable[..., Document]


@pytest.fixture
def town(embedded: Engine) -> Engine:
    market.catalogue()
    market.agency("丙子环境技术有限公司", offers={"ZJ-005": (48000, 25)})
    market.agency("乙丑工程造价咨询有限公司", offers={"ZJ-032": (15000, 10)})
    market.tender("实验学校扩建 土地勘测定界", item="ZJ-016")
    fill(embedded)
    return embedded


def found(engine: Engine, words: Words) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=words)).hits]


def test_a_sentence_finds_what_it_names(town: Engine) -> None:
    words = understand("工厂扩建要做哪些评价")
    titles = found(town, words)
    assert "建设项目环境影响报告书（表）编制" in titles
    assert "评价" in titles[0]
    assert any("其中的词" in told for told in words.told)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("我想找一家做消防检测的公司", "消防设施检测"),
        ("刻公章去哪里办理？", "公章刻制"),
        ("新建厂房需要做水土保持方案吗", "水土保持方案编制"),
        ("请问哪家可以做交通影响评价", "交通影响评价"),
        ("乙丑工程造价咨询", "乙丑工程造价咨询有限公司"),
    ],
)
def test_the_named_thing_comes_first(town: Engine, text: str, first: str) -> None:
    assert found(town, understand(text))[0] == first


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("环竟影响评价", "环境影响评价"),
        ("环境影响平价", "环境影响评价"),
        ("环境影评价", "环境影响评价"),
        ("环境影响的评价", "环境影响评价"),
        ("环境响影评价", "环境影响评价"),
        ("水土保待", "水土保持"),
        ("丙子环竟技术有限公司", "丙子环境技术有限公司"),
        ("丙子环境支术", "丙子环境技术"),
        ("enviromental", "environmental"),
        ("Geotehcnical", "geotechnical"),
    ],
)
def test_one_slip_is_put_right_and_told(town: Engine, wrong: str, right: str) -> None:
    words = understand(wrong)
    assert found(town, words)
    assert any(right in told for told in words.told) or not words.told
    assert words.text == wrong
    assert MARK_START in "".join(town.search(Query(words=words)).hits[0].highlights.values())


def test_what_is_found_as_typed_is_not_put_right(town: Engine) -> None:
    assert understand("环境影响评价").told == ()
    market.agency("环竟影响评价研究所")
    fill(town)
    words = understand("环竟影响评价")
    assert words.told == ()
    assert found(town, words) == ["环竟影响评价研究所"]


def test_two_slips_and_strange_words_stay_as_they_are(town: Engine) -> None:
    for text in ("还竟影向", "阿里巴巴集团", "qwertyuiop"):
        words = understand(text)
        assert words.told == ()
        assert found(town, words) == []


def test_a_plain_word_asks_one_question_and_a_sentence_two(town: Engine) -> None:
    understand("环评")
    for text, most in (("环评", 1), ("环评 造价", 1), ("工厂扩建要做哪些评价", 2), ("丙子环竟技术有限公司", 7)):
        with CaptureQueriesContext(connection) as captured:
            understand(text)
        assert len(captured) <= most, text


@pytest.mark.parametrize(
    "text", [*NASTY, "要做哪些", "的", "怎么办理手续", "环评" * 4000, "ａｂｃ" * 50, "我想 " * 100]
)
def test_no_text_is_an_error(town: Engine, text: str) -> None:
    words = understand(text)
    assert town.search(Query(words=words, facets=("item", "price"))).total >= 0
    assert len(words.terms) <= 32


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="环境影响评价", min_size=4, max_size=8), st.data())
def test_any_single_slip_is_one_apart_and_two_are_not(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    assert corrections.one_apart(word, word[:place] + word[place + 1 :])
    assert corrections.one_apart(word, word[:place] + "新" + word[place:])
    assert corrections.one_apart(word, word[:place] + "新" + word[place + 1 :])
    assert not corrections.one_apart(word, "新旧" + word)
    assert not corrections.one_apart(word, word)
