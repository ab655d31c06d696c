"""Words that mean the same: the editors' list, and what it does at once."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.models import HomePage
from search import synonyms
from search.backends.base import MARK_END, MARK_START, Engine
from search.documents import Document
from search.models import SynonymGroup
from search.query import Query
from search.understanding import understand
from tests.cms.conftest import home  # noqa: F401
from tests.factories import staff

pytestmark = pytest.mark.django_db
Put = Callable[..., Document]


def found(engine: Engine, text: str) -> list[str]:
    return [hit.title for hit in engine.search(Query(words=understand(text))).hits]


def group(*words: str) -> SynonymGroup:
    return SynonymGroup.objects.create(words="\n".join(words))


def test_any_word_of_a_group_finds_the_others_at_once(embedded: Engine, put: Put) -> None:
    put("甲公司", terms=("飞行器校准",))
    assert found(embedded, "飞校") == []
    made = group("飞校", "飞行器校准", "FXJZ")
    assert found(embedded, "飞校") == found(embedded, "fxjz") == found(embedded, "FXJZ") == ["甲公司"]
    made.words = "飞校\n飞检"
    made.save()
    assert found(embedded, "飞校") == []
    made.delete()
    SynonymGroup.objects.create(words="飞校\n飞行器校准", is_active=False)
    assert found(embedded, "飞校") == []


def test_a_synonym_inside_a_longer_run_counts(embedded: Engine, put: Put) -> None:
    group("飞校", "飞行器校准")
    put("航空工厂飞行器校准报告")
    put("其他机构", terms=("飞行器校准",))
    assert found(embedded, "工厂飞校报告") == ["航空工厂飞行器校准报告"]
    assert found(embedded, "飞校公司")[0] in {"航空工厂飞行器校准报告", "其他机构"}
    assert len(found(embedded, "飞校公司")) == 2


def test_the_word_as_typed_comes_first_and_what_was_found_is_marked(embedded: Engine, put: Put) -> None:
    group("飞校", "飞行器校准")
    put("甲飞行器校准公司")
    put("乙飞校公司")
    assert found(embedded, "飞校") == ["乙飞校公司", "甲飞行器校准公司"]
    hit = embedded.search(Query(words=understand("飞校"))).hits[1]
    assert hit.highlights["title"] == f"甲{MARK_START}飞行器校准{MARK_END}公司"


def test_a_plain_installation_has_the_usual_groups_and_all_are_valid() -> None:
    groups = [SynonymGroup(words=words) for words in synonyms.usual()]
    assert len(groups) > 40
    everything = [synonyms.form(word) for each in groups for word in synonyms.split(each.words)]
    assert len(everything) == len(set(everything))
    SynonymGroup.objects.all().delete()
    for each in groups:
        each.full_clean()
        each.save()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("飞校", "至少写两个"),
        ("飞校\n飞校", "写了两次"),
        ("飞校\n飛校", "写了两次"),
        ("飞校\n" + "很" * 31, "太长"),
        ("飞校\n飞行（校准）", "不能作为同义词"),
        ("飞校\nA", "不能作为同义词"),
        ("飞校\n5G基站", "不能作为同义词"),
        ("\n".join(f"词{chr(0x4E00 + n)}" for n in range(21)), "最多 20 个词"),
        ("飞校\n已有", "已在另一组"),
        ("", "字段"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(words: str, said: str) -> None:
    group("已有", "旧词")
    with pytest.raises(ValidationError) as refused:
        SynonymGroup(words=words).full_clean()
    assert said in str(refused.value)


def test_words_may_stand_in_one_line() -> None:
    made = SynonymGroup(words="飞校、飞行器校准 = FX")
    made.full_clean()
    assert made.words == "飞校\n飞行器校准\nFX"
    assert str(made) == "飞校 = 飞行器校准 = FX"


def test_editors_keep_the_list_in_wagtail(home: HomePage, embedded: Engine, put: Put) -> None:  # noqa: F811
    client = Client()
    client.force_login(staff("editor").person)
    put("甲公司", terms=("飞行器校准",))
    list_url = reverse("wagtailsnippets_search_synonymgroup:list")
    add_url = reverse("wagtailsnippets_search_synonymgroup:add")
    refused = client.post(add_url, {"words": "飞校", "note": "", "is_active": "on"})
    assert "至少写两个不同的词" in refused.content.decode()
    client.post(add_url, {"words": "飞校\n飞行器校准", "note": "航空", "is_active": "on"})
    assert found(embedded, "飞校") == ["甲公司"]
    assert "飞校 = 飞行器校准" in client.get(f"{list_url}?q=飞校").content.decode()
