"""Invited quotes: asked in one form, sealed, seen by nobody else, one picked with a reason."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.contracts.models import Contract
from marketplace.core import clock, deadlines, log
from marketplace.core.errors import AlreadyDone, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import queries, services
from marketplace.tenders.errors import BidTooLate, NoBids, NotEligible, NotInvitable, NotPublishable
from marketplace.tenders.models import Award, Bid, Invitation, Tender
from marketplace.tenders.selection import registry
from marketplace.tenders.services import disclosing
from marketplace.tenders.services.choosing import NotChoosable
from tests.agencies.scene import PDF
from tests.factories import staff
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]

TITLE = "三号厂房联合测绘询价"
REASON = "报价合理，做过同类项目"


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


def invited(by: Actor, *firms: Agency, key: uuid.UUID | None = None, **fields: Any) -> Tender:
    values = {"title": TITLE, "content": "按规范完成联合测绘。", "ceiling": Decimal(100000), "days": 10} | fields
    with clock.at(scene.MONDAY):
        return services.invite(firms, item=scene.item(), key=key or uuid.uuid4(), by=by, **values)


def opened(by: Actor, *prices: str) -> tuple[Tender, list[Bid]]:
    firms = [scene.agency() for _price in prices]
    tender = invited(by, *firms, *([scene.agency()] if len(firms) < 2 else []))
    bids = [scene.bid(tender, price, of=firm) for price, firm in zip(prices, firms, strict=True)]
    tender = scene.opened(tender)
    for bid in bids:
        bid.refresh_from_db()
    return tender, bids


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def pages(tender: Tender) -> list[str]:
    number = [tender.number]
    return [reverse(name, args=number) for name in ("tender", "tender_result", "tender_record", "award_notice")]


def texts(public: str = "public") -> str:
    return json.dumps(
        list(LogEntry.objects.filter(log=public).values("data", "actor_label", "organisation_code", "subject_label")),
        ensure_ascii=False,
    )


def test_the_invited_are_asked_and_have_the_usual_time(by: Actor) -> None:
    firms = [scene.agency(), scene.agency()]
    authors = [scene.author(firm) for firm in firms]
    tender = invited(by, *firms)
    assert (tender.state, tender.funds, tender.published_at) == ("published", "private", None)
    assert tender.number is not None
    assert tender.number.startswith("YQ-2026-")
    assert tender.closes_at == scene.CLOSE
    assert tender.public_key
    for author in authors:
        assert Message.objects.get(recipient=author.user).kind == "tenders.invited"
    assert not Message.objects.exclude(recipient__in=[author.user for author in authors]).exists()


def test_the_same_form_sent_twice_invites_once_and_nobody_takes_anothers_key(by: Actor) -> None:
    firms, key = [scene.agency(), scene.agency()], uuid.uuid4()
    first = invited(by, *firms, key=key)
    assert invited(by, *firms, key=key).pk == first.pk
    assert Invitation.objects.count() == 2
    with pytest.raises(NotAllowed):
        invited(scene.buyer(), *firms, key=key)


@pytest.mark.parametrize("number", [1, 6])
def test_two_to_five_are_asked(by: Actor, number: int) -> None:
    with pytest.raises(NotPublishable, match="2 至 5 家"):
        invited(by, *[scene.agency() for _n in range(number)])
    assert not Tender.objects.exists()


def test_who_may_not_respond_is_named_before_anything_is_sent(by: Actor) -> None:
    good, own = scene.agency(), scene.agency(organisation=by.organisation)
    unfit = scene.agency("ZJ-040")
    with pytest.raises(NotInvitable) as refused:
        invited(by, good, own, unfit)
    reports = refused.value.reports
    assert reports[good.credit_code].is_eligible
    assert [check.key for check in reports[own.credit_code].failing] == ["recusal"]
    assert not reports[unfit.credit_code].is_eligible
    assert not Tender.objects.exists()
    assert not Message.objects.exists()


def test_strangers_and_rivals_find_nothing_anywhere(by: Actor, drain: Callable[[], int]) -> None:
    firms = [scene.agency(), scene.agency()]
    tender = invited(by, *firms)
    stranger, rival = Client(), client_of(scene.author(scene.agency()))
    with clock.at(scene.MONDAY):
        drain()
        log.sequence()
        for client in (stranger, rival):
            assert [client.get(url).status_code for url in pages(tender)] == [404] * 4
            assert client.get(reverse("tender_bid", args=[tender.number])).status_code in (302, 404)
            for url in ("/", "/tenders/", "/search/?q=三号厂房", "/tenders/?q=三号厂房", "/statistics/", "/notices/"):
                page = client.get(url).content.decode()
                assert str(tender.number) not in page
                assert "联合测绘询价" not in page
            logged = client.get("/log/").content.decode()
            assert "联合测绘询价" not in logged
            assert by.organisation.name not in logged
        assert rival.get(reverse("my_bids")).content.decode().count(str(tender.number)) == 0
    assert tender not in queries.public()
    assert tender not in queries.visible_to(None)
    with pytest.raises(NoBids):
        scene.bid(tender, "80000", of=scene.agency())


def test_the_public_log_holds_hashes_only_and_they_hold(by: Actor) -> None:
    _tender, bids = opened(by, "80000", "90000")
    with clock.at(scene.CLOSE):
        services.choose(bids[0], REASON, by=by)
    public = texts()
    for secret in (TITLE, REASON, "80000", by.organisation.credit_code, bids[0].agency.credit_code, bids[0].commitment):
        assert secret not in public
    entries = LogEntry.objects.filter(log="public", action="tender.hashed_act")
    hashes = {entry.data["sha256"] for entry in entries}
    acts = [e.data for e in LogEntry.objects.filter(log="audit", action=disclosing.PRIVATE_ACT)]
    assert {disclosing.digest(act) for act in acts} == hashes
    assert [act["act"] for act in acts] == [
        "tender.invited",
        "tender.invitees",
        "tender.commitments",
        "tender.opened",
        "tender.chosen",
        "tender.award",
    ]


def test_nobody_sees_a_response_before_the_close_nor_who_else_was_asked(by: Actor) -> None:
    firms = [scene.agency(), scene.agency()]
    tender = invited(by, *firms)
    scene.bid(tender, "76543.21", of=firms[0], note="保密说明")
    with clock.at(scene.CLOSE - timedelta(minutes=1)):
        for actor in (by, staff("operator"), scene.author(firms[1])):
            for url in pages(tender)[:2]:
                page = client_of(actor).get(url, follow=True).content.decode()
                assert "76543" not in page
                assert "76,543" not in page
                assert "保密说明" not in page
        page = client_of(scene.author(firms[1])).get(pages(tender)[0]).content.decode()
        assert str(firms[0]) not in page
        assert firms[0].credit_code not in page
        assert str(firms[0]) in client_of(by).get(pages(tender)[0]).content.decode()  # who asks knows whom


def test_a_late_quote_is_refused_and_time_opens_them(by: Actor, drain: Callable[[], int]) -> None:
    firm = scene.agency()
    tender = invited(by, firm, scene.agency())
    with pytest.raises(BidTooLate):
        scene.bid(tender, "80000", of=firm, at=scene.CLOSE)
    scene.bid(tender, "80000", of=firm)
    with clock.at(scene.CLOSE):
        drain()
        tender.refresh_from_db()
        assert (tender.state, tender.chip[0]) == ("selecting", "待择定")
        assert clock.local(tender.choose_by).isoformat() == "2026-03-26T17:00:00+08:00"
        assert Message.objects.filter(recipient=by.user, kind="tenders.quotes_opened").count() == 1


def test_one_is_picked_with_a_reason_and_award_and_contract_follow(by: Actor, drain: Callable[[], int]) -> None:
    tender, bids = opened(by, "80000", "90000", "70000")
    authors = [scene.author(bid.agency) for bid in bids]
    with clock.at(scene.CLOSE):
        services.choose(bids[1], REASON, by=by)
        with pytest.raises(AlreadyDone):
            services.choose(bids[0], REASON, by=by)
        drain()
    tender.refresh_from_db()
    award = Award.objects.get(tender=tender)
    assert (tender.state, award.price, award.agency) == ("notified", Decimal(90000), bids[1].agency)
    assert Contract.objects.get(award=award).amount == Decimal(90000)
    assert tender.record["case"]["method"] == "direct"
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]
    states = [Bid.objects.get(pk=bid.pk).state for bid in bids]
    assert states == ["lost", "winner", "lost"]
    told = Message.objects.get(recipient=authors[0].user, kind="tenders.not_chosen")
    assert str(bids[1].agency) not in json.dumps(told.params)
    assert "90000" not in json.dumps(told.params)
    loser = client_of(authors[0])
    with clock.at(scene.CLOSE):
        drain()
        for url in pages(tender)[:3]:
            page = loser.get(url).content.decode()
            for other in bids[1:]:
                assert str(other.agency) not in page
                assert other.agency.credit_code not in page
                assert other.commitment not in page or url == pages(tender)[2]
            assert "90,000" not in page
            assert "70,000" not in page
        assert loser.get(pages(tender)[3]).status_code == 404
        assert client_of(authors[1]).get(pages(tender)[3]).status_code == 200
        assert Client().get(pages(tender)[3]).status_code == 404
        assert Client().get("/notices/").content.decode().count(TITLE) == 0
        assert Client().get("/").content.decode().count(TITLE) == 0


def test_only_the_buyer_picks_in_time_and_only_a_valid_quote(by: Actor) -> None:
    firms = [scene.agency(), scene.agency()]
    tender = invited(by, *firms)
    bids = [scene.bid(tender, "80000", of=firm) for firm in firms]
    Agency.objects.filter(pk=firms[1].pk).update(state="frozen")
    tender = scene.opened(tender)
    with clock.at(scene.CLOSE):
        with pytest.raises(NotAllowed):
            services.choose(bids[0], REASON, by=scene.author(bids[0].agency))
        with pytest.raises(NotChoosable):
            services.choose(bids[1], REASON, by=by)
    with clock.at(scene.CLOSE + timedelta(days=7)), pytest.raises(TooLate):
        services.choose(bids[0], REASON, by=by)


def test_not_picked_in_time_it_fails_and_all_are_told(by: Actor, drain: Callable[[], int]) -> None:
    tender, bids = opened(by, "80000", "90000")
    author, until = scene.author(bids[0].agency), tender.choose_by
    assert until is not None
    with clock.at(until - timedelta(hours=3)):
        drain()
        assert Message.objects.filter(recipient=by.user, kind="tenders.choose_soon").count() == 1
    with clock.at(until):
        drain()
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "not_chosen")
    assert not Tender.objects.exclude(pk=tender.pk).exists()  # no second announcement by itself
    for person in (by, author):
        assert Message.objects.filter(recipient=person.user, kind="tenders.invitation_failed").count() == 1
    with clock.at(until), pytest.raises(WrongState):
        services.start_again(tender, by=by)


def test_none_may_be_picked_with_a_reason(by: Actor) -> None:
    tender, bids = opened(by, "80000", "90000")
    with clock.at(scene.CLOSE):
        services.choose_none(tender, "超出预算", by=by)
        with pytest.raises(AlreadyDone):
            services.choose_none(tender, "超出预算", by=by)
    tender.refresh_from_db()
    assert (tender.fail_reason, tender.choice_reason) == ("none_chosen", "超出预算")
    assert {Bid.objects.get(pk=bid.pk).state for bid in bids} == {"lost"}


def test_nobody_quotes_and_it_fails_without_an_announcement(by: Actor, drain: Callable[[], int]) -> None:
    firm = scene.agency()
    author = scene.author(firm)
    tender = invited(by, firm, scene.agency())
    with clock.at(scene.CLOSE):
        drain()
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "no_valid_quote")
    assert Tender.objects.count() == 1
    assert Message.objects.filter(recipient=author.user, kind="tenders.invitation_failed").exists()
    assert client_of(by).get(pages(tender)[0]).status_code == 200


def test_an_agency_suspended_meanwhile_neither_quotes_nor_wins(by: Actor) -> None:
    early, late, firm = scene.agency(), scene.agency(), scene.agency()
    tender = invited(by, early, late, firm)
    author = scene.author(early)
    Agency.objects.filter(pk=early.pk).update(state="frozen")
    with pytest.raises(NotEligible):
        scene.bid(tender, "80000", of=early, by=author)
    suspended = scene.bid(tender, "70000", of=late)
    picked = scene.bid(tender, "80000", of=firm)
    Agency.objects.filter(pk=late.pk).update(state="frozen")
    tender = scene.opened(tender)
    suspended.refresh_from_db()
    assert suspended.invalid_reason == "ineligible"
    Agency.objects.filter(pk=firm.pk).update(state="frozen")
    with clock.at(scene.CLOSE), pytest.raises(NotChoosable, match="不符合条件"):
        services.choose(picked, REASON, by=by)
    tender.refresh_from_db()
    assert tender.state == "selecting"
    assert not Award.objects.exists()


def test_a_winner_who_gives_up_makes_room_for_another_choice(by: Actor, drain: Callable[[], int]) -> None:
    tender, bids = opened(by, "80000", "90000")
    with clock.at(scene.CLOSE):
        services.choose(bids[0], REASON, by=by)
        services.give_up(Tender.objects.get(pk=tender.pk), "人员不足", by=scene.author(bids[0].agency))
        tender.refresh_from_db()
        assert tender.state == "selecting"
        assert tender.choose_by is not None
        with pytest.raises(NotChoosable):
            services.choose(bids[0], REASON, by=by)
        services.choose(bids[1], "次优", by=by)
    tender.refresh_from_db()
    assert tender.award.agency == bids[1].agency
    assert registry.run(tender.record["case"]).to_json() == tender.record["outcome"]
    assert "人员不足" not in texts()


def test_cancelled_the_invited_are_told_and_nothing_is_opened(by: Actor) -> None:
    firm = scene.agency()
    author = scene.author(firm)
    tender = invited(by, firm, scene.agency())
    bid = scene.bid(tender, "80000", of=firm)
    with clock.at(scene.MONDAY):
        services.cancel(tender, "项目暂停", by=by)
    bid.refresh_from_db()
    assert (bid.state, bid.price) == ("void", None)
    assert Message.objects.filter(recipient=author.user, kind="tenders.invitation_cancelled").exists()
    assert "项目暂停" not in texts()


def test_no_amendment_goes_to_the_market(by: Actor) -> None:
    tender = invited(by, scene.agency(), scene.agency())
    with clock.at(scene.MONDAY), pytest.raises(WrongState):
        services.amend(tender, {"content": "改了"}, [], [], reason="补充", by=by)


def test_everybody_who_took_part_fetches_what_concerns_them(by: Actor) -> None:
    tender, bids = opened(by, "80000", "90000")
    with clock.at(scene.CLOSE):
        services.choose(bids[0], REASON, by=by)
        url = pages(tender)[2]
        whole = client_of(by).get(url).json()
        mine = client_of(scene.author(bids[1].agency)).get(url).json()
    assert registry.run(whole["case"]).to_json() == whole["outcome"]
    assert {act["act"] for act in mine["acts"]} == {"tender.invited", "tender.commitments"}
    assert "case" not in mine
    assert bids[0].agency.credit_code not in json.dumps(mine)
    public = texts()
    for act in (*whole["acts"], *mine["acts"]):
        assert disclosing.digest({k: v for k, v in act.items() if k != "sha256"}) == act["sha256"]
        assert act["sha256"] in public


def test_reminders_go_to_all_invited_alike(by: Actor, drain: Callable[[], int]) -> None:
    firms = [scene.agency(), scene.agency()]
    authors = [scene.author(firm) for firm in firms]
    tender = invited(by, *firms)
    scene.bid(tender, "80000", of=firms[0], at=scene.MONDAY)
    with clock.at(scene.CLOSE - timedelta(hours=20)):
        drain()
    for author in authors:
        assert Message.objects.filter(recipient=author.user, kind="tenders.invitation_closing").count() == 1


def test_deadlines_of_an_invitation_are_its_own(by: Actor) -> None:
    invited(by, scene.agency(), scene.agency())
    assert {"tenders.choice", "tenders.choice_reminder", "tenders.invitation_reminder"} <= set(deadlines.kinds())


def sent(by: Actor, *firms: Agency, **more: Any) -> dict[str, Any]:
    values = {
        "act": "send",
        "a": [firm.credit_code for firm in firms],
        "item": "ZJ-030",
        "content": "按规范完成联合测绘。",
        "response_days": "3",
        "contact_name": "王工",
        "contact_phone": "0739-5551234",
        "complaint_phone": "0739-5220000",
        "is_private": "on",
        "key": str(uuid.uuid4()),
    }
    return values | more


def test_the_form_asks_checks_and_sends(by: Actor) -> None:
    firms, unfit = [scene.agency(), scene.agency()], scene.agency("ZJ-040")
    buyer, url = client_of(by), reverse("tender_invite")
    with clock.at(scene.MONDAY):
        page = buyer.get(url, {"a": [firm.credit_code for firm in firms]}).content.decode()
        assert page.count("符合条件") >= 2
        assert "完成联合测绘" in page
        added = sent(by, *firms, act="add", more=unfit.organisation.name)
        page = buyer.post(url, added).content.decode()
        assert "有机构不符合条件" in page
        assert "王工" in page
        answer = buyer.post(url, sent(by, *firms, unfit))
        assert answer.status_code == 422
        assert not Tender.objects.exists()
        public = sent(by, *firms)
        del public["is_private"]
        assert "财政性或国有资金请发起公开采购" in buyer.post(url, public).content.decode()
        values = sent(by, *firms)
        assert buyer.post(url, values).status_code == 302
        assert buyer.post(url, values).status_code == 302
    (tender,) = Tender.objects.all()
    assert {each.agency for each in tender.invitations.all()} == set(firms)
    assert (tender.days, tender.ceiling) == (scene.item().days, None)


def test_the_buyer_compares_and_picks_on_one_page(by: Actor) -> None:
    tender, bids = opened(by, "80000", "90000")
    buyer, url = client_of(by), reverse("tender_choose", args=[tender.number])
    with clock.at(scene.CLOSE):
        page = buyer.get(reverse("tender_result", args=[tender.number])).content.decode()
        assert "¥80,000" in page
        assert "¥90,000" in page
        assert "最优" in page
        for wrong in ({"act": "choose", "reason": REASON}, {"act": "choose", "bid": str(bids[0].pk)}):
            assert buyer.post(url, wrong).status_code == 422
        rival = client_of(scene.author(bids[1].agency))
        assert rival.post(url, {"act": "choose", "bid": str(bids[1].pk), "reason": "我"}).status_code == 404
        values = {"act": "choose", "bid": str(bids[0].pk), "reason": REASON}
        assert [buyer.post(url, values).status_code for _twice in range(2)] == [302, 302]
    assert Award.objects.get(tender=tender).bid == bids[0]


def test_the_invited_find_it_on_their_desk(by: Actor) -> None:
    firm = scene.agency()
    tender = invited(by, firm, scene.agency())
    with clock.at(scene.MONDAY):
        page = client_of(scene.author(firm)).get(reverse("my_bids")).content.decode()
        other = client_of(scene.author(scene.agency())).get(reverse("my_bids")).content.decode()
    assert str(tender.number) in page
    assert "邀请贵单位报价" in page
    assert str(tender.number) not in other


# --- files and questions ----------------------------------------------------------------------------------------------
def test_files_go_with_the_request_and_stay_while_it_is_filled_in(by: Actor) -> None:
    firms = [scene.agency(), scene.agency()]
    client, path = client_of(by), reverse("tender_invite")
    sent = {
        "item": scene.ITEM, "content": "按规范完成联合测绘。", "days": "10", "response_days": "3",
        "contact_name": "王工", "contact_phone": "13900000000", "complaint_phone": "0739-5220000",
        "is_private": "on", "key": str(uuid.uuid4()),
        "a": [firm.credit_code for firm in firms],
    }  # fmt: skip
    with clock.at(scene.MONDAY):
        paper = SimpleUploadedFile("任务书.pdf", PDF, content_type="application/pdf")
        answer = client.post(path, sent | {"act": "add", "attachments": [paper]})
        assert "任务书.pdf" in answer.text
        (token,) = re.findall(r'name="kept" value="([^"]+)"', answer.text)
        stranger = client_of(scene.buyer())
        assert "任务书.pdf" not in stranger.post(path, sent | {"act": "add", "kept": [token]}).text
        assert client.post(path, sent | {"act": "send", "kept": [token, "x"]}).status_code == 302
        tender = Tender.objects.get()
        stored = tender.attachments.get()
        url = reverse("file", args=[stored.pk])
        assert client_of(scene.author(firms[0])).get(url).status_code == 200
        for other in (scene.author(scene.agency()), scene.buyer()):
            assert client_of(other).get(url).status_code in (403, 404)
    assert "任务书" not in texts()


def test_questions_are_asked_without_a_name_and_answered_to_all_invited(by: Actor, drain: Callable[[], int]) -> None:
    firms = [scene.agency(), scene.agency()]
    authors = [scene.author(firm) for firm in firms]
    rival = scene.agency()
    tender = invited(by, *firms)
    with clock.at(scene.MONDAY):
        drain()
        client = client_of(authors[0])
        path = reverse("tender_ask", args=[tender.number])
        assert "不公开" in client.get(path).text
        form = {"text": "面积以哪份图纸为准？", "key": str(uuid.uuid4())}
        assert client.post(path, form).status_code == 302
        assert client_of(scene.author(rival)).post(path, form | {"key": str(uuid.uuid4())}).status_code == 404
        with pytest.raises(NotAllowed):
            services.ask(tender, rival, "谁在报价？", key=uuid.uuid4(), by=scene.author(rival))
        question = tender.questions.get()
        buyer = client_of(by)
        page = buyer.get(reverse("question_answer", args=[tender.number, question.pk])).text
        assert firms[0].organisation.name not in page
        assert buyer.post(page_of(tender, question), {"answer": "以附件一为准。"}).status_code == 302
        drain()
        for author in authors:
            assert Message.objects.filter(recipient=author.user, kind="tenders.answered").count() == 1
            assert "以附件一为准。" in client_of(author).get(reverse("tender", args=[tender.number])).text
    for secret in ("面积以哪份图纸为准", "以附件一为准"):
        assert secret not in texts()


def page_of(tender: Tender, question: Any) -> str:
    return reverse("question_answer", args=[tender.number, question.pk])


def test_an_invitation_stands_in_no_list_that_anybody_can_fetch(by: Actor, drain: Callable[[], int]) -> None:
    tender = invited(by, scene.agency(), scene.agency())
    paths = [
        "/sitemap.xml",
        "/robots.txt",
        "/api/search/?q=三号厂房",
        "/log/entries.json",
        "/statistics/",
        "/notices/",
        "/",
    ]
    with clock.at(scene.MONDAY):
        drain()
        log.sequence()
        for client in (Client(), client_of(scene.author(scene.agency())), client_of(scene.buyer())):
            for path in [*paths, "/payments/", "/contracts/", "/desk/", "/tenders/?q=三号厂房", "/search/?q=三号厂房"]:
                answer = client.get(path, follow=True)
                assert TITLE not in b"".join(answer).decode(), path
        assert reverse("tender_ocds", args=[tender.number])
        assert Client().get(reverse("tender_ocds", args=[tender.number])).status_code == 404


def test_the_free_words_about_an_invited_contract_are_not_public(by: Actor) -> None:
    """They would name the buyer and the work, which the rest of the agency's page keeps to the two."""
    from marketplace.contracts.services.reviews import _public_text

    tender, _bids = opened(by, "70000", "80000")
    contract = Contract(award=Award(tender=tender))
    assert _public_text(contract, "王总的三号厂房做得很好") == ""
    tender.method = "lowest_price"
    assert _public_text(contract, "很好") == "很好"
