"""Before the close only the author's own people know that a response exists, and nothing anywhere holds its price."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock, desk
from marketplace.core.models import OutboxMessage
from marketplace.tenders.models import Bid, Tender
from tests.factories import staff
from tests.tenders import browser, scene

PRICE = "76543.21"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00:00)?")
SHAPES = ("76543.21", "76543", "76,543", "7654321")
NOTE = "只有我知道的说明"
BIDDER = "夜莺测绘有限公司"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def log_in(actor: Actor | None) -> Client:
    client = Client()
    if actor is not None:
        assert actor.user is not None
        client.force_login(actor.user)
    return client


def every_cell() -> Iterator[tuple[str, str]]:
    """The whole database as text: each value of each column of each table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if TIME.fullmatch(str(value)):
                        continue  # its microseconds may be any digits
                    if isinstance(value, (bytes, memoryview)):
                        yield f"{table}.{name}", bytes(value).decode("latin-1")
                    else:
                        yield f"{table}.{name}", str(value)


@pytest.fixture(params=["server", "browser"])
def sealed(
    request: pytest.FixtureRequest, drain: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> dict[str, Any]:
    """A tender with one response, sent through the page as its author sends it; the worker has done its rounds."""
    caplog.set_level(logging.DEBUG)
    by = scene.buyer()
    agency = scene.agency()
    agency.organisation.name = BIDDER
    agency.organisation.save()
    author = scene.author(agency)
    tender = scene.published(by)
    with clock.at(scene.MONDAY):
        drain()
        before = OutboxMessage.objects.count()
        client = log_in(author)
        path = reverse("tender_bid", args=[tender.number])
        too_much = {"price": "1" + PRICE, "days": "8", "note": NOTE, "no_collusion": "on", "key": str(uuid4())}
        refused = client.post(path, too_much)
        assert "1" + PRICE in refused.content.decode()
        form = too_much | {"price": PRICE}
        if request.param == "browser":
            envelope = browser.envelope(tender, agency, PRICE, note=NOTE)
            form = browser.form(browser.sealed(tender, envelope.text()))
        answer = client.post(path, form)
        assert answer.status_code == (200 if request.param == "browser" else 302)
        drain()
    assert Bid.objects.filter(state="sealed").count() == 1
    return {"tender": tender, "buyer": by, "author": author, "agency": agency, "outbox": before}


def test_the_price_is_nowhere_in_the_database(sealed: dict[str, Any]) -> None:
    for place, value in every_cell():
        for shape in SHAPES:
            assert shape not in value or place.endswith(("hash", "sha256")), (place, value[:200])
        assert NOTE not in value, place


def test_the_price_is_nowhere_in_logs_mails_cache_and_queue(
    sealed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    records = caplog.get_records("setup") + caplog.records  # the response was sent while the scene was set
    assert records
    texts = [record.getMessage() for record in records]
    texts += [f"{letter.subject} {letter.body}" for letter in mail.outbox]
    texts += [str(message.payload) for message in OutboxMessage.objects.all()]
    for text in texts:
        assert PRICE not in text
        assert NOTE not in text
    stored = getattr(cache, "_cache", {})
    assert PRICE not in str(stored)


def test_no_mail_and_no_event_says_that_somebody_responded(sealed: dict[str, Any]) -> None:
    assert OutboxMessage.objects.count() == sealed["outbox"]
    assert not [letter for letter in mail.outbox if "密封" in letter.subject]


def pages(tender: Tender) -> list[str]:
    number = [tender.number]
    named = [
        "tender",
        "tender_result",
        "tender_record",
        "tender_opening",
        "tender_opening_stages",
        "tender_opening_json",
        "tender_bid",
        "tender_cancel",
        "award_notice",
    ]
    return [
        *(reverse(name, args=number) for name in named),
        reverse("inspections"),
        reverse("inspection", args=number),
        reverse("tender_list"),
        reverse("search") + "?q=联合测绘",
        "/api/search/?q=联合测绘",
        "/api/search/?kind=tender",
        reverse("statistics"),
        reverse("my_tenders"),
        reverse("my_bids"),
        reverse("my_bids") + "?view=mine",
        reverse("desk"),
        reverse("inbox"),
        "/",
        "/healthz",
        reverse("wagtailadmin_home"),
        reverse("tenders_tenders:index"),
        reverse("tenders_tenders:index") + "?export=csv",
        reverse("tenders_tenders:inspect", args=[tender.pk]),
        reverse("tenders_tenders:history", args=[tender.pk]),
        reverse("tenders_review:index"),
        reverse("tenders_awards:index"),
    ]


def shown(tender: Tender, who: Actor | None) -> dict[str, str]:
    """Every page as this visitor sees it, without what changes from one request to the next."""
    client, found = log_in(who), {}
    with clock.at(scene.MONDAY):
        for path in pages(tender):
            answer = client.get(path)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            found[path] = content.decode("utf-8", "replace")
    return found


@pytest.mark.parametrize("who", ["public", "buyer", "operator", "supervisor", "rival"])
def test_no_page_tells_others_who_or_how_many_responded(sealed: dict[str, Any], who: str) -> None:
    rival = scene.author(scene.agency())
    viewers = {
        "public": None,
        "buyer": sealed["buyer"],
        "operator": staff("operator"),
        "supervisor": staff("supervisor"),
        "rival": rival,
    }
    bid = Bid.objects.get()
    for path, text in shown(sealed["tender"], viewers[who]).items():
        lists_agencies = path in ("/",) or "search" in path or path == reverse("wagtailadmin_home")
        assert lists_agencies or BIDDER not in text, path
        for trace in (PRICE, NOTE, str(bid.pk), bid.commitment, bid.receipt["ciphertext_sha256"]):
            assert trace not in text, (path, trace)


@pytest.mark.parametrize("who", ["public", "buyer", "operator", "rival"])
def test_every_page_is_the_same_with_and_without_responses(sealed: dict[str, Any], who: str) -> None:
    """A count, a size, an extra line: whatever tells of a response would make the two differ."""
    rival = scene.author(scene.agency())
    viewers = {"public": None, "buyer": sealed["buyer"], "operator": staff("operator"), "rival": rival}
    tender, others = sealed["tender"], [scene.agency() for _ in range(3)]
    authors = [scene.author(agency) for agency in others]
    one = shown(tender, viewers[who])
    for agency, author in zip(others, authors, strict=True):
        scene.bid(tender, "60000", of=agency, by=author, at=scene.MONDAY)
    two = shown(tender, viewers[who])
    for path in one:
        assert _steady(one[path]) == _steady(two[path]), path


def test_no_desk_but_the_authors_changes_by_a_response(sealed: dict[str, Any]) -> None:
    with clock.at(scene.MONDAY):
        for actor in (sealed["buyer"], staff("operator"), staff("supervisor")):
            assert BIDDER not in str([(task.title, task.subject) for task in desk.tasks(actor)])
        assert not [task for task in desk.tasks(sealed["author"]) if task.act == "去报价"]


def _steady(text: str) -> str:
    """Without tokens, nonces and keys, which differ from one request to the next."""
    return re.sub(r"(?<![0-9A-Za-z_-])[0-9A-Za-z_=+/-]{20,}", "", text)
