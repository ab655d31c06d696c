"""What an agency has ready for its responses: the papers of its register, and what it wrote the last time."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import COUNTING_STATES, Agency
from marketplace.core.models import StoredFile
from marketplace.tenders.models import Bid, Tender
from marketplace.tenders.queries.bids import NOT_OPENED


@dataclass(frozen=True)
class Paper:
    """A file of the agency's register: under which heading it stands, and what it is of."""

    group: str | Promise
    label: str
    file: StoredFile

    @property
    def name(self) -> str:
        """How the file is called in the documents of a response: what it is of, and its own name."""
        return f"{self.label} {self.file.name}"


def library_of(agency: Agency) -> list[Paper]:
    """The certificates that count, the licences of people on the register, what proves past work; each file once."""
    found: dict[str, Paper] = {}
    for paper in (*_certificates(agency), *_licences(agency), *_works(agency)):
        found.setdefault(paper.file.sha256, paper)
    return list(found.values())


def last_response(agency: Agency, tender: Tender) -> Bid | None:
    """The agency's newest opened response to another tender, of the same item if there is one."""
    opened = Bid.objects.filter(agency=agency, opened__gt="").exclude(state__in=NOT_OPENED).exclude(tender=tender)
    newest = opened.select_related("tender").defer("ciphertext").order_by("-submitted_at")
    return newest.filter(tender__item=tender.item_id).first() or newest.first()


def _certificates(agency: Agency) -> Iterator[Paper]:
    rows = agency.qualifications.filter(state__in=COUNTING_STATES, scan__isnull=False).select_related("scan", "type")
    for row in rows:
        yield from _paper(_("资质证书"), str(row), row.scan)


def _licences(agency: Agency) -> Iterator[Paper]:
    rows = agency.practitioners.filter(is_active=True, scan__isnull=False).select_related("scan").order_by("name", "pk")
    for row in rows:
        yield from _paper(_("从业人员证书"), str(row), row.scan)


def _works(agency: Agency) -> Iterator[Paper]:
    rows = agency.past_work.filter(evidence__isnull=False).select_related("evidence")
    for row in rows:
        day = formats.date_format(row.finished_on, "Y-m-d")
        yield from _paper(_("业绩证明"), f"{row.title}（{day}）", row.evidence)


def _paper(group: str | Promise, label: str, file: StoredFile | None) -> Iterator[Paper]:
    if file is not None:
        yield Paper(group, label, file)
