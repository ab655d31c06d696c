"""Search pages through the product's middleware, beside the same raw query and beside a plain page of the same size."""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import django

from script._bench._search import p95, tell

ADDRESSES = int(os.environ.get("BENCH_QUERIES", "120"))
ROUNDS, MOST_QUERIES, SEED = 3, 8, 6
FEW, MANY = range(1, 21), 1000
SOUNDS = ("shaoyang", "hpbg", "huanping", "celiang", "shuibao", "zaojia")
PLAIN = """{% extends "base.html" %}{% block content %}{% for row in rows %}<article class="z-card">
<h2><a href="{{ row.url }}">{{ row.title }}</a></h2><p>{{ row.summary }}</p>
<dl>{% for label, value in row.facts %}<dt>{{ label }}</dt><dd>{{ value }}</dd>{% endfor %}</dl></article>
{% endfor %}{% endblock %}"""


def addresses(number: int) -> Iterator[str]:
    """The mix: contained words, names, sounds, codes, sentences, conditions, orders and later pages, none twice."""
    from demo.seed import words
    from marketplace.catalogue.models import Region, ServiceItem

    chance = random.Random(SEED)
    items = list(ServiceItem.objects.filter(is_active=True).order_by("code"))
    regions = list(Region.objects.order_by("code"))
    seen: set[str] = set()
    while len(seen) < number:
        item, region, shape = chance.choice(items), chance.choice(regions), len(seen) % 12
        start = chance.randrange(max(len(item.name) - 2, 1))
        cycle, ring = chance.choice(words.CYCLE), chance.choice(words.RINGS[1:])
        more: dict[str, Any] = {"region": region.code, "price_max": chance.randrange(10, 200) * 1000}
        asked: tuple[str, dict[str, Any]] = (
            ("/search/", {"q": item.name[start : start + 2], "price_max": more["price_max"]}),
            ("/agencies/", {"q": item.name}),
            ("/agencies/", {"q": cycle + ring, "region": region.code}),
            ("/search/", {"q": chance.choice(SOUNDS), **more}),
            ("/search/", {"q": f"{chance.randrange(1000):04d}"}),
            ("/search/", {"q": f"{region.name}工厂扩建要做哪些评价"}),
            ("/search/", {"kind": "offer", "item": item.code, **more}),
            ("/agencies/", {"item": item.code, "sort": "price", "days": chance.randrange(10, 60)}),
            ("/search/", {"kind": "offer", "q": region.name[:2] + " " + item.name[:2], "sort": "rating"}),
            ("/agencies/", {"sort": "experience", **more}),
            ("/search/", {"q": item.abbreviations[0] if item.abbreviations else item.name, "page": shape, **more}),
            ("/agencies/", {"q": "有限公司", "page": chance.randrange(2, 30), "credit": chance.choice("AB")}),
        )[shape]  # fmt: skip
        address = f"{asked[0]}?{urlencode(asked[1])}"
        if address not in seen:
            seen.add(address)
            yield address


@dataclass
class Page:
    """An address, what its page asked the search server last, and its times in milliseconds."""

    address: str
    raw: Mapping[str, Any] | None = None
    size: int = 0
    queries: int = 0
    engine: str = ""
    times: list[float] = field(default_factory=list)
    raw_times: list[float] = field(default_factory=list)


class Visitor:
    """Asks pages as a browser would, and the server as its page did."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        settings.ALLOWED_HOSTS.append("testserver")
        self.client = Client()

    def look(self, page: Page) -> None:
        """Once unmeasured: what it asks of the database and of the search server."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from search.backends.elasticsearch.engine import ElasticsearchEngine

        asked: list[Mapping[str, Any]] = []
        own = ElasticsearchEngine._ask

        def heard(engine: ElasticsearchEngine, request: Any) -> Mapping[str, Any]:
            if request.to_dict().get("size", 1):
                asked.append(request.to_dict())
            return own(engine, request)

        ElasticsearchEngine._ask = heard  # type: ignore[assignment, method-assign]
        try:
            with CaptureQueriesContext(connection) as captured:
                response = self.client.get(page.address)
        finally:
            ElasticsearchEngine._ask = own  # type: ignore[method-assign]
        if response.status_code != 200:
            raise ValueError(f"{page.address}: {response.status_code}")
        page.raw = next((each for each in asked if "aggs" in each), None)
        page.size, page.queries = len(response.content), len(captured)
        page.engine = response.headers.get("X-Search-Engine", "")

    def ask(self, page: Page) -> None:
        """The page, measured."""
        begun = time.perf_counter()
        response = self.client.get(page.address)
        page.times.append(1000 * (time.perf_counter() - begun))
        page.engine = max(page.engine, response.headers.get("X-Search-Engine", ""))

    def ask_raw(self, page: Page) -> None:
        """The same query over the client's own keep-alive connection."""
        if page.raw is None:
            return
        from search.backends.elasticsearch import mapping
        from search.backends.elasticsearch.client import client

        begun = time.perf_counter()
        client().search(index=mapping.alias(), body=dict(page.raw), request_cache=False)
        page.raw_times.append(1000 * (time.perf_counter() - begun))


def plain(size: int) -> float:
    """Milliseconds of a plain page of this size: the product's frame and middleware around a list of plain rows."""
    from django.test import Client

    from script._bench._search import plain as bench

    client = Client()
    bench.ROWS = 1
    while len(client.get("/bench/plain/").content) < size:
        bench.ROWS += 1
    times = []
    for _round in range(40):
        begun = time.perf_counter()
        client.get("/bench/plain/")
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def forget() -> None:
    """Let the server keep nothing of what was asked."""
    from django.conf import settings

    if settings.ELASTICSEARCH_URL:
        from search.backends.elasticsearch import mapping
        from search.backends.elasticsearch.client import client

        client().indices.clear_cache(index=mapping.alias())


def main(engine: str, label: str) -> None:
    """Look at every address once, then measure rounds, the page and its raw query in turns."""
    visitor, found = Visitor(), [Page(each) for each in addresses(ADDRESSES)]
    for page in found:
        visitor.look(page)
    for number in range(ROUNDS):
        forget()
        for place, page in enumerate(found):
            acts = (visitor.ask, visitor.ask_raw)
            for act in acts if (place + number) % 2 else reversed(acts):
                act(page)
    name, rounds = f"search.{engine}", range(ROUNDS)
    whole = statistics.median(p95([page.times[n] for page in found]) for n in rounds)
    tell(f"{name}_page_p50_at_{label}", statistics.median(t for page in found for t in page.times), "ms", 800)
    if engine == "elasticsearch":
        asked = [page for page in found if page.raw_times]
        raw = statistics.median(p95([page.raw_times[n] for page in asked]) for n in rounds)
        alone = plain(int(statistics.median(page.size for page in found)))
        tell(f"{name}_raw_query_p95_at_{label}", raw, "ms", 800)
        tell(f"{name}_plain_page_at_{label}", alone, "ms", 800)
        tell(f"{name}_page_p95_at_{label}", whole, "ms", raw + 2 * alone)
        strange = [page.address for page in found if page.engine != "elasticsearch"]
        tell(f"{name}_answered_by_another_engine_at_{label}", len(strange), "pages", 0)
    else:
        tell(f"{name}_page_p95_at_{label}", whole, "ms", 800)
    tell(f"{name}_most_sql_queries_at_{label}", max(page.queries for page in found), "queries", MOST_QUERIES)
    few, many = at_few_and_many(visitor)
    tell(f"{name}_sql_queries_at_1000_hits_at_{label}", many, "queries", few)
    slowest = sorted(found, key=lambda page: -statistics.median(page.times))[:4]
    for page in slowest:
        print(f"# {engine} {label} {statistics.median(page.times):.0f} ms, {page.queries} queries: {page.address}")


def at_few_and_many(visitor: Visitor) -> Sequence[int]:
    """The SQL queries of a page with at most twenty hits and of one with a thousand or more."""
    from demo.seed import words
    from search.backends import engine
    from search.query import Query, parse

    def hits(text: str) -> int:
        return engine().count([Query(words=parse(text), kinds=("offer",))])[0]

    names = (f"{cycle}{ring}{end.suffix[:2]}" for ring in words.RINGS for cycle in words.CYCLE for end in words.FIELDS)
    few = next((text for text in names if hits(text) in FEW), "甲子环境技术有限公司")
    pages = [Page(f"/search/?{urlencode({'kind': 'offer', 'q': text})}") for text in (few, "有限公司")]
    for page in pages:
        visitor.look(page)
    if hits("有限公司") < MANY:
        raise ValueError("the market is too small to find a thousand hits")
    return [page.queries for page in pages]


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], sys.argv[2])
