"""From the award notice to a contract in force."""

from decimal import Decimal

import pytest

from marketplace.accounts.actors import Actor, NotVerified
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.catalogue import queries
from marketplace.contracts import drafting, rules, services
from marketplace.contracts.models import Contract
from marketplace.contracts.rules import MilestoneTerms
from marketplace.core import clock, inbox, log
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed, WrongState
from marketplace.core.models import Deadline, LogEntry, Message
from tests.contracts.scene import DAYS, NOTICED, PRICE, Deal, at, awarded, drafted, in_force, ruleset
from tests.factories import member, staff

pytestmark = pytest.mark.django_db

TWO = [MilestoneTerms("送审稿", Decimal("30000.00"), 15), MilestoneTerms("报批稿", Decimal("50000.00"), 30)]


def told(actor: Actor, kind: str) -> list[Message]:
    return list(Message.objects.filter(recipient=actor.user, kind=kind))


def confirm(deal: Deal, by: Actor, version: int | None = None) -> Contract:
    return services.confirm(deal.contract, version=version or deal.contract.version, by=by)


def propose(deal: Deal, milestones=TWO, text: str = "第一条　按公告执行。", version: int | None = None) -> Contract:
    return services.propose_terms(
        deal.contract, text, milestones, version=version or deal.contract.version, by=deal.buyer
    )


# --- drafting ---------------------------------------------------------------------------------------------------------
def test_the_contract_is_drafted_from_the_award() -> None:
    deal = drafted()
    contract = deal.contract
    assert contract.number == "HT-2026-000001"
    assert (contract.amount, contract.days, contract.version, contract.state) == (PRICE, DAYS, 1, "drafting")
    assert contract.sign_by == at("2026-03-16", 17)  # ten working days after 2 March, 17:00
    [milestone] = contract.milestones.all()
    assert (milestone.amount, milestone.days) == (PRICE, DAYS)
    for actor in (deal.buyer, deal.agency):
        [message] = told(actor, "contracts.drafted")
        assert "2026-03-16 17:00" in inbox.words(message).body


def test_the_text_names_the_parties_papers_and_periods_and_leaves_no_gap() -> None:
    text = drafted().contract.terms
    for words in ("ZJ-2026-000412", "建设项目环境影响报告书（表）编制", "5 个工作日内验收", "视为验收通过", "第 3 次"):
        assert words in text
    assert "{{" not in text
    assert "None" not in text


def test_drafting_twice_gives_the_same_contract() -> None:
    deal = drafted()
    assert services.draft_contract(deal.award, by=Actor.system()) == deal.contract
    assert len(told(deal.buyer, "contracts.drafted")) == 1


def test_an_award_notice_drafts_the_contract(drain) -> None:
    from django.db import transaction

    from marketplace.core import events
    from marketplace.tenders.events import AwardNoticed

    deal = awarded()
    with clock.at(NOTICED):
        with transaction.atomic():
            events.publish(AwardNoticed(deal.award.pk))
        assert not Contract.objects.exists()
        drain()
    assert deal.contract.award == deal.award


# --- terms ------------------------------------------------------------------------------------------------------------
def test_the_buyers_changes_are_a_new_version_and_reset_both_confirmations() -> None:
    deal = drafted()
    confirm(deal, deal.agency)
    propose(deal)
    contract = deal.contract
    assert (contract.version, contract.state, contract.days) == (2, "drafting", 30)
    assert contract.agency_signed_at is None
    assert [(m.title, m.amount) for m in contract.milestones.all()] == [("送审稿", 30000), ("报批稿", 50000)]
    assert told(deal.agency, "contracts.revised_again")
    assert [v.version for v in contract.versions.all()] == [1, 2]


def test_milestones_that_do_not_sum_are_refused_and_nothing_changes() -> None:
    deal = drafted()
    with pytest.raises(rules.SumDiffers) as refused:
        propose(deal, [TWO[0], MilestoneTerms("报批稿", Decimal("49000.00"), 30)])
    assert refused.value.details["difference"] == Decimal("-1000.00")
    assert deal.contract.version == 1


def test_more_days_than_offered_are_refused() -> None:
    with pytest.raises(rules.TooManyDays):
        propose(drafted(), [MilestoneTerms("全部", PRICE, DAYS + 1)])


def test_saving_without_a_change_makes_no_version() -> None:
    deal = drafted()
    confirm(deal, deal.agency)
    contract = deal.contract
    same = [MilestoneTerms(m.title, m.amount, m.days) for m in contract.milestones.all()]
    propose(deal, same, contract.terms)
    assert (deal.contract.version, deal.contract.state) == (1, "signed_agency")


def test_two_colleagues_editing_at_once_do_not_overwrite_each_other() -> None:
    deal = drafted()
    propose(deal, version=1)
    with pytest.raises(rules.StaleVersion) as refused:
        propose(deal, [MilestoneTerms("全部", PRICE, 20)], version=1)
    assert (refused.value.seen, refused.value.current) == (1, 2)
    assert [change.label for change in refused.value.changes] == ["约定事项", "节点 1", "节点 2"]


def test_only_the_buyer_edits_and_only_before_both_have_confirmed() -> None:
    deal = drafted()
    for stranger in (deal.agency, member(), staff()):
        with pytest.raises(NotAllowed):
            services.propose_terms(deal.contract, "x", TWO, version=1, by=stranger)
    deal = in_force(number="ZJ-2026-000413")
    with pytest.raises(WrongState):
        propose(deal)


def test_the_agency_says_what_it_would_change_and_a_new_version_answers_it() -> None:
    deal = drafted()
    with pytest.raises(rules.NeedsReason):
        services.ask_changes(deal.contract, " ", by=deal.agency)
    services.ask_changes(deal.contract, "希望分两期付款", by=deal.agency)
    assert deal.contract.remark == "希望分两期付款"
    assert "希望分两期付款" in inbox.words(told(deal.buyer, "contracts.changes_asked")[0]).body
    propose(deal)
    assert deal.contract.remark == ""


# --- confirming -------------------------------------------------------------------------------------------------------
def test_the_contract_is_in_force_when_both_have_confirmed_the_same_version() -> None:
    deal = drafted()
    propose(deal)
    with clock.at(at("2026-03-04")):
        confirm(deal, deal.agency)
        assert deal.contract.state == "signed_agency"
        assert told(deal.buyer, "contracts.confirmed")
        confirm(deal, deal.buyer)
    contract = deal.contract
    assert (contract.state, contract.filed_at) == ("performing", at("2026-03-04"))
    assert [str(m.due_on) for m in contract.milestones.all()] == ["2026-03-25", "2026-04-16"]  # 清明 6 April is off
    assert str(contract.due_on) == "2026-04-16"
    deal.award.tender.refresh_from_db()
    assert deal.award.tender.state == "in_service"
    assert not Deadline.objects.filter(done_at=None, kind__startswith="contracts.").exists()


def test_steps_without_a_screen_pass_by_themselves_and_the_log_says_so() -> None:
    contract = in_force().contract
    by_itself = {e.action for e in log.history(contract) if e.data.get("passed_by_itself")}
    assert by_itself == {"contract.file", "contract.check", "contract.begin"}
    [check] = LogEntry.objects.filter(action="contract.check")
    assert check.data["amount_is_the_winning_quote"] is True


def test_a_stale_confirmation_is_answered_with_the_difference() -> None:
    deal = drafted()
    propose(deal)
    with pytest.raises(rules.StaleVersion) as refused:
        confirm(deal, deal.agency, version=1)
    assert any("送审稿" in change.after for change in refused.value.changes)
    assert deal.contract.state == "drafting"


def test_a_double_click_on_confirm_is_harmless() -> None:
    deal = drafted()
    confirm(deal, deal.agency)
    with pytest.raises(AlreadyDone):
        confirm(deal, deal.agency)
    assert len(told(deal.buyer, "contracts.confirmed")) == 1


def test_only_the_two_sides_confirm_in_their_role() -> None:
    deal = drafted()
    buyer, agency = deal.contract.buyer, deal.contract.agency.organisation
    for stranger in (
        member(),
        staff(),
        member(MemberRole.BID_AUTHOR, organisation=buyer),
        member(MemberRole.BUYER, organisation=agency),
    ):
        with pytest.raises(NotAllowed):
            confirm(deal, stranger)
    confirm(deal, member(organisation=agency))  # an administrator


def test_an_organisation_nobody_has_verified_binds_itself_to_nothing() -> None:
    deal = drafted()
    Organisation.objects.filter(pk=deal.contract.buyer_id).update(verified_at=None)
    with pytest.raises(NotVerified):
        confirm(deal, Actor.of(deal.buyer.user))


# --- the period for signing -------------------------------------------------------------------------------------------
def test_whoever_has_not_confirmed_is_reminded_five_two_and_no_days_before_the_end(drain) -> None:
    deal = drafted()
    confirm(deal, deal.agency)
    mornings = ("2026-03-09", "2026-03-12", "2026-03-16")
    for day, left in zip(mornings, (5, 2, 0), strict=True):
        with clock.at(at(day, 8, 59)):
            drain()
            before = Message.objects.filter(kind__startswith="contracts.sign_").count()
        with clock.at(at(day, 9, 1)):
            drain()
        assert Message.objects.filter(kind__startswith="contracts.sign_").count() == before + 1
        kind = "contracts.sign_soon" if left else "contracts.sign_today"
        assert told(deal.buyer, kind)[0].params["left"] == left
    assert not told(deal.agency, "contracts.sign_soon")


def test_when_the_period_is_over_both_and_the_staff_are_told_and_the_contract_can_still_be_confirmed(drain) -> None:
    deal, operator, supervisor = drafted(), staff(), staff("supervisor")
    with clock.at(at("2026-03-16", 17, 1)):
        drain()
    for actor in (deal.buyer, deal.agency):
        assert len(told(actor, "contracts.sign_over")) == 1
    for actor in (operator, supervisor):
        assert len(told(actor, "contracts.sign_over_staff")) == 1
    with clock.at(at("2026-03-17")):
        confirm(deal, deal.agency)
        confirm(deal, deal.buyer)
    assert deal.contract.state == "performing"


# --- ending -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [drafted, in_force])
def test_either_side_ends_the_contract_with_a_reason_that_both_read(make) -> None:
    deal = make()
    with pytest.raises(rules.NeedsReason):
        services.terminate(deal.contract, "", by=deal.agency)
    services.terminate(deal.contract, "项目不再建设", by=deal.buyer)
    assert deal.contract.state == "terminated"
    for actor in (deal.buyer, deal.agency):
        assert "项目不再建设" in inbox.words(told(actor, "contracts.terminated")[0]).body
    deal.award.tender.refresh_from_db()
    assert deal.award.tender.state == "terminated"
    with pytest.raises(AlreadyDone):
        services.terminate(deal.contract, "再次", by=deal.agency)
    assert not Deadline.objects.filter(done_at=None, kind__startswith="contracts.").exists()


def test_an_agency_with_a_running_contract_may_not_leave() -> None:
    deal = in_force()
    owner = member(MemberRole.ADMINISTRATOR, organisation=deal.contract.agency.organisation)
    with pytest.raises(Incomplete, match="还有 1 份合同未履行完毕"):
        agencies.withdraw(deal.contract.agency, by=owner)


@pytest.mark.parametrize("said", ["验收后 10 日内付清。", "验收后 10 日内付清"])
def test_the_announced_terms_of_payment_end_with_one_full_stop(said: str) -> None:
    award = awarded().award
    award.tender.payment_terms = said
    terms = drafting.first_terms(award, queries.rule_data(ruleset()))
    assert "采购公告载明的付款方式为：验收后 10 日内付清。\n" in terms.text
