"""Attacks on two-person release, outside randomness, the words of an announcement and the inspectors' record."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from marketplace.accounts.actors import Actor, OwnCase
from marketplace.accounts.models import Organisation, Shareholding
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, log
from marketplace.core.errors import NotAllowed
from marketplace.core.models import LogEntry
from marketplace.tenders import services
from marketplace.tenders.errors import ReasonMissing
from marketplace.tenders.models import Bid, HeldBid, Recusal, Tender, Trace
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.rules.lint import lint
from marketplace.tenders.services import checks, seeding, tracing
from marketplace.tenders.services.missing import NotMissingYet as TooEarly
from marketplace.tenders.services.releasing import AmendedSince
from tests.factories import MembershipFactory, OrganisationFactory, member, staff
from tests.tenders import outside, scene
from tests.tenders.test_amendments import NEW_CLOSE, amended
from tests.tenders.test_forms import log_in
from tests.tenders.test_selection_record import holds, record_of, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
DRAWN = outside.DRAWN_AT + timedelta(minutes=5)


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


@pytest.fixture
def tender(by: Actor) -> Tender:
    return scene.published(by)


def releaser_of(held: HeldBid) -> Actor:
    return member(MemberRole.RELEASER, organisation=held.agency.organisation)


# --- release by a second person ---------------------------------------------------------------------------------------
def test_what_waits_for_release_stays_hidden_when_an_amendment_moves_the_close(tender: Tender, by: Actor) -> None:
    """The audit log named the firm at the old close, while the tender still took responses."""
    held = scene.held(tender, "80000", at=scene.MONDAY)
    amended(tender, by, days=8)
    with clock.at(scene.CLOSE):
        log.sequence()
        assert not log.history(held).exists()
    with clock.at(NEW_CLOSE):
        assert log.history(held).exists()


def test_who_stands_aside_stays_hidden_when_an_amendment_moves_the_close(tender: Tender, by: Actor) -> None:
    firm = scene.agency()
    with clock.at(scene.MONDAY):
        services.declare_recusal(tender, firm, "股东任职", by=scene.author(firm))
    amended(tender, by, days=8)
    with clock.at(scene.CLOSE):
        log.sequence()
        assert not log.history(Recusal.objects.get()).exists()


def test_a_response_sealed_before_an_amendment_is_not_released_as_if_its_author_knew_it(
    tender: Tender, by: Actor
) -> None:
    """Its receipt named an amendment which its author had never seen, and nobody had to confirm it."""
    held = scene.held(tender, "80000", at=scene.MONDAY)
    amended(tender, by, days=8)
    with clock.at(scene.CLOSE - timedelta(hours=1)), pytest.raises(AmendedSince):
        services.release_bid(held, by=releaser_of(held))
    assert not Bid.objects.exists()


def test_no_button_releases_what_an_amendment_has_overtaken(tender: Tender, by: Actor) -> None:
    held = scene.held(tender, "80000", at=scene.MONDAY)
    amended(tender, by, days=8)
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        page = log_in(releaser_of(held)).get(reverse("held_bid", args=[held.pk])).text
    assert 'name="release"' not in page
    assert 'name="return"' in page
    assert "封存以后公告有实质性变更" in page


def test_an_amendment_of_a_phone_number_keeps_nobody_from_releasing(tender: Tender, by: Actor) -> None:
    held = scene.held(tender, "80000", at=scene.MONDAY)
    amended(tender, by, contact_phone="0739-5559999")
    with clock.at(scene.CLOSE - timedelta(hours=1)):
        assert services.release_bid(held, by=releaser_of(held)).state == Bid.State.SEALED


def test_one_person_with_two_organisations_does_not_release_from_the_other(tender: Tender) -> None:
    held = scene.held(tender, "80000", at=scene.MONDAY)
    other = OrganisationFactory()
    MembershipFactory(user=held.author, organisation=other, roles=[MemberRole.ADMINISTRATOR.value])
    with clock.at(scene.CLOSE - timedelta(hours=1)), pytest.raises(NotAllowed):
        services.release_bid(held, by=Actor.of(held.author, other))


# --- outside randomness -----------------------------------------------------------------------------------------------
def test_an_officer_who_belongs_to_a_firm_that_responded_gives_no_value() -> None:
    """Only the buyer's own people had to step back."""
    tender = outside.signed_up(outside.by_lottery())
    officer, bid = staff("operator"), tender.bids.first()
    assert bid is not None
    MembershipFactory(user=officer.person, organisation=bid.agency.organisation)
    with clock.at(DRAWN), pytest.raises(OwnCase):
        services.give_value(tender.drawing, "0311", by=officer)


def test_an_officer_who_does_not_confirm_the_digits_gains_no_other_issue() -> None:
    tender = outside.signed_up(outside.by_lottery())
    with clock.at(DRAWN):
        services.give_value(tender.drawing, "03111722283109", by=staff("operator"))
    with clock.at(outside.DRAWN_AT + timedelta(hours=20)):
        seeding.end_patience(str(tender.drawing.pk))
    tender.drawing.refresh_from_db()
    assert not tender.drawing.is_successor
    after_the_next = DRAWN + timedelta(days=3)
    with clock.at(after_the_next):
        assert services.give_value(tender.drawing, "03 11 17 22 28 31 09", by=staff("supervisor"))
    tender.drawing.refresh_from_db()
    assert tender.drawing.value["issue"] == outside.LOTTERY["issue"]


def test_silence_of_all_officers_lets_no_other_issue_count() -> None:
    tender = outside.signed_up(outside.by_lottery())
    with clock.at(outside.DRAWN_AT + timedelta(days=5)):
        seeding.end_patience(str(tender.drawing.pk))
        assert not services.declare_missing(tender.drawing, "当期停售。", by=staff("operator"))
    tender.drawing.refresh_from_db()
    assert not tender.drawing.is_successor


def test_the_next_issue_counts_when_two_people_say_openly_that_there_was_no_draw() -> None:
    tender = outside.signed_up(outside.by_lottery())
    one, late = staff("operator"), outside.DRAWN_AT + timedelta(hours=20)
    with clock.at(late - timedelta(seconds=1)), pytest.raises(TooEarly):
        services.declare_missing(tender.drawing, "当期停售，见彩票中心公告。", by=one)
    with clock.at(late):
        with pytest.raises(ReasonMissing):
            services.declare_missing(tender.drawing, " ", by=one)
        for _ in range(2):
            assert not services.declare_missing(tender.drawing, "当期停售，见彩票中心公告。", by=one)
        assert services.declare_missing(tender.drawing, "当期未开奖，公告第 5 号。", by=staff("supervisor"))
    said = LogEntry.objects.get(log="public", action="tender.source_missed").data
    assert said["reasons"] == ["当期停售，见彩票中心公告。", "当期未开奖，公告第 5 号。"]
    assert said["typed"] == []
    for _ in range(2):
        with clock.at(outside.DRAWN_AT + timedelta(days=2, minutes=5)):
            services.give_value(tender.drawing, "0311", by=staff("operator"))
    record = record_of(Tender.objects.get(pk=tender.pk))
    assert holds(record)
    for lie in outside.unexplained(record):
        assert "seed" in wrong(verify(lie))


def test_who_has_typed_digits_keeps_the_next_issue_from_counting_unless_the_supervision_says_otherwise() -> None:
    """Two officers could have overruled the one who had typed the true digits."""
    tender = outside.signed_up(outside.by_lottery())
    typist = staff("operator")
    with clock.at(DRAWN):
        services.give_value(tender.drawing, "0311", by=typist)
    with clock.at(DRAWN + timedelta(hours=20)):
        for _ in range(2):
            assert not services.declare_missing(tender.drawing, "没有开奖。", by=staff("operator"))
        assert services.declare_missing(tender.drawing, "确实没有开奖。", by=staff("supervisor"))
    said = LogEntry.objects.get(log="public", action="tender.source_missed").data
    assert said["typed"] == ["0311"]


def test_who_had_typed_too_early_takes_it_back_by_declaring() -> None:
    tender = outside.signed_up(outside.by_lottery())
    typist = staff("operator")
    with clock.at(DRAWN):
        services.give_value(tender.drawing, "0311", by=typist)
    with clock.at(DRAWN + timedelta(hours=20)):
        assert not services.declare_missing(tender.drawing, "误录，没有开奖。", by=typist)
        assert services.declare_missing(tender.drawing, "没有开奖。", by=staff("operator"))


def test_who_responded_declares_no_value_missing() -> None:
    tender = outside.signed_up(outside.by_lottery())
    officer, bid = staff("operator"), tender.bids.first()
    assert bid is not None
    MembershipFactory(user=officer.person, organisation=bid.agency.organisation)
    with clock.at(DRAWN + timedelta(hours=20)):
        with pytest.raises(OwnCase):
            services.declare_missing(tender.drawing, "没有开奖。", by=officer)
        with pytest.raises(NotAllowed):
            services.declare_missing(tender.drawing, "没有开奖。", by=scene.buyer())


# --- the words of an announcement -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["仅限本\u200b地企业参加", "仅限本 地 企 业参加", "仅限本\u3000地企业", "注册资\u2060本不低于"]
)
def test_invisible_characters_and_blanks_hide_no_word_from_the_lint(text: str) -> None:
    assert [each.is_refused for each in lint({"content": text})] == [True]


def test_neither_width_nor_invisible_characters_hide_a_name() -> None:
    assert lint({"content": "由中测(湖南)\u200b公司承担"}, named=["中测（湖南）公司"])
    assert lint({"content": "须有工程造价\u200b咨询企业资质"}, [("工程造价咨询企业资质", date(2021, 7, 1))])


def test_an_invisible_character_hides_no_agency_that_is_named() -> None:
    firm = scene.agency(organisation=OrganisationFactory(name="邵阳精测有限公司"))
    assert checks.agencies_named("由邵阳精\u200b测有限公司承担") == [firm.organisation.name]


def test_another_organisation_of_the_same_person_hides_no_splitting() -> None:
    first = scene.buyer()
    assert isinstance(first.organisation, Organisation)
    fields = {"funds": "public", "ceiling": Decimal(300000), "method": "lowest_price"}
    scene.published(first, **fields)
    second = scene.buyer()
    assert second.organisation is not None
    assert second.organisation.legal_person == first.organisation.legal_person
    with clock.at(scene.CLOSE):
        assert checks.earlier_purchases(scene.draft(second, **fields), 12)


def test_the_words_about_a_related_buyer_tell_nothing_of_it_but_to_the_operator() -> None:
    first, second = scene.buyer(), scene.buyer()
    assert first.organisation is not None
    fields = {"code": "ZJ-033", "funds": "public", "ceiling": Decimal(765000), "method": "lowest_price"}
    scene.published(first, **fields)
    with clock.at(scene.CLOSE):
        draft = scene.draft(second, **fields)
        found = {each.key: each.sentence for each in checks.problems(draft)}["splitting"]
        for secret in (first.organisation.name, first.organisation.credit_code, "765", "1,530", "1530", "ZJ-2026"):
            assert secret not in found
        services.save_draft(draft, {"splitting_reason": "两个项目各自独立。"}, by=second)
        services.publish(draft, by=second)
        page = log_in(staff("operator")).get(reverse("tenders_review:review", args=[draft.pk])).content.decode()
        assert first.organisation.name in page
        Organisation.objects.filter(pk=first.organisation.pk).update(legal_person="换了人")
        assert checks.earlier_purchases(scene.draft(second, **fields), 12)


@pytest.mark.parametrize("how", ["same holder", "same person holds", "one holds the other", "legal person holds"])
def test_a_common_shareholder_hides_no_splitting(how: str) -> None:
    first, second = scene.buyer(), scene.buyer()
    one, two = first.organisation, second.organisation
    assert one is not None
    assert two is not None
    Organisation.objects.filter(pk=two.pk).update(legal_person="另一人")
    shares = {
        "same holder": [(one, "母公司", "9144"), (two, "母公司", "9144")],
        "same person holds": [(one, "钱股东", ""), (two, "钱股东 ", "")],
        "one holds the other": [(two, one.name, one.credit_code)],
        "legal person holds": [(two, "王买方", "")],
    }[how]
    for firm, name, code in shares:
        Shareholding.objects.create(organisation=firm, holder_name=name, holder_code=code, percent=Decimal(25))
    fields = {"funds": "public", "ceiling": Decimal(300000), "method": "lowest_price"}
    scene.published(first, **fields)
    with clock.at(scene.CLOSE):
        second = Actor.of(second.person, two)
        assert checks.earlier_purchases(scene.draft(second, **fields), 12)
        Shareholding.objects.update(percent=Decimal("24.99"))
        assert not checks.earlier_purchases(scene.draft(second, **fields), 12)


# --- the inspectors' record -------------------------------------------------------------------------------------------
def test_the_people_named_in_a_draft_are_erased_after_their_days(by: Actor) -> None:
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
        services.save_draft(draft, {"contact_name": "赵联系", "contact_phone": "13907390000", "days": 12}, by=by)
    with clock.at(scene.MONDAY + timedelta(days=1900)):
        tracing.erase_old()
    changes = Trace.objects.get(kind="edit").data["changes"]
    assert "13907390000" not in str(changes)
    assert "赵联系" not in str(changes)
    assert changes["days"] == [10, 12]
