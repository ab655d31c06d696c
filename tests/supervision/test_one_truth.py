"""What a desk calls overdue is among the supervisors' cards: one list of limits, two readers."""

from datetime import timedelta

import pytest

from marketplace.accounts.roles import StaffRole
from marketplace.core import clock, desk
from marketplace.core.rules import Alert
from marketplace.supervision import services
from marketplace.supervision.models import Card
from tests.agencies import scene as agencies
from tests.contracts.scene import at, in_force
from tests.factories import OrganisationFactory, staff

pytestmark = pytest.mark.django_db


def test_an_overdue_deliverable_and_an_overdue_admission_are_on_the_supervisors_board() -> None:
    agencies.catalogue()
    deal = in_force()
    with clock.at(at("2026-03-02")):
        agencies.submitted(agencies.author(organisation=OrganisationFactory()))
    late = deal.contract.milestones.first().due_on
    with clock.at(at(late.isoformat()) + timedelta(days=10)):
        services.sweep()
        overdue = [t for who in (deal.agency, staff("operator")) for t in desk.tasks(who) if t.level == Alert.RED]
        assert {task.group for task in overdue} >= {"合同", "入驻审核"}
        cards = Card.objects.filter(cleared_at=None, level="red")
        assert {task.due_at for task in overdue} <= set(cards.values_list("due_at", flat=True))
        supervisor = staff(StaffRole.SUPERVISOR)
        assert any("红牌" in task.title for task in desk.tasks(supervisor))
