"""Who stands aside: by law, by what the market knows of both sides, and by declaration."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts import services as accounts
from marketplace.accounts.models import Membership, Shareholding
from marketplace.agencies.models import Agency
from marketplace.core import clock, log
from marketplace.core.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from marketplace.core.models import LogEntry
from marketplace.tenders import rules, services
from marketplace.tenders.models import Award, Bid, Tender
from marketplace.tenders.rules import Party
from marketplace.tenders.services.bidding import report_for
from tests.factories import member
from tests.tenders import scene

A, B = "91110108551385082Q", "91430500MA4L000011"


def reasons(buyer: Party, agency: Party) -> tuple[str, ...]:
    return rules.recusals(buyer, agency)


@pytest.mark.parametrize(
    ("buyer", "agency", "found"),
    [
        (Party(A), Party(A), ("same_organisation",)),
        (Party(A, "王某"), Party(B, " 王某 "), ("same_legal_person",)),
        (Party(A, ""), Party(B, ""), ()),
        (Party(A), Party(B, holders=frozenset({A})), ("shareholder",)),
        (Party(A, holders=frozenset({B})), Party(B), ("shareholder",)),
        (Party(A, holders=frozenset({"李某"})), Party(B, holders=frozenset({"李某"})), ("shareholder",)),
        (Party(A, "李某"), Party(B, holders=frozenset({"李某"})), ("shareholder",)),
        (Party(A, "李某"), Party(B, "王某", frozenset({"赵某"})), ()),
    ],
)
def test_the_rule_covers_legal_persons_and_shares(buyer: Party, agency: Party, found: tuple[str, ...]) -> None:
    assert reasons(buyer, agency) == found


def test_an_excluding_service_works_both_ways() -> None:
    assert rules.excludes("ZJ-028", {"ZJ-027"})
    assert rules.excludes("ZJ-027", {"ZJ-028"})
    assert not rules.excludes("ZJ-030", {"ZJ-027"})


def why(tender: Tender, agency: Agency) -> str:
    """What the report says of recusal: "" when it is none."""
    fresh = Tender.objects.select_related("buyer", "item", "region", "ruleset").get(pk=tender.pk)
    check = next(check for check in report_for(fresh, agency).checks if check.key == "recusal")
    return "" if check.ok else str(check.mine)


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_a_quarter_of_the_shares_is_enough_and_a_little_less_is_not() -> None:
    by, agency = scene.buyer(), scene.agency()
    tender = scene.published(by)
    held = Shareholding.objects.create(
        organisation=agency.organisation,
        holder_name="采购人",
        holder_code=tender.buyer.credit_code,
        percent=Decimal("24.99"),
    )
    assert why(tender, agency) == ""
    Shareholding.objects.filter(pk=held.pk).update(percent=25)
    assert "持股" in why(tender, agency)
    other = scene.agency()
    for organisation in (tender.buyer, other.organisation):
        Shareholding.objects.create(organisation=organisation, holder_name="赵大股", percent=40)
    assert "持股" in why(scene.published(by), other)


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_what_a_buyer_changes_about_itself_after_the_announcement_throws_nobody_out() -> None:
    """Found by trying: with the winner's legal person for its own, the buyer had it struck out during publicity."""
    by, agency = scene.buyer(), scene.agency(legal_person="赵七星")
    tender = scene.published(by)
    tender.buyer.legal_person = "赵七星"
    tender.buyer.save(update_fields=["legal_person"])
    for organisation in (tender.buyer, agency.organisation):
        Shareholding.objects.create(organisation=organisation, holder_name="赵大股", percent=40)
    assert why(tender, agency) == ""
    assert "法定代表人" in why(scene.published(by), agency)
    entry = LogEntry.objects.filter(log="public", action="tender.publish").order_by("id").last()
    assert entry.data["buyer"]["legal_person"] == "赵七星"


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_a_buyer_names_who_must_stand_aside_before_the_announcement_and_in_it() -> None:
    by, agency, rival = scene.buyer(), scene.agency(), scene.agency()
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
        services.declare_recusal(draft, agency, "与本单位有股权纠纷。", by=by)
        tender = services.publish(draft, by=by)
        with pytest.raises(WrongState):
            services.declare_recusal(tender, rival, "不想让它来。", by=by)
    entry = LogEntry.objects.get(log="public", action="tender.publish")
    assert entry.data["recused"] == [agency.organisation.credit_code]


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_somebody_who_acts_for_both_sides_is_found() -> None:
    by, agency = scene.buyer(), scene.agency()
    tender = scene.published(by)
    row = Membership.objects.create(user=by.person, organisation=agency.organisation, roles=["bid_author"])
    assert "任职" in why(tender, agency)
    Membership.objects.filter(pk=row.pk).update(is_active=False)
    assert why(tender, agency) == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_who_designed_the_project_may_not_review_its_drawings() -> None:
    by, agency = scene.buyer(), scene.agency()
    code = "2411-430500-04-01-123456"
    design = scene.published(by, project_code=code)
    Award.objects.create(tender=design, agency=agency, price=1, days=1, noticed_at=clock.now())
    tender = scene.published(by, project_code=code)
    Tender.objects.filter(pk=design.pk).update(item=scene.item("ZJ-027"))
    assert why(tender, agency) == ""
    Tender.objects.filter(pk=tender.pk).update(item=scene.item("ZJ-028"))
    assert "须回避的其他服务" in why(tender, agency)


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_a_declared_recusal_makes_ineligible_and_shows_nothing_before_the_close() -> None:
    by, agency, rival = scene.buyer(), scene.agency(), scene.agency()
    tender = scene.published(by)
    bid = scene.bid(tender, "60000", of=agency, at=scene.MONDAY)
    scene.bid(tender, "70000", of=rival, at=scene.MONDAY)
    author = scene.author(agency)
    with clock.at(scene.MONDAY):
        with pytest.raises(NotAllowed):
            services.declare_recusal(tender, agency, "替它申报。", by=scene.author(rival))
        with pytest.raises(DomainError):
            services.declare_recusal(tender, agency, " ", by=author)
        recusal = services.declare_recusal(tender, agency, "项目负责人为采购人负责人近亲属。", by=author)
        with pytest.raises(AlreadyDone):
            services.declare_recusal(tender, agency, "再申报。", by=author)
        assert not log.history(recusal).exists()
        assert "申报" in why(tender, agency)
    with clock.at(scene.CLOSE), pytest.raises(WrongState):
        services.declare_recusal(tender, rival, "太迟了。", by=by)
    scene.opened(tender)
    bid.refresh_from_db()
    assert (bid.state, bid.invalid_reason) == (Bid.State.INVALID, "ineligible")


@pytest.mark.django_db
def test_shareholders_are_kept_by_the_administrator_and_make_no_more_than_a_whole() -> None:
    admin = member()
    assert admin.organisation is not None
    rows = [("甲公司", A, Decimal(60)), ("李某", "", Decimal(40))]
    accounts.save_shareholders(admin.organisation, rows, by=admin)
    assert admin.organisation.shareholdings.count() == 2
    with pytest.raises(DomainError):
        accounts.save_shareholders(admin.organisation, [*rows, ("王某", "", Decimal(1))], by=admin)
    with pytest.raises(NotAllowed):
        accounts.save_shareholders(admin.organisation, rows, by=member())


@pytest.mark.usefixtures("market")
def test_the_buyer_names_a_firm_on_the_page_and_the_announcement_says_so() -> None:
    by, firm = scene.buyer(), scene.agency()
    draft = scene.draft(by)
    client = Client()
    assert by.user is not None
    client.force_login(by.user)
    page = reverse("tender_recused", args=[draft.pk])
    assert page in client.get(reverse("tender_preview", args=[draft.pk])).text
    assert client.post(page, {"agency": "没有这家", "reason": "亲属"}).status_code == 422
    assert client.post(page, {"agency": firm.credit_code, "reason": ""}).status_code == 422
    assert client.post(page, {"agency": firm.credit_code, "reason": "负责人的近亲属任职"}).status_code == 302
    assert "负责人的近亲属任职" in client.get(page).text
    with clock.at(scene.MONDAY):
        tender = services.publish(draft, by=by)
        assert not report_for(tender, firm).is_eligible
    entry = LogEntry.objects.get(action="tender.publish", log=LogEntry.Log.PUBLIC)
    assert entry.data["recused"] == [firm.credit_code]
    assert client.post(page, {"agency": firm.credit_code, "reason": "再来"}).status_code == 302  # announced: no more
    assert tender.recusals.count() == 1
