"""What the engines find. The same on SQLite, on PostgreSQL and on Elasticsearch."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends.base import MARK_END, MARK_START, Engine
from search.documents import Document, Row
from search.query import Query, parse

Put = Callable[..., Document]


def found(engine: Engine, text: str, **query: object) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=parse(text), **query)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["环", "境", "技术", "环境技术", "甲子环境技术有限公司", "有限公司", "環境技術", "司"])
def test_a_part_of_a_name_of_any_length_finds_it(embedded: Engine, put: Put, text: str) -> None:
    put("甲子环境技术有限公司")
    put("乙丑工程造价咨询所")
    assert found(embedded, text) == ["甲子环境技术有限公司"]


def test_pairs_that_only_happen_to_stand_in_the_text_are_not_a_find(embedded: Engine, put: Put) -> None:
    put("环境咨询公司影响力评估")
    assert found(embedded, "环境影响") == []


def test_words_are_found_across_title_names_terms_and_body(embedded: Engine, put: Put) -> None:
    put("甲公司", names=("环评",), terms=("建设项目环境影响报告书（表）编制",), body="经营范围：水土保持")
    for text in ("环评", "影响报告书", "表", "水土保持 环评", "甲公司 水土"):
        assert found(embedded, text) == ["甲公司"], text
    assert found(embedded, "环评 造价") == []


@pytest.mark.parametrize("text", ["ZJ-005", "zj005", "ZJ－005", "zj-0", "ZJ 005", "ｚｊ００５", "cma", "CM"])
def test_codes_are_found_by_their_beginning_with_and_without_hyphens(embedded: Engine, put: Put, text: str) -> None:
    put("甲公司", codes=("ZJ-005",), terms=("检验检测机构资质认定（CMA）",))
    put("乙公司", codes=("ZJ-032",))
    if text != "zj-0":
        assert found(embedded, text) == ["甲公司"]
    else:
        assert sorted(found(embedded, text)) == ["乙公司", "甲公司"]


@pytest.mark.parametrize("text", ["91430500MA4L7X2E5K", "91430500", "2e5k", "4L7X2E5K", "X2E5K"])
def test_a_credit_code_is_found_whole_by_its_beginning_and_by_its_tail(embedded: Engine, put: Put, text: str) -> None:
    put("甲公司", codes=("91430500MA4L7X2E5K",))
    put("乙公司", codes=("91110000MA00000000",))
    assert found(embedded, text) == ["甲公司"]


def test_the_middle_of_a_credit_code_finds_nothing(embedded: Engine, put: Put) -> None:
    put("甲公司", codes=("91430500MA4L7X2E5K",))
    assert found(embedded, "4L7X") == []


def test_the_name_weighs_more_than_the_body(embedded: Engine, put: Put) -> None:
    for n in range(8):
        put(f"其他机构{n}", body="做些别的事情")
    put("乙公司", body="本公司也做造价")
    put("造价咨询公司")
    assert found(embedded, "造价") == ["造价咨询公司", "乙公司"]


def test_what_can_not_be_chosen_now_stands_behind(embedded: Engine, put: Put) -> None:
    put("甲造价公司", is_available=False, rating="5")
    put("乙造价公司", rating="3")
    assert found(embedded, "造价") == ["乙造价公司", "甲造价公司"]
    assert found(embedded, "") == ["乙造价公司", "甲造价公司"]


def test_the_found_words_are_marked(embedded: Engine, put: Put) -> None:
    put("甲公司", summary="環境影響评价 · 造价", terms=("水土保持方案编制",))
    hit = embedded.search(Query(words=parse("环境影响 水土"))).hits[0]
    assert hit.highlights["summary"] == f"{MARK_START}環境影響{MARK_END}评价 · 造价"
    assert hit.highlights["snippet"] == f"{MARK_START}水土{MARK_END}保持方案编制"


def test_a_snippet_is_cut_from_a_long_text(embedded: Engine, put: Put) -> None:
    put("甲公司", body="前" * 300 + "水土保持" + "后" * 300)
    snippet = embedded.search(Query(words=parse("水土"))).hits[0].highlights["snippet"]
    assert f"{MARK_START}水土{MARK_END}保持" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 80


def test_any_of_finds_parts_of_a_sentence(embedded: Engine, put: Put) -> None:
    put("甲公司", terms=("环境影响评价",))
    assert found(embedded, "工厂扩建环境评价") == []
    results = embedded.search(Query(words=parse("工厂扩建环境评价", any_of=True)))
    assert results.total == 1
    assert MARK_START in results.hits[0].highlights["snippet"]


def test_the_last_state_is_found_and_the_former_is_not(embedded: Engine, put: Put) -> None:
    put("甲环境公司", key="A", offers={"ZJ-005": (100, 5)})
    put("甲造价公司", key="A", offers={"ZJ-032": (100, 5)})
    assert found(embedded, "环境") == []
    assert found(embedded, "造价") == ["甲造价公司"]
    assert embedded.search(Query(facets=("item",))).facets["item"] == {"ZJ-032": 1}


def test_writing_the_same_again_changes_nothing(embedded: Engine, put: Put) -> None:
    document = put("甲公司")
    assert embedded.index([document]) == 0
    assert embedded.digests("agency", [document.key]) == {document.key: document.digest()}


def test_what_was_deleted_is_not_found(embedded: Engine, put: Put) -> None:
    document = put("甲公司", offers={"ZJ-005": (100, 5)})
    put("乙公司", kind="item")
    assert embedded.delete("agency", [document.key, "unknown"]) == 1
    assert found(embedded, "公司") == ["乙公司"]
    embedded.clear()
    assert found(embedded, "") == []


def test_kinds_are_counted_whatever_kind_is_looked_at(embedded: Engine, put: Put) -> None:
    put("环评机构")
    put("环评事项", kind="item")
    put("环评采购", kind="tender")
    put("造价事项", kind="item")
    results = embedded.search(Query(words=parse("环评"), kinds=("item",)))
    assert results.total == 1
    assert results.kinds == {"agency": 1, "item": 1, "tender": 1}


@pytest.mark.parametrize("page", [-5, 0, 1, 3, 10**9])
def test_any_page_number_gives_a_page(embedded: Engine, put: Put, page: int) -> None:
    for n in range(5):
        put(f"甲公司{n}")
    results = embedded.search(Query(page=page, page_size=2))
    assert results.page == min(max(page, 1), 3)
    assert results.hits


@pytest.mark.only_embedded
def test_counting_many_queries_is_one_statement(
    embedded: Engine, put: Put, django_assert_num_queries: Callable[[int], object]
) -> None:
    put("甲环境公司", rows=(Row("region", "430500"),))
    put("乙环境公司")
    queries = [Query(words=parse("环境")), Query(words=parse("造价")), Query(choices={"region": ("430500",)}), Query()]
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert embedded.count(queries) == (2, 0, 1, 2)
    assert embedded.count([]) == ()


NASTY = [
    "*:*", '"', "a AND (", "'", "%s", "%", "\\", "环评'); DROP TABLE search_text; --", "NEAR(环 评)", "环*", ":*", "|",
    "&!()", "<->", "title:环评", "\x00", "\ud800", "环" * 10_000, "a" * 10_000, "-" * 100, "A-" * 100, "¦", "⋯",
    "\ue000", "１２３－",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("any_of", [False, True])
def test_no_text_is_an_error(embedded: Engine, put: Put, text: str, any_of: bool) -> None:
    put("甲环评公司", names=(text[:200],), body=text)
    results = embedded.search(Query(words=parse(text, any_of=any_of), facets=("item", "price", "rating")))
    assert results.total in {0, 1}


CHINESE = st.text(alphabet="环境影响评价水土保持方案报告书表测绘ab12", min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=CHINESE, other=CHINESE, data=st.data())
def test_every_contained_run_is_found_and_nothing_else(
    embedded: Engine, put: Put, title: str, other: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    part = title[start : data.draw(st.integers(start + 1, len(title)))]
    if not part.isalpha() or part.isascii() or any(c.isascii() for c in part):
        part = "".join(c for c in title if not c.isascii())[:1] or title
    put(title, key="A")
    put(other, key="B")
    hits = embedded.search(Query(words=parse(part))).hits
    expected = {key for key, text in (("A", title), ("B", other)) if part in text}
    if not any(c.isascii() for c in part):
        assert {hit.key for hit in hits} == expected
    else:
        assert "A" in {hit.key for hit in hits}
