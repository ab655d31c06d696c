"""Rotation: operators keep a roster in public versions, an announcement fixes one, the winner goes to its end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.core.models import LogEntry
from marketplace.tenders import services
from marketplace.tenders.errors import NotPublishable, ReasonMissing
from marketplace.tenders.models import Tender
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.services import rostering
from tests.factories import staff
from tests.tenders import scene
from tests.tenders.test_forms import log_in
from tests.tenders.test_selection_record import changed, holds, leaves, record_of, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
SETTINGS = {"price": "88000.00"}


def kept(*agencies: Agency) -> list[str]:
    """The roster of the usual item, in this order."""
    codes = [agency.credit_code for agency in agencies]
    before = rostering.current(scene.item())
    after = before.version if before else 0
    with clock.at(scene.MONDAY):
        services.set_roster(scene.item(), codes, "首次编制。", after=after, by=staff("operator"))
    return codes


def noticed(roster: list[Agency], willing: list[Agency]) -> Tender:
    kept(*roster)
    tender = scene.published(method="rotation", method_settings=SETTINGS)
    for agency in willing:
        scene.bid(tender, "1.00", of=agency)
    return scene.noticed(scene.opened(tender))


def test_the_next_willing_one_of_the_roster_wins_and_goes_to_its_end() -> None:
    a, b, c, out = (scene.agency() for _ in range(4))
    tender = noticed([a, b, c], [out, c, b])
    assert tender.bids.get(state="winner").agency == b
    roster = rostering.current(tender.item)
    assert roster is not None
    assert (roster.version, roster.agencies) == (2, [a.credit_code, c.credit_code, b.credit_code])
    entries = LogEntry.objects.filter(log="public", action="roster.changed").order_by("id")
    assert [entry.data["version"] for entry in entries] == [1, 2]
    page = Client().get(reverse("tender_result", args=[tender.number])).content.decode()
    assert "轮候名册第 2 位（共 3 家）" in page
    record = record_of(tender)
    assert holds(record)
    assert [at for at in leaves(record) if not wrong(verify(changed(record, at)))] == []


def test_the_announcement_fixes_the_roster_of_its_moment() -> None:
    a, b = scene.agency(), scene.agency()
    codes = kept(a, b)
    tender = scene.published(method="rotation", method_settings=SETTINGS)
    kept(b, a)
    said = LogEntry.objects.get(action="tender.publish", log="public").data
    assert said["selection"]["settings"]["roster"] == codes
    assert said["selection"]["settings"]["roster_version"] == 1
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        page = Client().get(reverse("tender", args=[tender.number])).content.decode()
    assert f"1. {a}" in page
    for agency in (a, b):
        scene.bid(tender, "1.00", of=agency)
    assert scene.opened(tender).bids.get(state="winner").agency == a


def test_without_a_roster_nothing_is_announced() -> None:
    by = scene.buyer()
    with clock.at(scene.MONDAY), pytest.raises(NotPublishable, match="轮候名册"):
        services.publish(scene.draft(by, method="rotation", method_settings=SETTINGS), by=by)


def test_a_roster_names_admitted_agencies_once_and_says_why() -> None:
    a, operator = scene.agency(), staff("operator")

    def save(codes: list[str], reason: str = "调整。", after: int = 0, by: Actor = operator) -> None:
        services.set_roster(scene.item(), codes, reason, after=after, by=by)

    for codes in ([], [a.credit_code] * 2, ["91430500MA4L000011"]):
        with pytest.raises(rostering.BadRoster):
            save(codes)
    with pytest.raises(ReasonMissing):
        save([a.credit_code], " ")
    with pytest.raises(NotAllowed):
        save([a.credit_code], by=scene.buyer())
    save([a.credit_code])
    with pytest.raises(AlreadyDone):
        save([a.credit_code], after=1)
    with pytest.raises(rostering.ChangedMeanwhile):
        save([scene.agency().credit_code, a.credit_code], after=0)


def test_operators_keep_it_on_their_desk() -> None:
    a, b, new = scene.agency(), scene.agency(), scene.agency()
    client = log_in(staff("operator"))
    path = reverse("tenders_rosters:edit", args=[scene.ITEM])
    assert scene.ITEM in client.get(reverse("tenders_rosters:choose")).content.decode()
    assert b.credit_code in client.get(path).content.decode()
    typed = {"agencies": f"{b.credit_code} 乙公司\r\n\r\n{a.credit_code}", "reason": "首次编制。", "after": "0"}
    assert client.post(path, typed).status_code == 302
    roster = rostering.current(scene.item())
    assert roster is not None
    assert roster.agencies == [b.credit_code, a.credit_code]
    assert new.credit_code in client.get(path).content.decode()
    assert "名册已有新的版本" in client.post(path, typed | {"agencies": a.credit_code}).content.decode()
    assert "首次编制" in client.get(reverse("tenders_rosters:index")).content.decode()
    assert log_in(scene.buyer()).get(path).status_code in (302, 403, 404)
