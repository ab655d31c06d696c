"""A price that is suspiciously low and would win: explained, accepted or rejected, and the outcome computed anew."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core import clock, deadlines, desk
from marketplace.core.clock import ZONE
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import rules, services
from marketplace.tenders.models import Bid, PriceExplanation, Tender
from marketplace.tenders.selection import registry
from tests.core import uploads
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
DUE = datetime(2026, 3, 20, 17, 0, tzinfo=ZONE)  # a working day after the opening


@pytest.fixture
def by() -> scene.Actor:
    return scene.buyer()


def alerted(by: scene.Actor, *prices: str) -> tuple[Tender, list[Bid]]:
    tender = scene.published(by)
    bids = [scene.bid(tender, price) for price in prices]
    return scene.opened(tender), bids


def given(bid: Bid, text: str = "设备自有，人员驻场，成本见附件。", at: datetime = scene.CLOSE) -> PriceExplanation:
    explanation = PriceExplanation.objects.get(agency=bid.agency)
    with clock.at(at):
        return services.explain(explanation, text, None, by=scene.author(bid.agency))


def public_log(tender: Tender) -> list[str]:
    entries = LogEntry.objects.filter(log="public", subject=deadlines.subject_of(tender)).order_by("id")
    return [entry.action for entry in entries]


def test_only_who_is_alerted_and_would_win_is_asked() -> None:
    assert rules.to_explain(["a"], ["a", "b"], []) == ("a",)
    assert rules.to_explain(["a"], ["b"], []) == ()
    assert rules.to_explain(["a", "b"], ["a", "b"], ["a"]) == ("b",)


def test_an_accepted_explanation_leads_into_publicity(by: scene.Actor) -> None:
    tender, (low, _other) = alerted(by, "20000", "90000")
    explanation = PriceExplanation.objects.get()
    assert (tender.state, tender.explain_by, tender.publicity_until) == ("selecting", DUE, None)
    assert (explanation.agency, explanation.due_at) == (low.agency, DUE)
    author = scene.author(low.agency)
    with clock.at(scene.CLOSE):
        assert "说明报价" in [task.act for task in desk.tasks(author)]
    given(low)
    with clock.at(scene.CLOSE):
        assert "处理低价说明" in [task.act for task in desk.tasks(by)]
        services.decide(explanation, accept=True, reason="成本构成合理。", by=by)
        with pytest.raises(AlreadyDone):
            services.decide(explanation, accept=False, reason="改主意了。", by=by)
    tender.refresh_from_db()
    assert (tender.state, tender.explain_by) == ("publicity", None)
    low.refresh_from_db()
    assert low.state == Bid.State.WINNER
    assert public_log(tender)[-3:] == ["tender.price_asked", "tender.price_explained", "tender.price_decided"]
    assert Message.objects.filter(kind="tenders.price_accepted").exists()


def test_a_rejected_price_makes_the_next_one_win_from_the_same_record(by: scene.Actor) -> None:
    tender, (low, second, third) = alerted(by, "20000", "80000", "90000")
    given(low)
    with clock.at(scene.CLOSE):
        services.decide(PriceExplanation.objects.get(), accept=False, reason="低于人工成本。", by=by)
    tender.refresh_from_db()
    states = {bid.pk: Bid.objects.get(pk=bid.pk) for bid in (low, second, third)}
    assert tender.state == Tender.State.PUBLICITY
    assert [states[b.pk].state for b in (low, second, third)] == ["invalid", "winner", "substitute"]
    assert [states[b.pk].rank for b in (low, second, third)] == [None, 1, 2]
    assert states[low.pk].invalid_reason == "rejected"
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]
    assert tender.record["judgements"][0]["outcome_before"]["winners"] == [low.agency.credit_code]
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert "低于人工成本。" in page
    assert "低价说明未被接受" in page


def test_a_rejected_price_still_counts_towards_the_minimum() -> None:
    by = scene.buyer()
    tender = scene.published(by, funds="public")
    low = scene.bid(tender, "20000")
    for price in ("80000", "90000"):
        scene.bid(tender, price)
    tender = scene.opened(tender)
    given(low)
    with clock.at(scene.CLOSE):
        services.decide(PriceExplanation.objects.get(), accept=False, reason="低于成本。", by=by)
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY


def test_who_wins_after_a_rejection_and_is_alerted_is_asked_in_turn(by: scene.Actor) -> None:
    tender, (low, second, _third) = alerted(by, "20000", "30000", "90000")
    given(low)
    with clock.at(scene.CLOSE):
        services.decide(PriceExplanation.objects.get(), accept=False, reason="低于成本。", by=by)
    tender.refresh_from_db()
    asked = PriceExplanation.objects.get(state="asked")
    assert (tender.state, asked.agency) == ("selecting", second.agency)


def test_without_an_explanation_in_time_the_price_is_rejected(by: scene.Actor) -> None:
    tender, (low, second) = alerted(by, "20000", "90000")
    explanation = PriceExplanation.objects.get()
    with clock.at(DUE - timedelta(milliseconds=1)):
        deadlines.run_due()
        assert PriceExplanation.objects.get().state == "asked"
    with clock.at(DUE), pytest.raises(TooLate, match="2026-03-20 17:00"):
        services.explain(explanation, "晚了一毫秒也不行。", None, by=scene.author(low.agency))
    with clock.at(DUE):
        Client().get(reverse("tender", args=[tender.number]))  # whoever looks first applies it
    tender.refresh_from_db()
    second.refresh_from_db()
    assert (tender.state, second.state) == ("publicity", "winner")
    assert PriceExplanation.objects.get().state == "missed"


def test_a_buyer_who_keeps_silent_accepts(by: scene.Actor) -> None:
    tender, (low, _second) = alerted(by, "20000", "90000")
    explanation = given(low)
    assert explanation.decide_by == datetime(2026, 3, 23, 17, 0, tzinfo=ZONE)
    with clock.at(explanation.decide_by):
        with pytest.raises(TooLate):
            services.decide(explanation, accept=False, reason="太迟了。", by=by)
        deadlines.run_due()
    tender.refresh_from_db()
    low.refresh_from_db()
    assert (tender.state, low.state, PriceExplanation.objects.get().state) == ("publicity", "winner", "accepted")


def test_the_only_response_rejected_lets_it_fail(by: scene.Actor) -> None:
    tender, (low,) = alerted(by, "20000")
    given(low)
    with clock.at(scene.CLOSE):
        services.decide(PriceExplanation.objects.get(), accept=False, reason="低于成本。", by=by)
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "no_valid_quote")


def test_nobody_else_explains_or_decides_and_words_have_their_limits(by: scene.Actor) -> None:
    _tender, (low, other) = alerted(by, "20000", "90000")
    explanation, author = PriceExplanation.objects.get(), scene.author(low.agency)
    with clock.at(scene.CLOSE):
        with pytest.raises(NotAllowed):
            services.explain(explanation, "我来替它说。", None, by=scene.author(other.agency))
        with pytest.raises(DomainError, match="3001"):
            services.explain(explanation, "长" * 3001, None, by=author)
        with pytest.raises(DomainError):
            services.explain(explanation, "  ", None, by=author)
        with pytest.raises(WrongState):
            services.decide(explanation, accept=True, reason="还没有说明。", by=by)
    given(low)
    with clock.at(scene.CLOSE):
        with pytest.raises(AlreadyDone):
            services.explain(explanation, "再说一次。", None, by=author)
        for stranger in (scene.buyer(), author, staff("supervisor")):
            with pytest.raises(NotAllowed):
                services.decide(explanation, accept=True, reason="不是我的项目。", by=stranger)


def test_the_pages_take_the_explanation_with_its_paper_and_refuse_a_program(by: scene.Actor) -> None:
    tender, (low, other) = alerted(by, "20000", "90000")
    client, rival, buyer = Client(), Client(), Client()
    client.force_login(scene.author(low.agency).person)
    rival.force_login(scene.author(other.agency).person)
    buyer.force_login(by.person)
    path = reverse("tender_explain", args=[tender.number])
    with clock.at(scene.CLOSE):
        assert rival.get(path).status_code == 404
        assert "20,000" in client.get(path).content.decode()
        bad = client.post(path, {"text": "见附件。", "file": uploads.upload("成本.pdf", uploads.PROGRAM)})
        assert bad.status_code == 422
        assert "见附件。" in bad.content.decode()
        assert (
            client.post(path, {"text": "见附件。", "file": uploads.upload("成本.pdf", uploads.PDF)}).status_code == 302
        )
        explanation = PriceExplanation.objects.get()
        assert explanation.file is not None
        paper = f"/files/{explanation.file.pk}/"
        assert [each.get(paper, follow=True).status_code for each in (client, buyer)] == [200, 200]
        assert 200 not in [each.get(paper).status_code for each in (rival, Client())]
        decision = reverse("explanation_decide", args=[tender.number, explanation.pk])
        assert rival.get(decision).status_code == 404
        assert buyer.get(decision).status_code == 200
        assert buyer.post(decision, {"accept": "yes", "reason": ""}).status_code == 422
        assert buyer.post(decision, {"accept": "yes", "reason": "合理。"}).status_code == 302
        assert buyer.post(decision, {"accept": "no", "reason": "双击。"}).status_code == 302
    tender.refresh_from_db()
    assert tender.state == Tender.State.PUBLICITY
