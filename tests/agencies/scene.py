"""Agencies for tests, made through the services that the pages use."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services
from marketplace.agencies.models import Agency, Qualification
from marketplace.catalogue.models import Region
from marketplace.catalogue.services import load_catalogue
from marketplace.core import clock, files
from marketplace.core.models import OutboxMessage, StoredFile
from tests.factories import member

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BASICS: dict[str, Any] = {
    "legal_person": "周建国",
    "contact_name": "吴敏",
    "contact_phone": "0739-5220001",
    "contact_email": "wu@example.cn",
    "address": "邵阳市双清区建设南路 8 号",
    "region": "430502",
    "founded_on": date(2012, 5, 8),
    "employees": 36,
    "business_scope": "测绘服务；工程勘察；工程咨询。",
}


def catalogue() -> None:
    """The items and types that everything below stands on."""
    load_catalogue(by=Actor.system())
    OutboxMessage.objects.all().delete()  # nobody here searches for 44 items


def upload(name: str = "证书.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def stored(by: Actor, purpose: str = "agencies.certificate") -> StoredFile:
    """A stored scan of the actor's organisation."""
    return files.store(upload(), purpose=purpose, by=by, holder=by.organisation_code)


def certificate(by: Actor, **changes: Any) -> dict[str, Any]:
    """The data of a surveying certificate, valid for three more years."""
    today = clock.today()
    data = {
        "type": "cehui",
        "grade": "乙级",
        "number": f"乙测资字4311{by.user.pk:06d}" if by.user else "乙测资字43110001",
        "issuer": "湖南省自然资源厅",
        "issued_on": today - timedelta(days=730),
        "valid_until": today + timedelta(days=1095),
        "scan": stored(by),
    }
    return {**data, **changes}


def offer(**changes: Any) -> dict[str, Any]:
    """The data of an offer for boundary surveys."""
    data = {"item": "ZJ-016", "price_mode": "from", "price": Decimal("18000"), "days": 12, "regions": ["430500"]}
    return {**data, **changes}


def person(**changes: Any) -> dict[str, Any]:
    """The data of a registered surveyor."""
    data = {"name": "郑浩", "licence": "注册测绘师", "licence_number": "CH2019430001", "valid_until": None}
    return {**data, **changes}


def work(**changes: Any) -> dict[str, Any]:
    """The data of a finished job."""
    today = clock.today()
    data = {
        "item": None,
        "title": "产业园一期土地勘测定界",
        "client": "示范产业园建设有限公司",
        "industry": "园区开发",
        "amount": Decimal("46000"),
        "started_on": today - timedelta(days=300),
        "finished_on": today - timedelta(days=260),
        "evidence": None,
    }
    return {**data, **changes}


def shown(row: Any) -> str:
    """What the page shows an operator of the row as it is stored now."""
    return services.shown_as(type(row).objects.get(pk=row.pk))


def enter(agency: Agency, by: Actor, operator: Actor, **changes: Any) -> Any:
    """A person of an admitted agency, looked at by an operator."""
    row = services.save_practitioner(agency, person(**changes), by=by)
    return services.verify_practitioner(row, shown=shown(row), by=operator)


def author(**given: Any) -> Actor:
    """Somebody who writes for a firm that has no agency profile yet."""
    return member(MemberRole.ADMINISTRATOR, **given)


def complete(by: Actor) -> Agency:
    """An application that may be handed in."""
    agency = services.start_admission(by=by)
    services.save_basics(agency, BASICS, by=by)
    services.save_qualification(agency, certificate(by), by=by)
    services.save_offer(agency, offer(), by=by)
    letter = stored(by, "agencies.commitment")
    return services.save_commitment(agency, letter, agreed=True, by=by)


def submitted(by: Actor) -> Agency:
    """An application that waits for an operator."""
    return services.submit_admission(complete(by), by=by)


def admitted(by: Actor, operator: Actor, drain: Any) -> Agency:
    """An agency on the register: passed, and its publicity over."""
    agency = services.pass_admission(submitted(by), by=operator)
    assert agency.notice_until is not None
    with clock.at(agency.notice_until):
        drain()
    agency.refresh_from_db()
    assert agency.state == Agency.State.ACTIVE
    return agency


def only(agency: Agency) -> Qualification:
    """The agency's one certificate."""
    return agency.qualifications.get()


def region(code: str) -> Region:
    """A region of the catalogue."""
    return Region.objects.get(code=code)
