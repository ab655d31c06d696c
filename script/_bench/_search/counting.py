"""The embedded engine's counts: a search with f facets beside one GROUP BY over the same joined match."""

import statistics
import sys
import time
from typing import TYPE_CHECKING

import django

from script._bench._search import tell

if TYPE_CHECKING:
    from search.query import Query

ROUNDS = 5
WORDS = ("环境", "评价", "工程")
MORE = 3  # the total, the kinds and the page's hits


def main(label: str) -> None:
    """Ask for offers with every facet they have, and with the facets of every kind."""
    from django.db import connection

    from search.backends.embedded.engine import EmbeddedEngine
    from search.kinds import KINDS, OFFER
    from search.query import Query, parse

    facets, engine = KINDS[OFFER].facets, EmbeddedEngine()
    ratios = []
    for text in WORDS:
        query = Query(words=parse(text), kinds=(OFFER,), facets=facets)
        whole, one, found = [], [], 0
        for _round in range(ROUNDS):
            one.append(statistics.mean(grouped(query, name) for name in facets))
            begun = time.perf_counter()
            found = engine.search(query).total
            whole.append(time.perf_counter() - begun)
        print(f"# {connection.vendor} {text}: {found} hits, GROUP BY {1000 * statistics.median(one):.0f} ms, "
              f"search {1000 * statistics.median(whole):.0f} ms", flush=True)  # fmt: skip
        ratios.append(statistics.median(whole) / statistics.median(one))
    limit = len(facets) + MORE
    tell(f"search.{connection.vendor}_facets_to_one_group_by_at_{label}", max(ratios), "ratio", limit)


def grouped(query: "Query", name: str) -> float:
    """Seconds of a plain GROUP BY of a facet's column over the documents that hold the words, with their rows."""
    from django.db import connection

    from search.backends.embedded.text import source_of, text_index
    from search.facets import FACETS

    facet = FACETS[name]
    source, conditions = source_of(query.words, text_index())
    column = f"f.{facet.column}" if facet.row else f"d.{facet.column}"
    row = facet.row or "item"
    statement = (
        f"SELECT {column}, COUNT(DISTINCT d.id) FROM {source} JOIN search_searchfacet f ON f.document_id = d.id "
        f"WHERE {conditions[0].text} AND d.kind = %s AND f.name = %s GROUP BY {column}"
    )
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(statement, (*conditions[0].values, query.kinds[0], row))
        cursor.fetchall()
    return time.perf_counter() - begun


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
