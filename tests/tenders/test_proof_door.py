"""The 可验证 door holds everything for who checks; outside of it the page speaks plain sentences."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from marketplace.core import clock, keys, log_proof
from marketplace.core.models import LogEntry, LogHead
from marketplace.tenders import notices, pdf, proof
from marketplace.tenders.models import Award, Tender
from tests.conftest import missing
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def finished(drain: Callable[[], int]) -> Tender:
    tender = scene.published()
    with clock.at(scene.MONDAY):
        drain()
    for price in ("80000", "80000", "90000"):
        scene.bid(tender, price)
    tender = scene.opened(tender)
    with clock.at(scene.CLOSE):
        drain()
    return scene.noticed(tender)


def page(tender: Tender, name: str = "tender_result") -> str:
    with clock.at(tender.publicity_until or scene.CLOSE):
        return Client().get(reverse(name, args=[tender.number])).content.decode()


def test_each_public_entry_has_its_hash_its_proof_and_the_head_of_its_time(finished: Tender) -> None:
    found = {line.entry.action: line for line in proof.lines(finished)}
    assert set(found) == {"tender.publish", "tender.commitments", "tender.opened", "tender.award"}
    opened, award = found["tender.opened"], found["tender.award"]
    assert opened.size is not None
    assert award.entry_url == ""  # not numbered yet
    assert LogHead.objects.get(log="public", number=opened.size).hash == opened.root
    client = Client()
    told = json.loads(client.get(opened.entry_url).content)
    assert log_proof.problem(told, bytes(keys.verify_key())) is None
    included = json.loads(client.get(opened.inclusion_url).content)
    assert (included["number"], included["root"]) == (opened.entry.number, opened.root)
    assert json.loads(client.get(opened.head_url).content)["root"] == opened.root
    door = page(finished).split('id="proof"')[1]
    for part in (opened.root, opened.entry.hash, "manage.py select CASE.json", "verify_selection", "?case", "beacon"):
        assert part in door


def test_outside_the_door_there_is_not_a_hash(finished: Tender) -> None:
    text = page(finished)
    before, door = text.split('<details class="z-panel z-data" id="proof">')
    assert HASH.search(door)
    assert not HASH.search(before.split("<main")[1])
    assert "zjcs-draw" not in before


def test_the_door_costs_the_same_queries_however_many_entries(
    finished: Tender, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        proof.lines(finished)


def test_the_notice_prints_the_logs_head_and_the_records_hash(finished: Tender) -> None:
    award = Award.objects.get()
    head = LogHead.objects.filter(log="public").order_by("-number").first()
    assert head is not None
    assert award.notice["log_head"]["root"] == head.hash
    text = page(finished, "award_notice")
    for part in (head.hash, f"{head.number} 条", notices.record_hash(finished.record)):
        assert part in text
    assert LogEntry.objects.filter(log="public", action="tender.award").exists()
    if reason := pdf.available():
        missing(str(reason))
    printed = "".join(PdfReader(BytesIO(pdf.notice(award))).pages[0].extract_text().split())
    assert head.hash in printed
    assert notices.record_hash(finished.record) in printed
