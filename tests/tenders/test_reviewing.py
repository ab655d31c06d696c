"""Proposals: a panel scores what is anonymised and still sealed, nobody reads a sheet before all are in."""

import copy
import io
import uuid
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, log
from marketplace.core.errors import AlreadyDone, NotAllowed, TooLate, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.tenders import sealing, services
from marketplace.tenders.documents import Document
from marketplace.tenders.errors import OfferRefused, ReasonMissing
from marketplace.tenders.models import Award, Review, Reviewer, Tender
from marketplace.tenders.proceeding_tasks import desk_tasks
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.selection.proposal import ProposalSettings
from marketplace.tenders.services.reviewing import SheetIncomplete, UnfitReviewer, letter_of
from tests.factories import MembershipFactory, UserFactory, member, staff
from tests.tenders import outside, panel, scene
from tests.tenders.test_forms import log_in
from tests.tenders.test_selection_record import holds, record_of, resigned, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
DURING = scene.CLOSE + timedelta(hours=1)
PRICES = ("71234.56", "82345.67", "93456.78")


def closed(n: int = 3, prices: tuple[str, ...] = PRICES, **fields: Any) -> tuple[Tender, Actor]:
    """A closed tender whose panel of `n` may score now."""
    by = scene.buyer()
    tender = scene.published(by, method="proposal", **fields)
    panel.named(tender, by, n)
    for price in prices:
        scene.bid(tender, price)
    return scene.opened(tender), by


def reviewers(tender: Tender) -> list[Reviewer]:
    return list(tender.reviewers.filter(state__in=Reviewer.ACTIVE).select_related("person"))


def page(number: Any, name: str) -> str:
    return reverse(name, args=[number])


def form_of(tender: Tender, go: str, points: str = "10") -> dict[str, str]:
    found = {"go": go}
    for letter in Review.objects.get(tender=tender).letters.values():
        for n in range(4):
            found |= {f"p-{letter}-{n}": points, f"r-{letter}-{n}": "条理清楚。"}
    return found


def test_the_whole_way_and_the_best_mean_wins() -> None:
    tender, _by = closed()
    assert (tender.state, tender.chip[0], tender.opened_at) == ("closed", "待评审", None)
    letters = Review.objects.get(tender=tender).letters
    first, *others = reviewers(tender)
    panel.submitted(tender, first, {"A": 10, "B": 20, "C": 90})
    for one in others:
        panel.submitted(tender, one, {"A": 60, "B": 50, "C": 40})
    tender.refresh_from_db()
    assert tender.state == "publicity"
    best = next(code for code, letter in letters.items() if letter == "C")
    assert tender.record["outcome"]["ranking"][0] == best
    quote = next(q for q in tender.record["case"]["quotes"] if q["agency"] == best)
    assert quote["scores"] == {"r1": "90.00", "r2": "40.00", "r3": "40.00"}
    tender = scene.noticed(tender)
    assert Award.objects.get(tender=tender).agency.credit_code == best
    assert holds(record_of(tender))
    text = Client().get(page(tender.number, "tender_result")).content.decode()
    assert "评分表" in text
    assert str(first.person) in text
    assert "C 第 0 项。" in text


def test_the_panel_and_the_sheet_are_filled_in_on_their_pages() -> None:
    by = scene.buyer()
    tender = scene.published(by, method="proposal", method_settings={"reviewers": 3})
    people = [UserFactory() for _ in range(3)]
    path, mine = page(tender.number, "tender_panel"), page(tender.number, "tender_review")
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        client = log_in(by)
        assert any(task.url == path for task in desk_tasks(by))
        announced = Client().get(page(tender.number, "tender")).content.decode()
        assert "服务方案 40" in announced
        assert client.post(path, {"contact": "13900000000"}).status_code == 422
        for person in people:
            assert client.post(path, {"contact": person.username}).status_code == 302
        assert client.post(path, {"contact": UserFactory().username}).status_code == 302  # nothing is open
        assert tender.reviewers.count() == 3
        assert log_in(scene.buyer()).get(path).status_code == 404
        assert any(task.url == mine for task in desk_tasks(Actor.of(people[0])))
        for person in people:
            assert log_in(Actor.of(person)).post(mine, {"go": "accept"}).status_code == 302
        assert not desk_tasks(Actor.of(people[0]))
    for price in PRICES:
        scene.bid(tender, price)
    scene.opened(tender)
    with clock.at(DURING):
        assert any(task.url == mine for task in desk_tasks(Actor.of(people[0])))
        for n, person in enumerate(people):
            client = log_in(Actor.of(person))
            assert "方案 A" in client.get(mine).content.decode()
            assert client.post(mine, {"go": "save", "p-A-0": "41"}).status_code == 422
            assert client.post(mine, {"go": "save", "p-A-0": "40", "r-A-0": "好。"}).status_code == 302
            assert "40.00" in client.get(mine).content.decode()
            assert client.post(mine, {"go": "submit", "p-A-0": "39"}).status_code == 422
            assert client.post(mine, form_of(tender, "submit", str(10 + n))).status_code == 302
            assert client.post(mine, form_of(tender, "submit", "1")).status_code in (200, 302)
            assert client.get(mine).status_code == 200
        assert [one.sheet["A"][0]["points"] for one in reviewers(tender)] == ["10.00", "11.00", "12.00"]
        assert "评分表" in Client().get(page(tender.number, "tender_result")).content.decode()
        assert client.get(path).status_code == 404
        assert log_in(by).get(path).status_code == 200


def test_nobody_learns_a_sheet_a_price_or_a_name_before_all_are_in() -> None:
    tender, by = closed()
    first, second, third = reviewers(tender)
    with clock.at(DURING):
        sheet = panel.sheet(tender, {"A": 33})
        sheet["A"][0]["remark"] = "机密评语。"
        services.save_sheet(first, sheet, submit=True, by=Actor.of(first.person))
        names = [str(bid.agency) for bid in tender.bids.all()] + [bid.agency.credit_code for bid in tender.bids.all()]
        secrets = [*names, "机密评语。", *PRICES, "71,234", "13.20"]
        urls = [
            page(tender.number, name) for name in ("tender", "tender_result", "tender_opening", "tender_opening_json")
        ]
        urls += [page(tender.number, "tender_record"), page(tender.number, "tender_panel"), reverse("public_log")]
        urls += [page(tender.number, "tender_review")]
        log.sequence()
        for client in (Client(), log_in(by), log_in(Actor.of(second.person)), log_in(scene.buyer())):
            for url in urls:
                text = client.get(url, follow=True).content.decode()
                assert [each for each in secrets if each in text] == [], url
        public = LogEntry.objects.filter(log=LogEntry.Log.PUBLIC)
        assert not [e for e in public for each in secrets if each in str(e.data)]
        assert not [m for m in Message.objects.all() for each in secrets if each in str(m.params)]
        assert tender.bids.filter(price__isnull=False).count() == 0
    panel.submitted(tender, second)
    panel.submitted(tender, third)
    assert "机密评语。" in Client().get(page(tender.number, "tender_result")).content.decode()


def test_strangers_the_buyer_and_who_left_reach_no_reviewers_page() -> None:
    tender, by = closed()
    one = reviewers(tender)[0]
    mine, files = page(tender.number, "tender_review"), reverse("review_documents", args=[tender.number, "A"])
    with clock.at(DURING):
        for actor in (by, scene.buyer(), Actor.of(UserFactory())):
            assert log_in(actor).get(mine).status_code == 404
            assert log_in(actor).get(files).status_code == 404
            assert log_in(actor).post(mine, form_of(tender, "submit")).status_code == 404
        assert Client().get(mine).status_code == 302
        with pytest.raises(NotAllowed):
            services.save_sheet(one, panel.sheet(tender), submit=True, by=by)
        client = log_in(Actor.of(one.person))
        assert client.post(mine, {"go": "recuse", "reason": " "}).status_code == 422
        assert client.post(mine, {"go": "recuse", "reason": "认出了亲属所在的机构。"}).status_code == 302
        assert client.get(mine).status_code == 404
        assert client.get(files).status_code == 404


def test_a_recused_seat_is_filled_again_with_a_reason_that_is_public() -> None:
    tender, by = closed()
    one = reviewers(tender)[0]
    with clock.at(DURING):
        services.recuse_reviewer(one, "认出了亲属所在的机构。", by=Actor.of(one.person))
        tender.refresh_from_db()
        path = page(tender.number, "tender_panel")
        assert any(task.url == path for task in desk_tasks(by))
        with pytest.raises(ReasonMissing):
            services.name_reviewer(tender, UserFactory().username, " ", by=by)
        with pytest.raises(UnfitReviewer):
            services.name_reviewer(tender, one.person.username, "再请一次。", by=by)
        new = panel.one_named(tender, by, "原评审人回避。")
        assert new.seat == one.seat
    tender = panel.reviewed(tender)
    record = record_of(scene.noticed(tender))
    assert holds(record)
    acts = [proof["entry"] for proof in record["entries"]]
    assert [e["data"] for e in acts if e["action"] == "tender.reviewer_replaced"] == [
        {"seat": one.key, "reason": "原评审人回避。"}
    ]
    assert "亲属" not in str(record)


def test_a_late_reviewer_is_replaced_and_a_panel_that_nobody_fills_fails() -> None:
    tender, by = closed()
    first, second, third = reviewers(tender)
    panel.submitted(tender, first)
    panel.submitted(tender, second)
    tender.refresh_from_db()
    late_at = tender.review_by
    assert late_at is not None
    with clock.at(late_at - timedelta(minutes=1)):
        services.end_review(str(tender.pk))
    third.refresh_from_db()
    assert third.state == "ready"
    with clock.at(late_at), pytest.raises(TooLate):
        services.save_sheet(third, panel.sheet(tender), submit=True, by=Actor.of(third.person))
    with clock.at(late_at):
        services.end_review(str(tender.pk))
        services.end_review(str(tender.pk))
    third.refresh_from_db()
    tender.refresh_from_db()
    assert (third.state, tender.chip[0]) == ("late", "待评审")
    assert tender.review_by > late_at
    with clock.at(late_at + timedelta(minutes=5)):
        with pytest.raises(WrongState):
            services.save_sheet(third, panel.sheet(tender), submit=True, by=Actor.of(third.person))
        new = panel.one_named(tender, by, "原评审人逾期。")
    panel.submitted(tender, new)
    tender.refresh_from_db()
    assert tender.state == "publicity"
    assert holds(record_of(scene.noticed(tender)))


def test_without_a_panel_in_time_it_fails_and_stays_sealed() -> None:
    by = scene.buyer()
    tender = scene.published(by, method="proposal")
    for price in PRICES:
        scene.bid(tender, price)
    tender = scene.opened(tender)
    assert tender.review_by is not None
    with clock.at(tender.review_by):
        assert Client().get(page(tender.number, "tender")).status_code == 200  # a reader brings it up to date
    tender.refresh_from_db()
    assert (tender.state, tender.fail_reason) == ("failed", "not_reviewed")
    assert set(tender.bids.values_list("state", "price")) == {("void", None)}
    assert holds(record_of(tender))
    with clock.at(tender.closes_at + timedelta(days=9)), pytest.raises(WrongState):
        services.name_reviewer(tender, UserFactory().username, "", by=by)


def test_who_may_sit_on_a_panel() -> None:
    by = scene.buyer()
    tender = scene.published(by, method="proposal")
    firm = scene.agency()
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        with pytest.raises(NotAllowed):
            services.name_reviewer(tender, UserFactory().username, "", by=scene.buyer())
        with pytest.raises(UnfitReviewer):
            services.name_reviewer(tender, scene.author(firm).person.username, "", by=by)
        services.name_reviewer(tender, by.person.username, "", by=by)
        colleague = member(MemberRole.BUYER, organisation=tender.buyer)
        with pytest.raises(UnfitReviewer):  # one of three from the buyer
            services.name_reviewer(tender, colleague.person.username, "", by=by)
        other = services.name_reviewer(tender, UserFactory().username, "", by=by)
        services.name_reviewer(tender, UserFactory().username, "", by=by)
        with pytest.raises(AlreadyDone):
            services.name_reviewer(tender, UserFactory().username, "", by=by)
    roles = [MemberRole.BID_AUTHOR.value]
    MembershipFactory(user=other.person, organisation=firm.organisation, roles=roles)  # joins a responding agency later
    scene.bid(tender, PRICES[0], of=firm)
    scene.bid(tender, PRICES[1])
    scene.bid(tender, PRICES[2])
    scene.opened(tender)
    other.refresh_from_db()
    assert other.state == "recused"


def test_a_sheet_is_whole_within_its_weights_and_final() -> None:
    tender, _by = closed()
    one = reviewers(tender)[0]
    who = Actor.of(one.person)
    with clock.at(DURING):
        part = panel.sheet(tender)
        part["A"][0]["points"] = ""
        with pytest.raises(SheetIncomplete):
            services.save_sheet(one, part, submit=True, by=who)
        for points in ("40.01", "-1", "1.234", "x"):
            part["A"][0]["points"] = points
            with pytest.raises(ValueError, match=points):
                services.save_sheet(one, part, submit=False, by=who)
        services.save_sheet(one, panel.sheet(tender), submit=True, by=who)
        with pytest.raises(AlreadyDone):
            services.save_sheet(one, panel.sheet(tender, {"A": 1}), submit=True, by=who)


def test_without_a_proposal_there_is_nothing_to_score() -> None:
    """Whoever seals: that something is enclosed the server sees, and says so before anything is stored."""
    tender, firm = scene.published(method="proposal"), scene.agency()
    envelope = sealing.Envelope(str(tender.number), firm.credit_code, PRICES[0], 8, "", "ab" * 32, "cd" * 32)
    sealed = sealing.seal(tender.public_key, envelope)
    offer = services.Offer(Decimal(PRICES[0]), 8)
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        for place in (
            lambda key, by: services.place_bid(tender, firm, offer, idempotency_key=key, by=by),
            lambda key, by: services.place_sealed(tender, firm, sealed, idempotency_key=key, by=by),
        ):
            with pytest.raises(OfferRefused) as refused:
                place(uuid.uuid4(), scene.author(firm))
            assert refused.value.field == "documents"
    assert not tender.bids.exists()


def test_documents_come_under_neutral_names() -> None:
    by = scene.buyer()
    tender = scene.published(by, method="proposal")
    panel.named(tender, by)
    firm = scene.agency()
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        offer = services.Offer(Decimal(PRICES[0]), 8, "", documents=(Document("某某公司方案.PDF", b"content"),))
        services.place_bid(tender, firm, offer, idempotency_key=uuid.uuid4(), by=scene.author(firm))
    scene.bid(tender, PRICES[1])
    scene.bid(tender, PRICES[2])
    tender = scene.opened(tender)
    letter = Review.objects.get(tender=tender).letters[firm.credit_code]
    client = log_in(Actor.of(reviewers(tender)[0].person))
    with clock.at(DURING):
        answer = client.get(reverse("review_documents", args=[tender.number, letter]))
        assert client.get(reverse("review_documents", args=[tender.number, "D"])).status_code == 404
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == [(f"{letter}-1.pdf", b"content")]
    assert firm.credit_code not in str(answer.headers)
    tender = panel.reviewed(tender)
    assert holds(record_of(scene.noticed(tender)))


def sheet_lies(record: Any) -> list[Any]:
    """Records of a site that lies about its sheets, or about what they give, and signs it."""

    def lie(*at: Any, to: Any, action: str = "tender.sheets") -> Any:
        made = copy.deepcopy(record)
        place = next(p["entry"]["data"] for p in made["entries"] if p["entry"]["action"] == action)
        for step in at[:-1]:
            place = place[step]
        if to is None:
            del place[at[-1]]
        else:
            place[at[-1]] = to
        return resigned(made)

    sheets = next(p["entry"]["data"] for p in record["entries"] if p["entry"]["action"] == "tender.sheets")
    code = next(iter(sheets["letters"]))
    without = copy.deepcopy(record)
    without["entries"] = [p for p in without["entries"] if p["entry"]["action"] != "tender.sheets"]
    return [
        lie("sheets", code, "r1", 0, "points", to="0.00"),
        lie("sheets", code, "r1", 0, "points", to="40.50"),
        lie("sheets", code, "r1", to=None),
        lie("sheets", code, to=None),
        lie("reviewers", "r2", to=None),
        lie("case", "quotes", 0, "scores", "r1", to="1.00", action="tender.opened"),
        lie("selection", "settings", "criteria", 0, "weight", to="1", action="tender.publish"),
        lie("selection", "settings", "reviewers", to=3, action="tender.publish"),
        resigned(without),
    ]


def reviewed_record() -> Any:
    """The record of an awarded purchase with five reviewers."""
    tender, _by = closed(5, method_settings={"reviewers": 5})
    return record_of(scene.noticed(panel.reviewed(tender)))


def test_a_lie_about_the_sheets_is_found() -> None:
    record = reviewed_record()
    assert holds(resigned(record))
    for n, made in enumerate(sheet_lies(record)):
        assert "case" in wrong(verify(made)), n


def test_letters_go_on_after_z() -> None:
    assert [letter_of(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("服务方案 60\n团队 40", True),
        ("服务方案：60 分\n团队 40%", True),
        ("服务方案 60\n团队 30", False),
        ("服务方案 60\n服务方案 40", False),
        ("服务方案", False),
        ("", True),
    ],
)
def test_criteria_are_typed_one_a_line(text: str, right: bool) -> None:
    form = ProposalSettings({"criteria": text, "reviewers": "5"})
    assert form.is_valid() is right
    if right and text:
        criteria = form.to_settings()["criteria"]
        assert [one["weight"] for one in criteria] == ["60", "40"]
        again = ProposalSettings(initial=form.to_settings())
        assert "60" in again["criteria"].value()


@pytest.mark.parametrize("sheets_first", [True, False])
def test_randomness_from_outside_and_the_sheets_may_come_in_either_order(sheets_first: bool) -> None:
    by = scene.buyer()
    tender = outside.by_lottery("proposal", method_settings={}, by=by)
    panel.named(tender, by)
    tender = outside.signed_up(tender)
    drawn = outside.DRAWN_AT + timedelta(minutes=5)

    def value() -> None:
        for _ in range(2):
            with clock.at(drawn):
                services.give_value(tender.drawing, "0102030405", by=staff())

    def sheets() -> None:
        with clock.at(drawn - timedelta(hours=3) if sheets_first else drawn + timedelta(hours=1)):
            for one in reviewers(tender):
                services.save_sheet(one, panel.sheet(tender), submit=True, by=Actor.of(one.person))

    first, second = (sheets, value) if sheets_first else (value, sheets)
    first()
    tender.refresh_from_db()
    assert (tender.state, tender.chip[0]) == ("closed", "待随机源" if sheets_first else "待评审")
    second()
    tender.refresh_from_db()
    assert tender.state == "publicity"
    assert holds(record_of(scene.noticed(tender)))


def test_a_mistyped_reviewer_is_taken_back_before_the_review_begins() -> None:
    by = scene.buyer()
    tender = scene.published(by, method="proposal")
    with clock.at(scene.MONDAY):
        wrong_one = services.name_reviewer(tender, UserFactory().username, "", by=by)
        with pytest.raises(NotAllowed):
            services.take_back_reviewer(wrong_one, by=scene.buyer())
        client, path = log_in(by), page(tender.number, "tender_panel")
        assert "撤回对" in client.get(path).text
        assert client.post(path, {"take_back": "9" * 30}).status_code == 404
        assert client.post(path, {"take_back": str(wrong_one.pk)}).status_code == 302
        assert Message.objects.filter(recipient=wrong_one.person, kind="tenders.review_taken_back").count() == 1
        with pytest.raises(AlreadyDone):
            services.take_back_reviewer(wrong_one, by=by)
        assert log_in(Actor.of(wrong_one.person)).get(page(tender.number, "tender_review")).status_code == 404
        assert services.name_reviewer(tender, UserFactory().username, "", by=by).seat == wrong_one.seat  # no reason
        again = services.name_reviewer(tender, wrong_one.person.username, "", by=by)
    one = again
    with clock.at(scene.CLOSE), pytest.raises(WrongState):
        services.take_back_reviewer(one, by=by)
