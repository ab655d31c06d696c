"""Reviews: unread until both have written or the time is over, then on the agency's record in the same moment."""

from datetime import timedelta

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies.models import ServiceRating
from marketplace.contracts import queries, rules, services
from marketplace.contracts.models import Review
from marketplace.core import clock, log
from marketplace.core.errors import AlreadyDone, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from tests.contracts.scene import GOOD, Deal, at, completed, in_force
from tests.factories import member, staff

pytestmark = pytest.mark.django_db
NEXT_DAY = at("2026-03-17")
SECRET = "报告质量很高，特别满意"


@pytest.fixture
def deal() -> Deal:
    return completed()


def write(deal: Deal, by: Actor, scores=GOOD, text: str = SECRET, when=NEXT_DAY) -> Review:
    with clock.at(when):
        return services.write_review(deal.contract, scores, text, by=by)


def both(deal: Deal) -> None:
    write(deal, deal.buyer)
    write(deal, deal.agency, text="配合很好")


def told(actor: Actor, kind: str) -> list[Message]:
    return list(Message.objects.filter(recipient=actor.user, kind=kind))


def test_before_publication_nobody_but_its_author_reads_a_review(deal) -> None:
    write(deal, deal.buyer)
    colleague = member(MemberRole.BUYER, organisation=deal.contract.buyer)
    assert [r.text for r in queries.readable_reviews(deal.contract, deal.buyer)] == [SECRET]
    for actor in (deal.agency, colleague, staff(), staff("supervisor")):
        assert queries.readable_reviews(deal.contract, actor) == []
    assert not ServiceRating.objects.exists()


def test_before_publication_no_log_and_no_message_holds_a_word_or_a_star_of_it(deal) -> None:
    write(deal, deal.buyer)
    [entry] = LogEntry.objects.filter(action="review.write")
    assert entry.data == {"side": "buyer"}
    assert SECRET not in str(list(LogEntry.objects.values_list("data", flat=True)))
    [message] = told(deal.agency, "contracts.review_waiting")
    assert SECRET not in str(message.params)


def test_both_are_published_when_the_second_is_written(deal) -> None:
    both(deal)
    for actor in (deal.buyer, deal.agency, staff()):
        assert len(queries.readable_reviews(deal.contract, actor)) == 2
        if actor.organisation:
            assert told(actor, "contracts.reviews_published")
    assert {r.state for r in deal.contract.reviews.all()} == {"published"}
    deal.award.tender.refresh_from_db()
    assert deal.award.tender.state == "closed_ok"


def test_the_buyers_review_goes_on_the_agencys_record_in_the_same_transaction(deal) -> None:
    both(deal)
    [rating] = ServiceRating.objects.all()
    assert (rating.contract_number, rating.text, rating.is_default) == (deal.contract.number, SECRET, False)
    assert (rating.quality, rating.fee, rating.by_name) == (5, 4, deal.contract.buyer.name)
    agency = deal.contract.agency
    assert agency.rating_count == 1
    assert 1 <= agency.rating <= 5


def test_a_failing_record_leaves_both_unpublished(deal, monkeypatch) -> None:
    from marketplace.contracts.services import reviews

    def broken(**_kwargs: object) -> None:
        raise RuntimeError

    write(deal, deal.buyer)
    monkeypatch.setattr(reviews.agencies, "record_rating", broken)
    with pytest.raises(RuntimeError):
        write(deal, deal.agency, text="好")
    assert deal.contract.reviews.count() == 1
    assert deal.contract.reviews.get().published_at is None


def test_the_check_before_publication_passes_by_itself_and_the_log_says_so(deal) -> None:
    both(deal)
    audits = [e for e in log.history(deal.contract) if e.action == "review.audit"]
    assert [e.data["passed_by_itself"] for e in audits] == [True, True]


def test_when_the_time_is_over_the_missing_one_is_default_and_counts_in_no_average(deal, drain) -> None:
    write(deal, deal.agency, text="付款及时")
    with clock.at(at("2026-03-30", 17, 1)):
        drain()
    missing = deal.contract.reviews.get(side="buyer")
    assert (missing.is_default, missing.state, missing.quality) == (True, "published", 4)
    assert deal.contract.reviews.get(side="agency").is_default is False
    rating = ServiceRating.objects.get()
    assert rating.is_default
    assert deal.contract.agency.rating_count == 0


def test_when_nobody_writes_both_are_default(deal, drain) -> None:
    with clock.at(at("2026-03-30", 17, 1)):
        drain()
    assert [r.is_default for r in deal.contract.reviews.all()] == [True, True]
    deal.award.tender.refresh_from_db()
    assert deal.award.tender.state == "closed_ok"


def test_a_review_after_the_time_is_refused_even_if_no_ticker_ran(deal) -> None:
    with pytest.raises(rules.ReviewsClosed):
        write(deal, deal.buyer, when=at("2026-03-30", 17, 1))
    write(deal, deal.buyer, when=at("2026-03-30", 17))


def test_two_stars_without_words_are_refused_on_the_text_field(deal) -> None:
    with pytest.raises(rules.NeedsText) as refused:
        write(deal, deal.buyer, GOOD | {"timeliness": 2}, text=" ")
    assert refused.value.field == "text"
    assert not deal.contract.reviews.exists()


def test_only_a_completed_contract_is_reviewed() -> None:
    deal = in_force()
    with pytest.raises(WrongState):
        services.write_review(deal.contract, GOOD, "", by=deal.buyer)


def test_its_author_may_change_it_for_a_day_and_nobody_else(deal) -> None:
    review = write(deal, deal.buyer)
    with pytest.raises(AlreadyDone):
        write(deal, deal.buyer)  # a double click
    write(deal, deal.buyer, GOOD | {"fee": 3}, "改一改")
    assert deal.contract.reviews.get().fee == 3
    with pytest.raises(AlreadyDone):
        write(deal, member(MemberRole.BUYER, organisation=deal.contract.buyer), GOOD | {"fee": 1})
    with pytest.raises(AlreadyDone):
        write(deal, deal.buyer, GOOD | {"fee": 1}, when=review.written_at + timedelta(hours=25))
    assert len(told(deal.agency, "contracts.review_waiting")) == 1


def test_after_publication_nothing_is_changed(deal) -> None:
    both(deal)
    with pytest.raises(AlreadyDone):
        write(deal, deal.buyer, GOOD | {"fee": 1})


def test_strangers_and_staff_write_no_review(deal) -> None:
    agency = deal.contract.agency.organisation
    for actor in (member(), staff(), member(MemberRole.BUYER, organisation=agency)):
        with pytest.raises(NotAllowed):
            write(deal, actor)


def test_the_reviewed_side_answers_once_after_publication(deal) -> None:
    write(deal, deal.buyer)
    with pytest.raises(WrongState):
        services.answer_review(deal.contract.reviews.get(side="buyer"), "谢谢", by=deal.agency)
    write(deal, deal.agency)
    review = deal.contract.reviews.get(side="buyer")
    for actor in (deal.buyer, member(), staff()):
        with pytest.raises(NotAllowed):
            services.answer_review(review, "谢谢", by=actor)
    with pytest.raises(rules.NeedsReason):
        services.answer_review(review, " ", by=deal.agency)
    services.answer_review(review, "感谢信任", by=deal.agency)
    with pytest.raises(AlreadyDone):
        services.answer_review(review, "再说一句", by=deal.agency)
    assert ServiceRating.objects.get().answer == "感谢信任"
    assert told(deal.buyer, "contracts.review_answered")


def test_the_buyer_answers_the_agencys_review(deal) -> None:
    both(deal)
    services.answer_review(deal.contract.reviews.get(side="agency"), "合作愉快", by=deal.buyer)
    assert deal.contract.reviews.get(side="agency").answer == "合作愉快"
    assert ServiceRating.objects.get().answer == ""
