"""What eligibility needs to know, for one agency or for very many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from marketplace.agencies.models import COUNTING_STATES, Agency, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.rules import Certificate, Facts, Licence, Needs
from marketplace.catalogue.models import Region

KNOWN_STATES = (*COUNTING_STATES, "expired")  # an expired one is known, so that the answer can say so; it never counts


def facts(agency: Agency, needs: Needs | None = None) -> Facts:
    """The facts of one agency; with `needs`, of its regions, certificates and people only what these ask about."""
    return facts_many(Agency.objects.filter(pk=agency.pk), needs)[agency.pk]


def facts_many(agencies: QuerySet[Agency], needs: Needs | None = None) -> dict[int, Facts]:
    """The facts of each agency by its primary key; six queries at most however many there are.

    With `needs`, of regions, certificates and people only what these ask about.
    """
    ids = agencies.order_by().values("pk")
    asks_region = needs is None or needs.region_code is not None
    offers = _offers(ids, areas=_areas(ids) if asks_region else {})
    certificates = _certificates(ids) if needs is None or needs.groups else {}
    people = _people(ids) if needs is None or needs.practitioners else {}
    names = dict(Region.objects.values_list("code", "name")) if asks_region else {}
    rows = agencies.values_list(
        "pk", "state", "credit_score", "organisation__credit_code", "organisation__name", "legal_person"
    )
    return {
        pk: Facts(
            state=state,
            offers=offers.get(pk, {}),
            certificates=tuple(certificates.get(pk, ())),
            practitioners=tuple(people.get(pk, ())),
            credit_score=score,
            credit_code=code,
            name=name,
            legal_person=legal_person,
            region_names=names,
        )
        for pk, state, score, code, name, legal_person in rows
    }


def _areas(ids: Any) -> dict[int, set[str]]:
    """Offer → the codes of its regions."""
    areas: dict[int, set[str]] = defaultdict(set)
    through = ServiceOffer.regions.through.objects.filter(serviceoffer__agency__in=ids)
    for offer, code in through.values_list("serviceoffer_id", "region__code"):
        areas[offer].add(code)
    return areas


def _offers(ids: Any, *, areas: Mapping[int, set[str]]) -> dict[int, dict[str, frozenset[str]]]:
    rows = ServiceOffer.objects.filter(agency__in=ids, is_active=True, item__is_active=True)
    found: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for pk, agency, code in rows.order_by().values_list("pk", "agency_id", "item__code"):
        found[agency][code] = frozenset(areas.get(pk, ()))
    return found


def _certificates(ids: Any) -> dict[int, list[Certificate]]:
    rows = Qualification.objects.filter(agency__in=ids, state__in=KNOWN_STATES).order_by("pk")
    values = rows.values_list("agency_id", "type__slug", "type__name", "grade", "valid_until")
    return _grouped((agency, Certificate(slug, name, grade, end)) for agency, slug, name, grade, end in values)


def _people(ids: Any) -> dict[int, list[Licence]]:
    rows = Practitioner.objects.filter(agency__in=ids, is_active=True).order_by("pk")
    values = rows.values_list("agency_id", "licence", "valid_until")
    return _grouped((agency, Licence(licence, end)) for agency, licence, end in values)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
