"""How well an engine answers the graded queries of tests/search/relevance.yaml; run inside a site."""

import json
import math
import random
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

QUERIES = Path(__file__).parents[3] / "tests" / "search" / "relevance.yaml"
TOP, DEEP, ALL = 10, 50, 500
SAMPLE = 400
LIMITS = {"elasticsearch": 0.90, "embedded": 0.85}
Key = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """What is typed and what is meant by it; the fields are described at the head of the queries."""

    q: str
    like: str
    service: tuple[str, ...] = ()
    fair: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    region: str = ""
    conditions: str = ""


@dataclass
class Report:
    """The figures of one engine: by question, and over all."""

    engine: str
    ndcg: dict[str, float] = field(default_factory=dict)
    recall: dict[str, float] = field(default_factory=dict)
    nothing: list[str] = field(default_factory=list)
    by_kind: dict[str, list[float]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """nDCG@10 over all questions."""
        return statistics.mean(self.ndcg.values())

    @property
    def mean_recall(self) -> float:
        """recall@50 over all questions."""
        return statistics.mean(self.recall.values())

    @property
    def nothing_rate(self) -> float:
        """The share of questions that find nothing."""
        return len(self.nothing) / len(self.ndcg)


def questions() -> list[Question]:
    """All graded queries."""
    found = []
    for given in yaml.safe_load(QUERIES.read_text(encoding="utf-8")):
        listed: dict[str, Any] = {name: tuple(given.get(name, ())) for name in ("service", "fair", "named")}
        plain = {"q": str(given["q"]), "like": given["like"], "region": given.get("region", "")}
        found.append(Question(**plain, **listed, conditions=given.get("with", "")))
    return found


class Zone:
    """The documents of the site, graded against a question."""

    @cached_property
    def documents(self) -> list[Any]:
        from search.models import SearchDocument

        return list(SearchDocument.objects.prefetch_related("facets"))

    def grades(self, question: Question, allowed: set[Key] | None) -> dict[Key, int]:
        """The grade of every document that is meant; where only one kind is asked for, what fits is 3."""
        grades = {}
        alone = any(f"kind={kind}" in question.conditions for kind in ("agency", "item", "tender"))
        for document in self.documents:
            key = (document.kind, document.key)
            grade = self._grade(document, question)
            if grade and (allowed is None or key in allowed):
                grades[key] = 3 if alone and grade >= 2 else grade
        return grades

    @staticmethod
    def _grade(document: Any, question: Question) -> int:
        rows = {(row.name, row.value) for row in document.facets.all()}
        if any(name in document.title for name in question.named):
            return 3
        if question.region:
            is_here = ("region", question.region) in rows or document.kind == "item"
            is_meant = is_here and any(("item", code) in rows for code in question.service)
            return 0 if not is_meant else 3 if document.kind == "agency" else 1
        if any(("item", code) in rows for code in question.service):
            return 3 if document.kind == "item" else 2 if document.is_available else 1
        return int(any(("item", code) in rows for code in question.fair))


def report(engine: Any, asked: Sequence[Question], *, whole: bool = True) -> Report:
    """Ask everything of one engine. Of a zone that is not `whole`, questions that mean nothing in it are left out."""
    zone, made = Zone(), Report(engine.name)
    for question in asked:
        query = _query(question)
        allowed = None
        if question.conditions:
            bare = replace(query, words=type(query.words)())
            allowed = {(hit.kind, hit.key) for hit in _hits(engine, bare, ALL)}
        grades = zone.grades(question, allowed)
        if not grades and not whole:
            continue
        if not grades:
            raise ValueError(f"nothing in this zone is meant by {question}")
        hits = [(hit.kind, hit.key) for hit in _hits(engine, query, DEEP)]
        name = f"{question.q} {question.conditions}".strip()
        made.ndcg[name] = ndcg([grades.get(key, 0) for key in hits[:TOP]], grades.values())
        meant = {key for key, grade in grades.items() if grade >= 2}
        made.recall[name] = len(meant & set(hits)) / min(len(meant), DEEP) if meant else 1.0
        made.by_kind.setdefault(question.like, []).append(made.ndcg[name])
        if not hits:
            made.nothing.append(name)
    return made


def contained(engine: Any) -> float:
    """The share of Chinese words cut out of titles that find the document they were cut out of; the same every time."""
    from search.analysis import fold, runs
    from search.query import Query
    from search.understanding import understand

    chance = random.Random(1)
    documents = Zone().documents
    found = 0
    for _ in range(SAMPLE):
        document = chance.choice(documents)
        run = chance.choice([run.text for run in runs(fold(document.title)) if run.is_han])
        start = chance.randrange(max(len(run) - 1, 1))
        part = run[start : start + chance.randint(2, 6)]
        hits = _hits(engine, Query(words=understand(part)), ALL)
        found += (document.kind, document.key) in {(hit.kind, hit.key) for hit in hits}
    return found / SAMPLE


def ndcg(grades: Sequence[int], possible: Iterable[int]) -> float:
    """Normalised discounted cumulative gain with gains of 2^grade - 1 (Järvelin and Kekäläinen 2002)."""
    best = _gain(sorted(possible, reverse=True)[:TOP])
    return _gain(grades) / best if best else 0.0


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _hits(engine: Any, query: Any, number: int) -> Sequence[Any]:
    hits: Sequence[Any] = engine.search(replace(query, page_size=number)).hits
    return hits


def _query(question: Question) -> Any:
    from django.http import QueryDict

    from search.filters import SearchFilter
    from search.labels import Labels

    parameters = QueryDict(question.conditions, mutable=True)
    parameters["q"] = question.q
    return SearchFilter(parameters, Labels()).query()


def engines() -> Iterator[Any]:
    """The engines that are there: the embedded one always, and the server's where one is set."""
    from django.conf import settings

    from search import backends
    from search.backends.embedded.engine import EmbeddedEngine

    yield EmbeddedEngine()
    if settings.ELASTICSEARCH_URL and (other := backends.engine()).name != "embedded":
        yield other


def results() -> Iterator[Mapping[str, Any]]:
    """The figures as results of the bench."""
    for engine in engines():
        made = report(engine, questions())
        limit = next((value for name, value in LIMITS.items() if made.engine.startswith(name)), LIMITS["embedded"])
        start = f"relevance.{made.engine}"
        yield _result(f"{start}.ndcg_at_10", made.mean, limit)
        yield _result(f"{start}.recall_at_50", made.mean_recall, 0.9)
        for kind, values in made.by_kind.items():
            yield _result(f"{start}.ndcg_at_10.{kind}", statistics.mean(values), 0.7)
        yield _result(f"{start}.zero_hit_rate", made.nothing_rate, 0.0, higher_is_better=False)
        yield _result(f"{start}.recall_of_contained_words", contained(engine), 1.0)


def _result(name: str, value: float, limit: float, *, higher_is_better: bool = True) -> Mapping[str, Any]:
    return {"name": name, "value": value, "unit": "share", "limit": limit, "higher_is_better": higher_is_better}


def main() -> None:
    """Print one result a line, and with BENCH_WORST the questions that were answered worst."""
    import os

    import django

    django.setup()
    for result in results():
        print(json.dumps(result, ensure_ascii=False))
    if os.environ.get("BENCH_WORST"):
        for engine in engines():
            made = report(engine, questions())
            for name, value in sorted(made.ndcg.items(), key=lambda each: each[1])[:40]:
                print(f"# {engine.name} {value:.2f} recall {made.recall[name]:.2f} {name}")


if __name__ == "__main__":
    main()
