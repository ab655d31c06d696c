"""A winner gives up: the award ends in public, the credit record knows it, and the substitutes are asked in order."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.contracts.models import Contract
from marketplace.core import clock, deadlines, desk
from marketplace.core.clock import ZONE
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry
from marketplace.tenders import services
from marketplace.tenders.models import Award, Bid, SubstituteOffer, Tender
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
MONDAY = datetime(2026, 3, 23, 10, 0, tzinfo=ZONE)  # after the notice of Friday 17:00
DUE = datetime(2026, 3, 24, 17, 0, tzinfo=ZONE)


class Story:
    """An award that was noticed, with substitutes behind it."""

    def __init__(self, *prices: str) -> None:
        self.by = scene.buyer()
        self.tender = scene.published(self.by)
        self.bids = [scene.bid(self.tender, price) for price in prices or ("70000", "80000", "90000")]
        scene.opened(self.tender)
        self.tender = scene.noticed(self.tender)

    def give_up(self, at: datetime = MONDAY) -> Tender:
        with clock.at(at):
            author = scene.author(self.bids[0].agency)
            services.give_up(self.tender, "人员离职，无法履行。", by=author)
        return self.now()

    def now(self) -> Tender:
        self.tender.refresh_from_db()
        for bid in self.bids:
            bid.refresh_from_db()
        return self.tender


def test_the_award_ends_the_credit_record_knows_and_the_first_substitute_is_asked(drain: Callable[[], int]) -> None:
    story = Story()
    with clock.at(MONDAY):
        drain()  # the contract is drafted
    tender = story.give_up()
    winner, second, third = story.bids
    offer = SubstituteOffer.objects.get()
    assert (tender.state, tender.substitute_by, offer.bid, offer.answer_by) == ("selecting", DUE, second, DUE)
    assert [bid.state for bid in story.bids] == ["given_up", "substitute", "substitute"]
    award = Award.objects.get()
    assert (award.ended_at, award.end_reason) == (MONDAY, "人员离职，无法履行。")
    entry = winner.agency.credit_entries.get()
    assert (entry.points, entry.reason) == (-5, "人员离职，无法履行。")
    assert LogEntry.objects.get(log="public", action="tender.given_up").data["reason"] == "人员离职，无法履行。"
    with clock.at(MONDAY):
        drain()
        assert Contract.objects.get().state == "terminated"
        assert "答复是否递补" in [task.act for task in desk.tasks(scene.author(second.agency))]
        assert "放弃中选" in Client().get(reverse("tender", args=[tender.number])).content.decode()
    assert not third.agency.credit_entries.exists()


def test_who_accepts_is_made_public_and_gets_a_notice_of_its_own(drain: Callable[[], int]) -> None:
    story = Story()
    story.give_up()
    offer = SubstituteOffer.objects.get()
    author = scene.author(offer.bid.agency)
    with clock.at(MONDAY):
        services.accept_substitution(offer, by=author)
        with pytest.raises(AlreadyDone):
            services.accept_substitution(offer, by=author)
    tender = story.now()
    assert (tender.state, tender.publicity_until, tender.substitute_by) == ("publicity", DUE, None)
    assert [bid.state for bid in story.bids] == ["given_up", "winner", "substitute"]
    with clock.at(DUE):
        drain()
    assert story.now().award.agency == story.bids[1].agency
    assert Award.objects.count() == Contract.objects.count() == 2
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert "原中选机构放弃中选，按排名由候补机构递补。" in page


def test_declined_and_missed_offers_go_on_to_the_next_and_the_last_lets_it_fail(drain: Callable[[], int]) -> None:
    story = Story()
    story.give_up()
    first = SubstituteOffer.objects.get()
    with clock.at(MONDAY):
        services.decline_substitution(first, "已承接其他项目。", by=scene.author(first.bid.agency))
    second = SubstituteOffer.objects.get(state="asked")
    assert second.bid == story.bids[2]
    with clock.at(DUE - timedelta(milliseconds=1)):
        deadlines.run_due()
        assert SubstituteOffer.objects.filter(state="asked").exists()
    with clock.at(DUE):
        with pytest.raises(TooLate, match="2026-03-24 17:00"):
            services.accept_substitution(second, by=scene.author(second.bid.agency))
        Client().get(reverse("tender", args=[story.tender.number]))
        drain()
    assert (story.now().state, story.tender.fail_reason) == ("failed", "given_up")
    assert not story.bids[1].agency.credit_entries.exists()
    assert Tender.objects.filter(chain=story.tender.chain, attempt=2, state="published").exists()


def test_a_low_substitute_explains_its_price_first() -> None:
    story = Story("70000", "70000", "70000")
    record = story.tender.record
    record["outcome"]["alerts"] = {bid.agency.credit_code: ["low_price"] for bid in story.bids}
    Tender.objects.filter(pk=story.tender.pk).update(record=record)
    winner = Bid.objects.get(tender=story.tender, state="winner")
    with clock.at(MONDAY):
        services.give_up(story.tender, "放弃。", by=scene.author(winner.agency))
        offer = SubstituteOffer.objects.get()
        services.accept_substitution(offer, by=scene.author(offer.bid.agency))
    assert (story.now().state, story.tender.explain_by is not None) == ("selecting", True)


def test_strangers_wrong_states_and_double_clicks_are_refused() -> None:
    story = Story()
    author, rival = scene.author(story.bids[0].agency), scene.author(story.bids[1].agency)
    with clock.at(MONDAY):
        for stranger in (rival, story.by):
            with pytest.raises(NotAllowed):
                services.give_up(story.tender, "替它放弃。", by=stranger)
        with pytest.raises(DomainError):
            services.give_up(story.tender, " ", by=author)
        with pytest.raises(DomainError, match="1001"):
            services.give_up(story.tender, "长" * 1001, by=author)
        services.give_up(story.tender, "放弃。", by=author)
        with pytest.raises(WrongState):
            services.give_up(story.tender, "放弃。", by=author)
        with pytest.raises(NotAllowed):
            services.accept_substitution(SubstituteOffer.objects.get(), by=author)
    assert story.bids[0].agency.credit_entries.count() == 1


def test_the_pages_give_up_and_answer() -> None:
    story = Story()
    winner, second, stranger = Client(), Client(), Client()
    winner.force_login(scene.author(story.bids[0].agency).person)
    second.force_login(scene.author(story.bids[1].agency).person)
    stranger.force_login(scene.author(scene.agency()).person)
    path = reverse("tender_give_up", args=[story.tender.number])
    offer = reverse("tender_substitute", args=[story.tender.number])
    with clock.at(MONDAY):
        assert [each.get(path).status_code for each in (stranger, second, winner)] == [404, 404, 200]
        assert winner.post(path, {"reason": ""}).status_code == 422
        assert winner.post(path, {"reason": "无法履行"}).status_code == 302
        assert [each.get(offer).status_code for each in (stranger, winner, second)] == [404, 404, 200]
        assert [second.post(offer, {"accept": "1"}).status_code for _ in range(2)] == [302, 302]
    assert story.now().state == "publicity"


def test_an_agency_that_alone_has_not_signed_in_time_gave_up(drain: Callable[[], int]) -> None:
    from marketplace.contracts import services as contracts

    story = Story()
    with clock.at(MONDAY):
        drain()
        contract = Contract.objects.get()
        contracts.confirm(contract, version=contract.version, by=story.by)
    with clock.at(contract.sign_by):
        drain()
    assert (story.now().state, story.bids[0].state) == ("selecting", "given_up")
    contract.refresh_from_db()
    assert contract.state == "terminated"
