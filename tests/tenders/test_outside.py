"""Randomness from outside: the tender waits for the announced value, nobody chooses, and the record holds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock, health
from marketplace.core.errors import NotAllowed, TooLate
from marketplace.core.models import LogEntry
from marketplace.tenders import services
from marketplace.tenders.beacons import drand
from marketplace.tenders.beacons.base import BeaconError
from marketplace.tenders.beacons.two_people import SamePerson
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.models import Bid, Drawing, Rehearsal, Tender
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.services import fetching, seeding, sources
from tests.factories import staff
from tests.tenders import outside, scene
from tests.tenders.test_beacons import ROUNDS
from tests.tenders.test_forms import log_in
from tests.tenders.test_selection_record import changed, holds, leaves, record_of, resigned, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
PRODUCED = drand.time_of(outside.ROUND)
DRAWN = outside.DRAWN_AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with outside.late_office(monkeypatch):
        yield


def given(tender: Tender, text: str, *, by: Actor, at: Any) -> bool:
    with clock.at(at):
        counts = services.give_value(tender.drawing, text, by=by)
    tender.refresh_from_db()
    return counts


def by_drand(n: int = 3, **fields: Any) -> Tender:
    return outside.signed_up(outside.by_drand(**fields), n)


def by_lottery(n: int = 3) -> Tender:
    return outside.signed_up(outside.by_lottery(), n)


def acts(tender: Tender) -> list[str]:
    found = LogEntry.objects.filter(log="public", subject=f"tenders.tender:{tender.pk}").order_by("at", "id")
    return list(found.values_list("action", flat=True))


def test_the_announcement_names_the_round_and_its_successor() -> None:
    tender = outside.by_drand()
    said = LogEntry.objects.get(log="public", action="tender.publish").data
    assert (said["draw_source"], said["draw"]["round"], said["draw"]["successor"]) == ("drand", 1000, 1001)
    assert tender.closes_at is not None
    assert tender.closes_at + drand.MARGIN < PRODUCED


def test_at_the_close_the_list_is_frozen_and_nothing_is_opened() -> None:
    tender = by_drand()
    assert tender.state == Tender.State.CLOSED
    assert tender.chip[0] == "待随机源"
    assert set(tender.bids.values_list("state", "price")) == {("sealed", None)}
    assert acts(tender) == ["tender.publish", "tender.commitments", "tender.waiting"]
    assert holds(record_of(tender))


def test_two_officers_upload_the_round_and_then_it_is_opened() -> None:
    tender = by_drand()
    one, two = staff("operator"), staff("operator")
    with pytest.raises(BeaconError):  # not produced yet
        given(tender, outside.round_text(), by=one, at=PRODUCED - timedelta(seconds=1))
    with pytest.raises(BeaconError):  # of another round
        given(tender, outside.round_text(123), by=one, at=PRODUCED)
    with pytest.raises(BeaconError):  # not signed by the network
        given(tender, outside.round_text().replace(ROUNDS[1000][-4:], "0000"), by=one, at=PRODUCED)
    assert not given(tender, outside.round_text(), by=one, at=PRODUCED)
    assert not given(tender, outside.round_text(), by=one, at=PRODUCED)
    assert tender.state == Tender.State.CLOSED
    with pytest.raises(NotAllowed):
        given(tender, outside.round_text(), by=scene.buyer(), at=PRODUCED)
    assert given(tender, outside.round_text(), by=two, at=PRODUCED)
    assert tender.state == Tender.State.PUBLICITY
    assert acts(tender)[2:5] == ["tender.waiting", "tender.seed", "tender.opened"]
    assert tender.record["case"]["beacon"].startswith("fe290beca10872ef")
    with pytest.raises(Exception, match="已经"):
        given(tender, outside.round_text(), by=staff("operator"), at=PRODUCED)


def test_what_changes_after_the_close_changes_nothing() -> None:
    """Whoever knew the round could otherwise choose: by a credit score, or by a suspension."""
    tender = by_drand(4, method_settings={"price": "88000.00", "weighted": True})
    frozen = [agency["credit"] for agency in tender.drawing.frozen["agencies"]]
    Agency.objects.update(credit_score=1, state=Agency.State.FROZEN)
    for _ in range(2):
        given(tender, outside.round_text(), by=staff("operator"), at=PRODUCED)
    quotes = tender.record["case"]["quotes"]
    assert [quote["status"] for quote in quotes] == ["ok"] * 4
    assert [quote["credit"] for quote in quotes] == frozen == ["80"] * 4
    assert holds(record_of(tender))


def test_who_waits_for_a_source_may_not_cancel() -> None:
    tender = by_drand()
    by = Actor.of(tender.created_by, tender.buyer)
    with clock.at(PRODUCED), pytest.raises(TooLate):
        services.cancel(tender, "不想要了。", by=by)


@contextmanager
def relay(answers: dict[int, str]) -> Iterator[str]:
    """A relay that knows these rounds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = answers.get(int(self.path.rsplit("/", 1)[1]))
            self.send_response(200 if text else 404)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_worker_fetches_it_and_says_when_it_can_not(settings: Any) -> None:
    tender = by_drand()
    with relay({}) as url, clock.at(PRODUCED):
        settings.DRAND_URL = url
        assert fetching.fetch_rounds() == 0
    drawing = Drawing.objects.get()
    assert drawing.trouble
    assert drawing.next_try_at is not None
    with clock.at(PRODUCED + timedelta(minutes=11)):
        assert "no randomness yet" in health.report()["tender_randomness"]["detail"]
    with relay({1000: outside.round_text()}) as url:
        settings.DRAND_URL = url
        with clock.at(PRODUCED + timedelta(seconds=1)):
            assert fetching.fetch_rounds() == 0  # it waits between two tries
        with clock.at(PRODUCED + timedelta(minutes=12)):
            assert fetching.fetch_rounds() == 1
            assert health.report()["tender_randomness"]["ok"]
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY
    assert holds(record_of(tender))


def test_every_night_the_relay_is_asked_whether_it_answers(settings: Any) -> None:
    outside.by_drand()
    with clock.at(PRODUCED - timedelta(days=1)):
        services.rehearse()
        settings.DRAND_URL = "http://127.0.0.1:9"
        assert fetching.check_network() == 1
        assert fetching.check_network() == 0
        assert not health.report()["tender_randomness"]["ok"]
    assert Rehearsal.objects.get().beacon_trouble


def missing(tender: Tender, *, at: datetime) -> bool:
    with clock.at(at):
        return services.declare_missing(tender.drawing, "中继和各镜像均无此轮。", by=staff("operator"))


def test_the_successor_counts_only_when_two_people_say_that_there_was_no_round() -> None:
    tender = by_drand()
    patience = PRODUCED + drand.PATIENCE
    with clock.at(patience - timedelta(seconds=1)):
        seeding.end_patience(str(tender.drawing.pk))
    assert acts(tender)[-1] == "tender.waiting"
    with clock.at(patience):
        seeding.end_patience(str(tender.drawing.pk))
    assert acts(tender)[-1] == "tender.waiting"
    assert not missing(tender, at=patience)
    assert acts(tender)[-1] == "tender.waiting"
    assert missing(tender, at=patience)
    tender.refresh_from_db()
    assert acts(tender)[-1] == "tender.source_missed"
    assert Drawing.objects.get().announced["round"] == 1001
    with pytest.raises(BeaconError):
        given(Tender.objects.get(), outside.round_text(), by=staff("operator"), at=patience)
    assert holds(record_of(tender))


def test_an_officer_who_does_not_confirm_gains_nothing() -> None:
    tender = by_drand()
    given(tender, outside.round_text(), by=staff("operator"), at=PRODUCED)
    with clock.at(PRODUCED + drand.PATIENCE):
        seeding.end_patience(str(tender.drawing.pk))
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY
    assert tender.drawing.value["round"] == 1000
    assert holds(record_of(tender))


def test_two_people_type_the_digits_of_a_lottery() -> None:
    tender = by_lottery()
    one, two, three = staff("operator"), staff("operator"), staff("operator")
    assert not given(tender, "03 11 17 22 28 31 + 09".replace("+ ", ""), by=one, at=DRAWN)
    assert not given(tender, "03 11 17 22 28 31 08", by=two, at=DRAWN)
    assert tender.state == Tender.State.CLOSED
    assert given(tender, "03111722283109", by=three, at=DRAWN)
    record = record_of(tender)
    assert holds(record)
    said = next(proof["entry"]["data"] for proof in record["entries"] if proof["entry"]["action"] == "tender.seed")
    assert (said["lottery"], said["issue"], said["digits"]) == ("福彩双色球", "2026031", "03111722283109")


def test_nobody_confirms_himself() -> None:
    tender, one = by_lottery(), staff("operator")
    for _ in range(2):
        assert not given(tender, "0311", by=one, at=DRAWN)
    assert SamePerson.code == "same_person"
    assert Bid.objects.filter(state="sealed").count() == 3


def test_the_rules_say_which_sources_may_be_named() -> None:
    by = scene.buyer()
    with clock.at(outside.FRIDAY):
        draft = scene.draft(by, scene.FREE_ITEM)
        with pytest.raises(BeaconError):
            sources.choose_source(draft, "dice", {}, by=by)
        with pytest.raises(BeaconError):
            sources.choose_source(draft, "lottery", {"lottery": "双色球"}, by=by)
        draft = sources.choose_source(draft, "drand", {}, by=by)
        assert draft.draw_source == "drand"
        Tender.objects.filter(pk=draft.pk).update(draw_source="lottery")
        with pytest.raises(NotPublishable):
            services.publish(draft, by=by)


@pytest.mark.parametrize("source", ["drand", "lottery"])
def test_its_record_holds_and_no_value_can_be_changed(source: str) -> None:
    record = outside.finished_record(source)
    assert holds(record)
    unseen = [at for at in leaves(record) if not wrong(verify(changed(record, at)))]
    unseen += [at for at in leaves(record) if not wrong(verify(changed(record, at, drop=True)))]
    assert unseen == []
    assert holds(resigned(record))
    for key, lie in outside.lies(record, source):
        assert key in wrong(verify(lie)), key
        assert "proofs" not in wrong(verify(lie))


def test_an_amendment_that_moves_the_close_moves_the_round() -> None:
    tender = outside.by_drand()
    by = Actor.of(tender.created_by, tender.buyer)
    with clock.at(outside.FRIDAY + timedelta(hours=26 * 3)):
        services.amend(tender, {"days": 20}, [], [], reason="延长服务期限。", by=by)
    tender.refresh_from_db()
    said = LogEntry.objects.get(log="public", action="tender.amended").data["announcement"]
    assert tender.closes_at is not None
    assert said["draw"]["round"] == drand.round_after(tender.closes_at + drand.MARGIN) > 1000


def test_no_amendment_moves_the_close_behind_the_drawing_of_a_lottery() -> None:
    """The issue would be known while responses are taken."""
    tender = outside.by_lottery()
    by = Actor.of(tender.created_by, tender.buyer)
    asked = [(r.group, r.type, r.minimum_grade) for r in tender.requirements.select_related("type")]
    with clock.at(outside.DRAWN_AT - timedelta(days=2)), pytest.raises(BeaconError, match="开奖"):
        services.amend(tender, {"days": 20}, asked, [], reason="延长服务期限。", by=by)
    tender.refresh_from_db()
    assert tender.amended == 0


def test_a_second_announcement_names_no_issue_that_was_drawn() -> None:
    tender = outside.signed_up(outside.by_lottery(funds="public"), 1)
    assert tender.state == Tender.State.FAILED
    with clock.at(outside.DRAWN_AT):
        services.announce_again(str(tender.pk))
    again = Tender.objects.get(chain=tender.chain, attempt=2)
    assert (again.state, again.draw_source) == ("published", "shares")


def test_two_who_typed_different_digits_are_told() -> None:
    tender = by_lottery()
    one, two = staff("operator"), staff("operator")
    given(tender, "0311", by=one, at=DRAWN)
    given(tender, "0312", by=two, at=DRAWN)
    with clock.at(DRAWN):
        page = log_in(one).get(seeding.url_of(tender.drawing)).content.decode()
    assert "内容不一致" in page
    assert given(tender, "0312", by=one, at=DRAWN)
