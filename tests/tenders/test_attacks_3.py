"""Attacks on two-person release, outside randomness, the words of an announcement and the inspectors' record."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from marketplace.accounts.actors import Actor, OwnCase
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core import clock, log
from marketplace.core.errors import NotAllowed
from marketplace.tenders import services
from marketplace.tenders.models import Bid, HeldBid, Recusal, Tender, Trace
from marketplace.tenders.rules.lint import lint
from marketplace.tenders.services import checks, seeding, tracing
from marketplace.tenders.services.releasing import AmendedSince
from tests.factories import MembershipFactory, OrganisationFactory, member, staff
from tests.tenders import outside, scene
from tests.tenders.test_amendments import NEW_CLOSE, amended

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


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="of a lottery one who merely doesn't confirm the digits makes the next issue count: a choice between two",
)
def test_an_officer_who_does_not_confirm_the_digits_gains_no_other_issue() -> None:
    tender = outside.signed_up(outside.by_lottery())
    with clock.at(DRAWN):
        services.give_value(tender.drawing, "03111722283109", by=staff("operator"))
    with clock.at(outside.DRAWN_AT + timedelta(hours=20)):
        seeding.end_patience(str(tender.drawing.pk))
    tender.drawing.refresh_from_db()
    assert not tender.drawing.is_successor


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


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="who splits a purchase over two organisations of one legal person is not seen",
)
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
