"""The engine on Elasticsearch. What it raises when the server doesn't answer is for `fallback` and `following`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Search

from search.backends.base import Results
from search.backends.elasticsearch import answers, mapping, requests
from search.backends.elasticsearch.bodies import name_of
from search.backends.elasticsearch.client import client
from search.backends.elasticsearch.writing import written
from search.documents import Document
from search.query import LAST_PAGE, Query, Sort, last_page

BATCH = 500
_KEPT = "1m"  # how long the server keeps a listing's moment between two of its pages


class ElasticsearchEngine:
    """See `base.Engine`. `seconds`: how long an answer may take, for those who can't wait."""

    name = "elasticsearch"

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds

    @property
    def server(self) -> Elasticsearch:
        """The client, with this engine's time limit."""
        return client() if self.seconds is None else client().options(request_timeout=self.seconds)

    # --- reading ------------------------------------------------------------------------------------------------------
    def search(self, query: Query) -> Results:
        page = min(max(query.page, 1), LAST_PAGE)
        found = self._page(query, page)
        if query.page_size and page > (last := last_page(found.total, query.page_size)):
            return self._page(query, last)
        return found

    def _page(self, query: Query, page: int) -> Results:
        page = page if query.page_size else 1
        found = answers.results(self._ask(requests.request(query, page=page)), query, page)
        return replace(found, best=self._best(query, found))

    def _best(self, query: Query, found: Results) -> float:
        """The score of the first hit of all."""
        if query.sort is not Sort.RELEVANCE or not found.hits:
            return 0.0
        if found.page == 1:
            return found.hits[0].score
        first = self._ask(requests.best(query))["hits"]["hits"]
        return answers.score_of(first[0], query) if first else 0.0

    def _ask(self, request: Search) -> Mapping[str, Any]:
        body = request.to_dict()
        if self.seconds is not None:
            body["timeout"] = f"{int(self.seconds * 1000)}ms"
        return self.server.search(index=mapping.alias(), body=body).body

    def count(self, queries: Sequence[Query]) -> tuple[int, ...]:
        if not queries:
            return ()
        lines: list[Mapping[str, Any]] = []
        for query in queries:
            lines += [{"index": mapping.alias()}, requests.totals(query).to_dict()]
        found = self.server.msearch(searches=lines)["responses"]
        if any(answer.get("error") or answer["timed_out"] or answer["_shards"]["failed"] for answer in found):
            raise answers.Incomplete("a count is not complete")
        return tuple(answers.total_of(answer) for answer in found)

    def is_there(self) -> bool:
        """Whether there is an index of this version."""
        return bool(self.server.indices.exists_alias(name=mapping.alias()))

    def keys(self, kind: str) -> Iterator[tuple[str, str]]:
        if not self.is_there():
            return
        self.server.indices.refresh(index=mapping.alias())
        moment = self.server.open_point_in_time(index=mapping.alias(), keep_alive=_KEPT)["id"]
        wanted: dict[str, Any] = {"term": {"kind": kind}} if kind else {"match_all": {}}
        last: list[Any] | None = None
        try:
            while True:
                page = self.server.search(
                    pit={"id": moment, "keep_alive": _KEPT},
                    query=wanted,
                    sort=[{"key": "asc"}, {"kind": "asc"}],
                    search_after=last,
                    size=BATCH,
                    source_includes=["key", "digest"],
                    track_total_hits=False,
                )["hits"]["hits"]
                yield from ((hit["_source"]["key"], hit["_source"]["digest"]) for hit in page)
                if len(page) < BATCH:
                    return
                last = page[-1]["sort"]
        finally:
            self.server.close_point_in_time(id=moment)

    def digests(self, kind: str, keys: Sequence[str], *, index: str = "") -> Mapping[str, str]:
        """See `base.Engine`; `index`: of another index than the live one."""
        if not keys:
            return {}
        ids = [name_of(kind, key) for key in keys]
        found = self.server.mget(index=index or mapping.alias(), ids=ids, source_includes=["key", "digest"])["docs"]
        if broken := next((each["error"] for each in found if "error" in each), None):
            if broken["type"] == "index_not_found_exception":
                return {}
            raise answers.Incomplete(broken["reason"])
        return {each["_source"]["key"]: each["_source"]["digest"] for each in found if each["found"]}

    # --- writing ------------------------------------------------------------------------------------------------------
    def index(self, documents: Iterable[Document]) -> int:
        waiting, changed = iter(documents), 0
        while batch := list(islice(waiting, BATCH)):
            for kind in {document.kind for document in batch}:
                fresh = {each.key: each for each in batch if each.kind == kind}
                known = self.digests(kind, list(fresh))
                fresh = {key: each for key, each in fresh.items() if known.get(key) != each.digest()}
                changed += written(kind, list(fresh), fresh)
        return changed

    def delete(self, kind: str, keys: Sequence[str]) -> int:
        there = list(self.digests(kind, keys))
        return written(kind, there, {})

    def clear(self, kind: str = "") -> None:
        kinds = [kind] if kind else self._kinds()
        for each in kinds:
            self.delete_all(each)

    def delete_all(self, kind: str) -> None:
        """Forget all documents of a kind."""
        keys = (key for key, _digest in self.keys(kind))
        while batch := list(islice(keys, BATCH)):
            self.delete(kind, batch)

    def _kinds(self) -> list[str]:
        self.server.indices.refresh(index=mapping.alias())
        found = self.server.search(index=mapping.alias(), size=0, aggs={"kind": {"terms": {"field": "kind"}}})
        return [bucket["key"] for bucket in found["aggregations"]["kind"]["buckets"]]

    def take_turns(self, kind: str, keys: Sequence[str]) -> None:
        """Not needed: the server takes a document only under a higher version than it has."""
