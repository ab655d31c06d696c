"""Open contracting data: valid by the standard's own schema, and nothing in it that isn't public."""

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.tenders import ocds, services
from marketplace.tenders.models import Bid, Tender
from tests.tenders import scene
from tests.tenders.test_amendments import amended
from tests.tenders.test_invited_quotes import invited

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
SCHEMAS = Path(ocds.__file__).parent / "schema"


def faults(package: Any) -> list[str]:
    """What the standard's schemas say against a package."""
    release, whole = (
        json.loads((SCHEMAS / f"{name}-schema.json").read_text()) for name in ("release", "release-package")
    )
    registry: Registry[Any] = Registry().with_resource(release["id"], Resource.from_contents(release))
    validator = Draft4Validator(whole, registry=registry, format_checker=FormatChecker())
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(package)]


def package_of(tender: Tender, at: datetime = scene.CLOSE) -> Any:
    with clock.at(at):
        answer = Client().get(reverse("tender_ocds", args=[tender.number]))
    assert answer.status_code == 200
    package = answer.json()
    assert faults(package) == []
    return package


def tags(package: Any) -> list[str]:
    return [tag for release in package["releases"] for tag in release["tag"]]


def test_a_purchase_from_its_announcement_to_its_award() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    amended(tender, by, days=8)
    tender.refresh_from_db()
    for price in ("80000", "85000", "90000"):
        scene.bid(tender, price)
    opened = scene.opened(tender)
    noticed = scene.noticed(opened)
    package = package_of(noticed)
    assert tags(package) == ["tender", "tenderUpdate", "tenderUpdate", "award"]
    release = package["releases"][-1]
    assert release["ocid"].endswith(noticed.number)
    award = noticed.award
    assert release["awards"][0]["value"] == {"amount": 80000.0, "currency": "CNY"}
    assert release["awards"][0]["suppliers"] == [{"id": f"CN-SAIC-{award.agency.organisation.credit_code}"}]
    assert package["releases"][2]["tender"]["numberOfTenderers"] == 3
    assert len({each["id"] for each in package["releases"]}) == 4


def test_before_the_opening_nothing_tells_of_a_response() -> None:
    tender = scene.published()
    before = package_of(tender, scene.MONDAY)
    scene.bid(tender, "76543.21", at=scene.MONDAY)
    assert package_of(tender, scene.MONDAY + timedelta(hours=1)) == before
    assert tags(before) == ["tender"]


def test_no_free_person_and_no_sealed_byte_is_in_it() -> None:
    by = scene.buyer()
    tender = scene.published(by)
    for price in ("80000", "85000", "90000"):
        scene.bid(tender, price)
    text = json.dumps(package_of(scene.opened(tender)), ensure_ascii=False)
    for bid in Bid.objects.all():
        assert str(bid.pk) not in text
        assert bid.author.name not in text
    assert by.person.name not in text
    assert "王买方" not in text


def test_a_cancelled_and_a_failed_purchase_and_its_next_attempt() -> None:
    by = scene.buyer()
    tender = scene.published(by, funds="public")
    failed = scene.opened(tender)
    assert tags(package_of(failed)) == ["tender", "tenderUpdate"]
    with clock.at(scene.CLOSE + timedelta(minutes=1)):
        services.announce_again(str(failed.pk))
    again = Tender.objects.get(chain=failed.chain, attempt=2)
    related = package_of(again)["releases"][0]["relatedProcesses"]
    assert [each["identifier"] for each in related] == [package_of(failed)["releases"][0]["ocid"]]
    with clock.at(scene.CLOSE + timedelta(hours=20)):
        services.cancel(again, "资金调整。", by=by)
    assert tags(package_of(again, scene.CLOSE + timedelta(hours=21)))[-1] == "tenderCancellation"


def test_drafts_and_invitations_have_none() -> None:
    by = scene.buyer()
    tender = invited(by, scene.agency(), scene.agency())
    for client in (Client(), _client(by)):
        assert client.get(reverse("tender_ocds", args=[tender.number])).status_code == 404
    out = StringIO()
    call_command("ocds_export", output=None, stdout=out)
    with pytest.raises(CommandError):
        call_command("ocds_export", tender.number)


def test_everything_is_exported_as_one_package(tmp_path: Path) -> None:
    by = scene.buyer()
    tenders = [
        scene.published(by),
        scene.opened(scene.published(by, method="draw", method_settings={"price": "88000"})),
    ]
    invited(by, scene.agency(), scene.agency())
    path = tmp_path / "all.json"
    call_command("ocds_export", output=str(path), uri="https://example.org/ocds.json")
    package = json.loads(path.read_text())
    assert faults(package) == []
    assert {each["tender"]["id"] for each in package["releases"]} == {one.number for one in tenders}


def test_the_schema_finds_a_fault() -> None:
    package = package_of(scene.published())
    del package["releases"][0]["tag"]
    assert faults(package)


def _client(by: Actor) -> Client:
    client = Client()
    client.force_login(by.person)
    return client
