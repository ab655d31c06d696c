"""The inspectors' record of a tender: what was kept of it, and what its responses have in common.

About responses there is nothing for anybody before the tender is over with them: not before the close, and not while
the same purchase takes responses again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core import clock
from marketplace.tenders.models import Bid, Tender, Trace
from marketplace.tenders.queries.tenders import HEAVY
from marketplace.tenders.rules import inspection as rules

BUYER = "buyer"
NOT_OVER = (
    Tender.State.DRAFT,
    Tender.State.CHECKING,
    Tender.State.SCHEDULED,
    Tender.State.PUBLISHED,
    Tender.State.CLOSED,
)


@dataclass(frozen=True)
class Came:
    """An act about a response, and where it came from."""

    holder: str
    name: str
    act: str
    at: datetime | None
    person: str
    address: str
    agent: str
    language: str
    session: str


@dataclass(frozen=True)
class Paper:
    """A file with what it says of its making; `holder` is an agency's credit code, or BUYER."""

    holder: str
    name: str
    title: str
    size: int
    type: str
    sha256: str
    said: dict[str, str]


@dataclass
class Record:
    """What an inspector sees of a tender. `is_sealed`: nothing about responses is in it yet."""

    is_sealed: bool
    counts: list[Trace] = field(default_factory=list)
    edits: list[Trace] = field(default_factory=list)
    overrides: list[Trace] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    hits: tuple[rules.Hit, ...] = ()

    @property
    def shared(self) -> set[tuple[str, str]]:
        """Kind and value of every hit, to mark them where they stand."""
        return {(hit.kind, hit.value) for hit in self.hits}


def inspectable(actor: Actor | None) -> QuerySet[Tender]:
    """The tenders whose record this actor may ask for: all that were ever submitted, for supervisors; else none."""
    if actor is None or actor.user is None or not actor.has_staff_role(StaffRole.SUPERVISOR):
        return Tender.objects.none()
    found = Tender.objects.filter(number__isnull=False).defer(*HEAVY)
    return found.select_related("buyer", "item").order_by("-published_at", "-pk")


def is_sealed(tender: Tender) -> bool:
    """Whether nobody may see yet who responded: not over, before its close, or the purchase is open again."""
    if tender.state in NOT_OVER or (tender.closes_at is not None and clock.now() < tender.closes_at):
        return True
    return Tender.objects.filter(chain=tender.chain, state__in=NOT_OVER[3:]).exclude(pk=tender.pk).exists()


def inspection_of(tender: Tender) -> Record:
    """The record of a tender; a constant number of queries."""
    record = Record(is_sealed(tender))
    traces = tender.traces.select_related("person", "bid__agency__organisation")
    if record.is_sealed:
        traces = traces.filter(bid=None)
    for trace in traces:
        if trace.kind == Trace.Kind.FILES:
            record.papers += _papers(tender, trace)
        else:
            lists = {"eligible": record.counts, "edit": record.edits, "override": record.overrides}
            lists[trace.kind].append(trace)
    if not record.is_sealed:
        record.came = list(_came(tender))
    record.hits = rules.hits([*_signs_of_acts(record.came), *_signs_of_papers(record.papers)])
    return record


def _came(tender: Tender) -> Iterator[Came]:
    bids = Bid.objects.filter(tender=tender).exclude(origins={}).order_by("submitted_at", "pk")
    rows = list(bids.values_list("agency__organisation__credit_code", "agency__organisation__name", "origins"))
    keys = {each.get("person") for _code, _name, origins in rows for each in origins.values()}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=keys - {None})}
    for code, name, origins in rows:
        for act, each in origins.items():
            yield Came(
                holder=code,
                name=name,
                act=act,
                at=parse_datetime(each.get("at", "")),
                person=people.get(each.get("person"), ""),
                address=each.get("address", ""),
                agent=each.get("agent", ""),
                language=each.get("language", ""),
                session=each.get("session", ""),
            )


def _papers(tender: Tender, trace: Trace) -> Iterator[Paper]:
    firm = trace.bid.agency.organisation if trace.bid else tender.buyer
    for each in trace.data.get("files", []):
        yield Paper(
            holder=firm.credit_code if trace.bid else BUYER,
            name=firm.name,
            title=each.get("name") or each.get("name_sha256", ""),
            size=each["size"],
            type=each["type"],
            sha256=each["sha256"],
            said=each.get("said", {}),
        )


def _signs_of_acts(came: list[Came]) -> Iterator[rules.Sign]:
    for each in came:
        yield rules.Sign(rules.ADDRESS, each.address, each.holder)
        yield rules.Sign(rules.SESSION, each.session, each.holder)
        yield rules.Sign(rules.PERSON, each.person, each.holder)
        yield rules.Sign(rules.BROWSER, browser_of(each), each.holder)


def browser_of(came: Came) -> str:
    """A browser by its own words; "" where it said nothing."""
    return f"{came.agent} | {came.language}" if came.agent else ""


def _signs_of_papers(papers: list[Paper]) -> Iterator[rules.Sign]:
    for paper in papers:
        yield rules.Sign(rules.FILE, paper.sha256, paper.holder)
        yield rules.Sign(rules.AUTHOR, paper.said.get("author", ""), paper.holder)
        yield rules.Sign(rules.EDITOR, paper.said.get("editor", ""), paper.holder)


def searched(found: QuerySet[Tender], words: str) -> QuerySet[Tender]:
    """Those whose number or title holds the words."""
    return found.filter(Q(number__icontains=words) | Q(title__icontains=words)) if words else found


def any_rows(record: Record) -> list[tuple[Any, ...]]:
    """The record as rows of one table, for export: part, time, holder, what, then values; marked where shared."""
    shared, rows = record.shared, []
    for trace in (*record.counts, *record.edits, *record.overrides):
        rows.append((trace.kind, trace.at.isoformat(), "", str(trace.person or ""), "", "", "", str(trace.data), ""))
    for came in record.came:
        signs = {rules.ADDRESS: came.address, rules.SESSION: came.session, rules.PERSON: came.person}
        marks = [kind for kind, value in (signs | {rules.BROWSER: browser_of(came)}).items() if (kind, value) in shared]
        at = came.at.isoformat() if came.at else ""
        values = (came.person, came.address, came.session, browser_of(came), "", " ".join(marks))
        rows.append((came.act, at, came.holder, *values))
    for paper in record.papers:
        signs = {rules.FILE: paper.sha256, rules.AUTHOR: paper.said.get("author", "")}
        signs[rules.EDITOR] = paper.said.get("editor", "")
        marks = [kind for kind, value in signs.items() if (kind, value) in shared]
        about = f"{paper.title} {paper.size} {paper.type} {paper.said}"
        rows.append(("file", "", paper.holder, "", "", "", "", f"{about} {paper.sha256}", " ".join(marks)))
    return rows
