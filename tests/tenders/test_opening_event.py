"""The opening as an event: nothing before the close, everything after it, from the public log alone."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.models import LogEntry
from marketplace.tenders import services, staging
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry, steps
from marketplace.tenders.selection.casefile import read_case
from tests.factories import staff
from tests.tenders import scene
from tests.tenders.selection.cases import CODES, NONCE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


def get(
    name: str, tender: Tender, query: str = "", *, at: Any = None, client: Client | None = None, **headers: str
) -> Any:
    with clock.at(at or tender.publicity_until or scene.CLOSE):
        return (client or Client()).get(reverse(name, args=[tender.number]) + query, headers=headers)


def told(tender: Tender, query: str = "", **how: Any) -> Any:
    return json.loads(get("tender_opening_json", tender, query, **how).content)


def test_before_the_close_there_is_only_the_time() -> None:
    tender = scene.published()
    empty = get("tender_opening_json", tender, at=scene.MONDAY).content
    page = get("tender_opening", tender, at=scene.MONDAY).content.decode()
    scene.bid(tender, "80000")
    assert get("tender_opening_json", tender, at=scene.MONDAY).content == empty
    found = json.loads(empty)
    assert found["state"] == "waiting"
    assert found["seals"] is None
    assert found["responses"] == []
    assert "data-countdown" in page
    assert '<noscript><meta http-equiv="refresh" content="300">' in page


def test_whoever_looks_first_after_the_close_opens_and_sees_everything() -> None:
    tender = scene.published()
    bids = [scene.bid(tender, price) for price in ("80000", "75000", "90000")]
    found = told(tender)
    assert found["state"] == "opened"
    assert found["over"]
    assert found["seals"] == {"count": 3, "shown": sorted(bid.commitment for bid in bids)}
    assert [row["price"] for row in found["responses"]] == ["¥75,000", "¥80,000", "¥90,000"]
    assert found["winners"] == [bids[1].agency.organisation.credit_code]
    assert found["sentence"] == "3 份有效报价中价格最低。"
    page = get("tender_opening", tender).content.decode()
    for part in ("名单冻结", "逐份开启", "为什么是它", "3 份有效报价中价格最低", bids[1].agency.organisation.name):
        assert part in page
    assert "http-equiv" not in page


def test_an_invalid_response_says_why_and_a_low_one_that_it_must_explain() -> None:
    tender, gone = scene.published(), scene.agency()
    scene.bid(tender, "80000", of=gone)
    scene.bid(tender, "50000")
    scene.bid(tender, "90000")
    gone.offers.all().delete()
    found = told(tender)
    row = next(row for row in found["responses"] if row["agency"] == gone.organisation.credit_code)
    assert row["invalid"] == "截止时不符合资格条件"
    assert row["rank"] is None
    assert "须先说明理由" in get("tender_opening_stages", tender).content.decode()


def test_too_few_leave_everything_sealed_and_nameless() -> None:
    tender, agency = scene.published(funds="public"), scene.agency()
    scene.bid(tender, "80000", of=agency)
    found = told(tender)
    assert found["state"] == "failed"
    assert found["seals"]["count"] == 1
    assert found["responses"] == []
    page = get("tender_opening", tender).content.decode()
    assert "没有开启" in page
    assert agency.organisation.name not in page


def test_a_cancelled_tender_says_so_and_nobody_waits_on() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    scene.bid(tender, "80000")
    with clock.at(scene.MONDAY):
        services.cancel(tender, "项目调整", by=by)
    found = told(tender, at=scene.MONDAY)
    assert (found["state"], found["over"], found["seals"]) == ("cancelled", True, None)
    assert "项目调整" in get("tender_opening", tender, at=scene.MONDAY).content.decode()


def test_a_draw_is_shown_step_by_step_and_each_number_is_the_records() -> None:
    tender = scene.published(method="draw", method_settings={"price": "60000.00"})
    for _ in range(4):
        scene.bid(tender, "60000")
    found, tender = told(tender), Tender.objects.get(pk=tender.pk)
    assert found["draw"]["order"] == tender.record["outcome"]["ranking"]
    assert len(found["draw"]["swaps"]) == 3
    for word, below, other in found["draw"]["swaps"]:
        assert word % below == other
    assert [stage["key"] for stage in found["stages"]] == ["list", "opening", "draw", "ranking", "winner"]
    assert "第 4 位" in get("tender_opening_stages", tender).content.decode()


def test_a_drawn_base_is_shown_with_its_number() -> None:
    tender = scene.published(method="reference_price")
    for price in ("80000", "82000", "85000"):
        scene.bid(tender, price)
    found = told(tender)
    base = found["draw"]["base"]
    assert Decimal(base["value"]) == [95, 96, 97, 98][base["word"] % 4]
    assert "抽取基准系数" in get("tender_opening_stages", tender).content.decode()


def test_a_lowest_price_without_a_tie_draws_nothing() -> None:
    tender = scene.published()
    for price in ("80000", "82000"):
        scene.bid(tender, price)
    assert told(tender)["draw"] is None


def test_an_outside_source_is_a_stage_of_its_own() -> None:
    tender = scene.published()
    scene.bid(tender, "80000")
    assert "source" not in [stage["key"] for stage in told(tender, at=scene.MONDAY)["stages"]]
    entry = LogEntry.objects.get(log="public", action="tender.publish")
    entry.data["draw_source"] = "drand"
    entry.save()
    cache.clear()
    assert "source" in [stage["key"] for stage in told(tender, at=scene.MONDAY)["stages"]]


def test_caches_may_keep_it_and_an_unchanged_one_costs_no_body() -> None:
    tender = scene.published()
    scene.bid(tender, "80000")
    answer = get("tender_opening_json", tender, at=scene.MONDAY)
    assert answer["Cache-Control"] == "public, max-age=2"
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    again = get("tender_opening_json", tender, at=scene.MONDAY, **{"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    opened = get("tender_opening_json", tender, **{"If-None-Match": answer["ETag"]})
    assert opened.status_code == 200
    assert opened["ETag"] != answer["ETag"]


def test_a_second_watcher_costs_a_handful_of_queries_however_many_responded(monkeypatch: pytest.MonkeyPatch) -> None:
    tender = scene.published()
    for price in ("80000", "81000", "82000"):
        scene.bid(tender, price)
    scene.opened(tender)
    get("tender_opening_json", tender)
    monkeypatch.setattr(staging, "show_of", None)  # would fail if it were made again
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert get("tender_opening_json", tender).status_code == 200
    own = [each for each in queries.captured_queries if "cache_table" not in each["sql"]]
    assert len(own) <= 4


def test_of_many_only_the_first_are_shown_and_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_SHOWN", 2)
    tender, last = scene.published(), scene.agency()
    for price in ("80000", "81000", "82000"):
        scene.bid(tender, price)
    scene.bid(tender, "99000", of=last)
    code = last.organisation.credit_code
    found = told(tender)
    assert len(found["responses"]) == 2
    assert found["own"] is None
    assert found["seals"]["count"] == 4
    mine = told(tender, f"?agency={code}")["own"]
    assert (mine["agency"], mine["rank"]) == (code, 4)
    assert told(tender, "?agency=" + "9" * 18)["own"] is None


def test_what_was_not_announced_or_takes_no_responses_has_no_opening() -> None:
    by, agency = scene.buyer(), scene.agency()
    waiting = services.publish(scene.draft(by, funds="public"), by=by)
    assert Client().get(reverse("tender_opening_json", args=[waiting.number])).status_code == 404
    assert Client().get(reverse("tender_opening", args=[waiting.number])).status_code == 404
    client = Client()
    client.force_login(staff("operator").person)
    assert client.get(reverse("tender_opening", args=[waiting.number])).status_code == 302
    direct = scene.published(
        by, method="direct", chosen_agency=agency, method_settings={"price": "48000.00"}, ceiling=None
    )
    assert get("tender_opening", direct, at=scene.MONDAY).status_code == 302
    assert get("tender_opening_json", direct, at=scene.MONDAY).status_code == 404


def test_what_came_later_is_named_on_the_replay() -> None:
    tender = scene.published()
    first = scene.bid(tender, "80000")
    scene.bid(tender, "81000")
    scene.opened(tender)
    first.agency.state = "frozen"
    first.agency.save()
    tender = scene.noticed(tender)
    assert "递补中选机构" in get("tender_opening_stages", tender).content.decode()


def test_the_steps_are_those_of_the_case() -> None:
    case = {"method": "draw", "tender": "ZJ-2025-000123", "nonce": NONCE, "settings": {"weighted": True}}
    case["quotes"] = [{"agency": code, "price": None, "credit": 60 + n} for n, code in enumerate(CODES)]
    outcome = registry.run(case)
    found = steps.of(read_case(case), outcome.explanation)
    assert found is not None
    assert [pick.code for pick in found.picks] == list(outcome.ranking)
    assert found.swaps == ()
    plain = registry.run(case | {"settings": {}})
    shuffled = steps.of(read_case(case | {"settings": {}}), plain.explanation)
    assert shuffled is not None
    assert shuffled.order == plain.ranking
    assert shuffled.swaps[-1].after == plain.ranking


def test_ten_thousand_responses_stay_a_small_answer() -> None:
    tender = scene.published()
    scene.bid(tender, "80000")
    tender = scene.opened(tender)
    codes = [f"{n:018d}" for n in range(10_000)]
    quotes = [{"agency": code, "price": f"{70_000 + n}.00"} for n, code in enumerate(codes)]
    case = {"method": "lowest_price", "tender": tender.number, "nonce": NONCE, "ceiling": "100000.00", "quotes": quotes}
    commitments = [f"{n:064x}" for n in range(10_000)]
    responses = [
        {"agency": code, "commitment": seal, "status": "ok", "failing": []}
        for code, seal in zip(codes, commitments, strict=True)
    ]
    entries = LogEntry.objects.filter(log="public")
    entries.filter(action="tender.commitments").update(data={"commitments": commitments})
    outcome = registry.run(case).to_json()
    entries.filter(action="tender.opened").update(data={"case": case, "outcome": outcome, "responses": responses})
    cache.clear()
    before = time.perf_counter()
    answer = get("tender_opening_json", tender)
    made = time.perf_counter() - before
    assert len(answer.content) < 60_000
    page = get("tender_opening", tender).content
    assert len(page) < 250_000
    print(f"made in {made:.2f} s, {len(answer.content)} bytes of JSON, {len(page)} of page")
    found = json.loads(answer.content)
    assert (found["seals"]["count"], len(found["responses"])) == (10_000, 100)
