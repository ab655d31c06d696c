"""The award notice (中选通知书): its content is frozen with the award, in Chinese, whatever its reader's language."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import rfc8785
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.core import log, log_tree
from marketplace.core.models import Zone
from marketplace.tenders import rules
from marketplace.tenders.models import Award
from marketplace.tenders.selection import registry

CENT = Decimal("0.01")


def content(award: Award, *, sign_by: datetime) -> dict[str, Any]:
    """Everything that the notice says, as JSON; an issued notice is never edited, only followed by another."""
    tender, agency, zone = award.tender, award.agency.organisation, Zone.current()
    with translation.override("zh-hans"):
        return {
            "number": award.notice_number,
            "issued_at": _iso(award.noticed_at),
            "zone": zone.name if zone else "",
            "issuer": zone.owner if zone else "",
            "supervision_phone": zone.supervision_phone if zone else "",
            "tender": tender.number,
            "title": tender.title,
            "item": f"{tender.item.code} {tender.item.name}",
            "project_code": tender.project_code,
            "project_name": tender.project_name,
            "attempt": tender.attempt,
            "funds": str(tender.get_funds_display()),
            "method": str(registry.get(tender.method).label),
            "buyer": tender.buyer.name,
            "buyer_code": tender.buyer.credit_code,
            "buyer_contact": f"{tender.contact_name} {tender.contact_phone}".strip(),
            "complaint_phone": tender.complaint_phone,
            "agency": agency.name,
            "agency_code": agency.credit_code,
            "price": format(award.price.quantize(CENT), "f"),
            "price_words": rules.amount_in_words(award.price),
            "days": award.days,
            "closes_at": _iso(tender.closes_at),
            "opened_at": _iso(tender.opened_at),
            "publicity_until": _iso(tender.publicity_until),
            "sign_by": _iso(sign_by),
            "record_sha256": record_hash(tender.record),
            "log_head": _log_head(),
            "url": reverse("award_notice", args=[tender.number]),
        }


def _log_head() -> dict[str, Any] | None:
    """The newest signed head of the public log when the notice is issued: who keeps the notice is its witness."""
    head = log.latest_public_head()
    return log_tree.published_head(head) if head else None


def public_entry(award: Award) -> dict[str, Any]:
    """What the public log keeps of an award."""
    keys = ("number", "tender", "agency_code", "price", "days", "record_sha256")
    return {key: award.notice[key] for key in keys} | {"notice_sha256": notice_hash(award)}


def notice_hash(award: Award) -> str:
    """The SHA-256 of the notice's canonical content; its PDF is kept under it."""
    return hashlib.sha256(rfc8785.dumps(award.notice)).hexdigest()


def record_hash(record: dict[str, Any]) -> str:
    """The SHA-256 of a selection record's canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(record)).hexdigest()


def title() -> str:
    """The notice's name."""
    return _("中选通知书")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
