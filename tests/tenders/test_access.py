"""Who opens what was attached to a tender."""

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.core import files
from marketplace.tenders import access
from tests.core import uploads
from tests.factories import member

pytestmark = pytest.mark.django_db


def test_an_attachment_belongs_to_the_buyer_and_not_to_who_left_it() -> None:
    """Uploads named no organisation, and a removed member still opened their own."""
    buyer = member()
    stored = files.store(uploads.upload("附件.pdf", uploads.PDF), purpose="tenders.attachment", by=buyer)
    assert stored.holder == buyer.organisation_code
    assert access.may_read(buyer, stored)
    Membership.objects.filter(user=buyer.user).update(is_active=False)
    assert not access.may_read(Actor.of(buyer.person), stored)
