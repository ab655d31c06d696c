"""What people mean is found near the top: the graded queries over a small zone, with a lower floor than the bench's."""

import pytest

from script._bench._relevance import measure
from search.backends.base import Engine
from tests.search import market
from tests.search.conftest import fill

pytestmark = pytest.mark.django_db
AGENCIES = {
    "丙子环境技术有限公司": ("ZJ-005", "ZJ-006", "ZJ-007", "ZJ-008", "ZJ-017", "ZJ-043"),
    "甲子环境技术有限公司": ("ZJ-005", "ZJ-007", "ZJ-043"),
    "丁卯致远水利水保咨询有限公司": ("ZJ-009", "ZJ-010", "ZJ-011", "ZJ-012", "ZJ-013"),
    "乙卯水利水保咨询有限公司": ("ZJ-009", "ZJ-010", "ZJ-013"),
    "壬申施工图审查有限公司": ("ZJ-028", "ZJ-036"),
    "丁丑测绘信息有限公司": ("ZJ-016", "ZJ-029", "ZJ-030"),
    "丁亥勘探规划有限公司": ("ZJ-015", "ZJ-018", "ZJ-019", "ZJ-042", "ZJ-044"),
    "丁巳工程咨询有限公司": ("ZJ-001", "ZJ-002", "ZJ-003", "ZJ-004", "ZJ-040"),
    "丁未检测认证有限公司": ("ZJ-020", "ZJ-021", "ZJ-034", "ZJ-035", "ZJ-041"),
    "丁酉会计师事务所（普通合伙）": ("ZJ-037", "ZJ-038"),
    "丙午安全评价有限公司": ("ZJ-022", "ZJ-024", "ZJ-025"),
    "丙寅工程勘察设计有限公司": ("ZJ-014", "ZJ-023", "ZJ-026", "ZJ-027"),
    "丙戌资产评估有限公司": ("ZJ-039",),
    "丙辰工程管理有限公司": ("ZJ-031", "ZJ-032", "ZJ-033"),
}
TENDERS = {
    "智慧物流园一期项目 固定资产投资项目节能报告编制": "ZJ-003",
    "标准厂房三期 消防设施检测": "ZJ-035",
    "片式电容扩产项目 土地勘测定界": "ZJ-016",
    "实验学校扩建 职业病危害预评价": "ZJ-025",
    "印染废水回用改造 水土保持方案编制": "ZJ-009",
}


@pytest.fixture
def zone(embedded: Engine) -> Engine:
    market.catalogue()
    for name, items in AGENCIES.items():
        region = "430100" if "ZJ-033" in items else "430500"
        market.agency(name, offers=dict.fromkeys(items, (20000, 20)), papers={"测绘资质": "甲级"}, region=region)
    for title, item in TENDERS.items():
        market.tender(title, item=item)
    fill(embedded)
    return embedded


def test_the_graded_queries_are_many_and_of_every_kind() -> None:
    asked = measure.questions()
    assert len(asked) >= 120
    assert len({(each.q, each.conditions) for each in asked}) == len(asked)
    kinds = {each.like for each in asked}
    assert kinds == {"exact", "middle", "synonym", "pinyin", "typo", "sentence", "filter"}


def test_what_is_meant_stands_near_the_top(zone: Engine) -> None:
    made = measure.report(zone, measure.questions(), whole=False)
    assert len(made.ndcg) >= 120
    assert made.nothing == []
    assert made.mean >= 0.85, sorted(made.ndcg.items(), key=lambda each: each[1])[:15]
    assert made.mean_recall >= 0.9


def test_every_word_out_of_a_title_finds_it(zone: Engine) -> None:
    assert measure.contained(zone) == 1.0


def test_the_figure_is_the_one_of_the_literature() -> None:
    """Gains of 2^grade - 1, discounted by the logarithm of the place, against the best order there is."""
    assert round(measure.ndcg([3, 2, 3, 0, 1, 2], [3, 3, 3, 2, 2, 2, 1, 0]), 3) == 0.738
    assert measure.ndcg([3, 2, 1], [1, 2, 3]) == 1.0
    assert measure.ndcg([0, 0], [1]) == 0.0
