"""An agency's application gathered for the rules."""

from django.db.models import Model
from django.utils.translation import gettext as _

from marketplace.agencies import rules
from marketplace.agencies.models import Agency, Practitioner, Qualification
from marketplace.catalogue import queries as catalogue
from marketplace.core import clock

NEEDED = ("legal_person", "contact_name", "contact_phone", "address", "region", "business_scope")
HOLDING = ("verified", "expiring", "expired", "challenged")


def application(agency: Agency) -> rules.Application:
    """Everything the machine checks look at; a constant number of queries."""
    return rules.Application(
        credit_code=agency.organisation.credit_code,
        today=clock.today(),
        basics_missing=_missing(agency),
        founded_on=agency.founded_on,
        papers=_papers(agency),
        people=_people(agency),
        works=_works(agency),
        offers=_offers(agency),
        has_commitment=agency.commitment_id is not None and agency.committed_at is not None,
        is_claim_confirmed=agency.organisation.is_verified,
    )


def _missing(agency: Agency) -> tuple[str, ...]:
    return tuple(label_of(Agency, name) for name in NEEDED if not getattr(agency, name))


def label_of(model: type[Model], name: str) -> str:
    """How the screen calls a field of a model."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _papers(agency: Agency) -> tuple[rules.PaperFacts, ...]:
    rows = list(agency.qualifications.exclude(state__in=["superseded", "rejected"]).select_related("type"))
    others = Qualification.objects.filter(number__in=[row.number for row in rows], state__in=HOLDING)
    taken = set(others.exclude(agency=agency).values_list("type_id", "number"))
    return tuple(
        rules.PaperFacts(
            pk=row.pk,
            type_slug=row.type.slug,
            type_name=row.type.name,
            type_status=row.type.status,
            type_grades=tuple(row.type.grades),
            grade=row.grade,
            number=row.number,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            has_scan=row.scan_id is not None,
            states_end=bool(row.type.years),
            taken=(row.type_id, row.number) in taken,
        )
        for row in rows
    )


def _people(agency: Agency) -> tuple[rules.PersonFacts, ...]:
    rows = list(agency.practitioners.filter(left_on=None))
    same = Practitioner.objects.filter(licence_number__in=[row.licence_number for row in rows], is_active=True)
    names = same.exclude(agency=agency).values_list("licence", "licence_number", "agency__organisation__name")
    elsewhere = {(licence, number): name for licence, number, name in names}
    return tuple(
        rules.PersonFacts(
            pk=row.pk,
            name=row.name,
            licence=row.licence,
            number=row.licence_number,
            valid_until=row.valid_until,
            has_scan=row.scan_id is not None,
            elsewhere=elsewhere.get((row.licence, row.licence_number), ""),
        )
        for row in rows
    )


def _works(agency: Agency) -> tuple[rules.WorkFacts, ...]:
    return tuple(
        rules.WorkFacts(
            pk=row.pk,
            title=row.title,
            amount=row.amount,
            started_on=row.started_on,
            finished_on=row.finished_on,
            has_evidence=row.evidence_id is not None,
            own=bool(row.contract_number),
        )
        for row in agency.past_work.all()
    )


def _offers(agency: Agency) -> tuple[rules.OfferFacts, ...]:
    rows = agency.offers.select_related("item")
    items = {item.pk: item for item in catalogue.items().filter(offers__agency=agency)}
    found = []
    for row in rows:
        wanted = catalogue.alternatives(items[row.item_id]) if row.item_id in items else []
        slugs = frozenset(each.type.slug for each in wanted)
        names = tuple(each.type.name for each in wanted)
        label = items[row.item_id].label if row.item_id in items else _("已停用的事项")
        found.append(rules.OfferFacts(row.pk, row.item.code, label, slugs, names))
    return tuple(found)
