"""Releases from entries of the public log. Source: OCDS 1.1.5, release schema and its codelists."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.core.models import LogEntry
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.casefile import number_of

Release = dict[str, Any]
Names = Mapping[str, str]  # credit code → name
SCHEME = "CN-SAIC"  # org-id.guide: the register of China's unified social credit codes
OPEN, DIRECT = "open", "direct"
CRITERIA = {
    "lowest_price": "priceOnly",
    "two_stage": "priceOnly",
    "merit": "ratedCriteria",
    "proposal": "ratedCriteria",
}
FAILED = {"tender.failed": ("unsuccessful", "tenderUpdate"), "tender.cancelled": ("cancelled", "tenderCancellation")}
CONTRACTED = {
    "tender.contracted": ("active", "contract"),
    "tender.terminated": ("terminated", "contractTermination"),
    "tender.closed_ok": ("terminated", "contractTermination"),
}


def releases(entries: Iterable[LogEntry], names: Names, earlier: Iterable[str] = ()) -> list[Release]:
    """The releases of one purchase; `entries` of the public log in their order, `earlier` the ocids of its attempts."""
    found: list[Release] = []
    said: dict[str, Any] = {}
    award: dict[str, Any] = {}
    for entry in entries:
        if entry.action in ("tender.publish", "tender.amended"):
            said = entry.data if entry.action == "tender.publish" else entry.data["announcement"]
        elif entry.action == "tender.award":
            award = entry.data
        make = MAKERS.get(entry.action)
        if make is not None and said:
            found.append(_release(entry, said, names) | make(entry, said, award))
    if found and earlier:
        found[0]["relatedProcesses"] = [
            {"id": str(n), "relationship": ["unsuccessfulProcess"], "scheme": "ocid", "identifier": ocid}
            for n, ocid in enumerate(earlier, start=1)
        ]
    return found


def codes_in(entries: Iterable[LogEntry]) -> set[str]:
    """The credit codes of everybody who stands in the releases."""
    found: set[str] = set()
    for entry in entries:
        data = entry.data
        if entry.action == "tender.publish":
            found.add(data["buyer"]["code"])
        elif entry.action == "tender.award":
            found.add(data["agency_code"])
        elif entry.action == "tender.opened":
            found |= _tenderers(data)
    return found


def _release(entry: LogEntry, said: Mapping[str, Any], names: Names) -> Release:
    """What every release says: whose it is, of when, and who takes part by then."""
    buyer = said["buyer"]["code"]
    parties = {buyer: ["buyer", "procuringEntity"]}
    if entry.action == "tender.opened":
        parties |= {code: ["tenderer"] for code in sorted(_tenderers(entry.data))}
    if entry.action == "tender.award":
        parties[entry.data["agency_code"]] = ["tenderer", "supplier"]
    return {
        "ocid": said["ocid"],
        "id": str(entry.pk),
        "date": moment(entry.at),
        "initiationType": "tender",
        "language": "zh",
        "parties": [
            {
                "id": key(code),
                "name": names.get(code, code),
                "identifier": {"scheme": SCHEME, "id": code, "legalName": names.get(code, code)},
                "roles": roles,
            }
            for code, roles in parties.items()
        ],
        "buyer": {"id": key(buyer), "name": names.get(buyer, buyer)},
    }


def _announced(entry: LogEntry, said: Mapping[str, Any], _award: Mapping[str, Any]) -> Release:
    tag = "tender" if entry.action == "tender.publish" else "tenderUpdate"
    return {"tag": [tag], "tender": _tender(said, entry.at, "active")}


def _opened(entry: LogEntry, said: Mapping[str, Any], _award: Mapping[str, Any]) -> Release:
    codes = sorted(_tenderers(entry.data))
    told = {"numberOfTenderers": len(entry.data["responses"]), "tenderers": [{"id": key(code)} for code in codes]}
    return {"tag": ["tenderUpdate"], "tender": _tender(said, entry.at, "active") | told}


def _failed(entry: LogEntry, said: Mapping[str, Any], _award: Mapping[str, Any]) -> Release:
    status, tag = FAILED[entry.action]
    return {"tag": [tag], "tender": _tender(said, entry.at, status)}


def _awarded(entry: LogEntry, said: Mapping[str, Any], _award: Mapping[str, Any]) -> Release:
    data = entry.data
    award: dict[str, Any] = {
        "id": data["number"],
        "title": said.get("title") or data["number"],
        "status": "active",
        "date": moment(entry.at),
        "value": money(data["price"]),
        "suppliers": [{"id": key(data["agency_code"])}],
        "items": _items(said),
    }
    return {"tag": ["award"], "tender": _tender(said, entry.at, "complete"), "awards": [award]}


def _contracted(entry: LogEntry, said: Mapping[str, Any], award: Mapping[str, Any]) -> Release:
    """The contract's own figures aren't public; that it was signed, and that it has ended, is."""
    status, tag = CONTRACTED[entry.action]
    contract = {"id": f"{said['ocid']}-contract", "awardID": award.get("number", said["number"]), "status": status}
    if entry.action == "tender.contracted":
        contract["dateSigned"] = moment(entry.at)
    return {"tag": [tag], "contracts": [contract]}


MAKERS: dict[str, Callable[[LogEntry, Mapping[str, Any], Mapping[str, Any]], Release]] = {
    "tender.publish": _announced,
    "tender.amended": _announced,
    "tender.opened": _opened,
    "tender.award": _awarded,
    **dict.fromkeys(FAILED, _failed),
    **dict.fromkeys(CONTRACTED, _contracted),
}


def _tender(said: Mapping[str, Any], at: datetime, status: str) -> dict[str, Any]:
    method = registry.get(said["method"])
    found: dict[str, Any] = {
        "id": said["number"],
        "title": said["title"],
        "description": said["content"],
        "status": status,
        "procuringEntity": {"id": key(said["buyer"]["code"])},
        "items": _items(said),
        "procurementMethod": DIRECT if said["method"] == "direct" else OPEN,
        "procurementMethodDetails": str(method.label),
        "mainProcurementCategory": "services",
        "submissionMethod": ["electronicSubmission"],
    }
    if said["ceiling"]:
        found["value"] = money(said["ceiling"])
    if said["floor"]:
        found["minValue"] = money(said["floor"])
    if said["method"] in CRITERIA:
        found["awardCriteria"] = CRITERIA[said["method"]]
    if said["closes_at"]:
        found["tenderPeriod"] = {"endDate": said["closes_at"]}
    if said["reason"]:
        found["procurementMethodRationale"] = said["reason"]
    return found


def _items(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    item = {"scheme": "x_zjcs", "id": said["item"]}
    return [{"id": "1", "description": said["title"], "classification": item, "quantity": 1}]


def _tenderers(data: Mapping[str, Any]) -> set[str]:
    return {one["agency"] for one in data["responses"] if one["agency"]}


def key(code: str) -> str:
    """An organisation's id within the releases."""
    return f"{SCHEME}-{code}"


def money(text: str) -> dict[str, Any]:
    """An amount; OCDS wants a JSON number, and two places of so few digits stay exact in it."""
    return {"amount": float(number_of(text, "amount").quantize(Decimal("0.01"))), "currency": "CNY"}


def moment(at: datetime) -> str:
    """RFC 3339."""
    return at.isoformat(timespec="seconds")
