"""Who still has something open on the market may not leave it."""

import pytest

from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.errors import Incomplete
from marketplace.tenders import services
from tests.factories import member
from tests.tenders import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def test_a_sealed_response_must_be_withdrawn_before_its_agency_leaves() -> None:
    tender = scene.published()
    bid = scene.bid(tender, "60000")
    owner = member(MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR, organisation=bid.agency.organisation)
    with clock.at(scene.MONDAY):
        with pytest.raises(Incomplete, match="尚未开标"):
            agencies.withdraw(bid.agency, by=owner)
        services.withdraw_bid(bid, by=owner)
        assert agencies.withdraw(bid.agency, by=owner).state == Agency.State.WITHDRAWN


def test_who_may_still_win_stays_until_the_result_stands() -> None:
    tender = scene.published()
    bid = scene.bid(tender, "60000")
    scene.opened(tender)
    owner = member(MemberRole.ADMINISTRATOR, organisation=bid.agency.organisation)
    with clock.at(scene.CLOSE), pytest.raises(Incomplete, match="选取结果尚未确定"):
        agencies.withdraw(bid.agency, by=owner)
