"""What eligibility needs to know, for one agency or for very many."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.db.models import QuerySet

from marketplace.agencies.models import COUNTING_STATES, Agency, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.rules import Certificate, Facts, Licence
from marketplace.catalogue.models import Region, ServiceItem

KNOWN_STATES = (*COUNTING_STATES, "expired")  # an expired one is known, so that the answer can say so; it never counts


def facts(agency: Agency) -> Facts:
    """The facts of one agency."""
    return facts_many(Agency.objects.filter(pk=agency.pk))[agency.pk]


def facts_many(agencies: QuerySet[Agency]) -> dict[int, Facts]:
    """The facts of each agency by its primary key; six queries however many there are."""
    ids = agencies.order_by().values("pk")
    offers = _offers(ids)
    certificates = _certificates(ids)
    people = _people(ids)
    names = dict(Region.objects.values_list("code", "name"))
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


def facts_offering(
    item: ServiceItem, type_slugs: Collection[str], licences: Collection[str] | None
) -> dict[int, Facts]:
    """The facts of every admitted agency that offers the item, as far as a purchase of it asks for them.

    Of certificates only those of the types, of people only those with one of the licences (none named: all; None: no
    people). Three or four queries, however large the market is.
    """
    offers = ServiceOffer.objects.filter(item=item, is_active=True, agency__state=Agency.State.ACTIVE)
    ids = offers.order_by().values("agency_id")
    areas: dict[int, set[str]] = defaultdict(set)
    through = ServiceOffer.regions.through.objects.filter(serviceoffer__in=offers.order_by().values("pk"))
    for offer, code in through.values_list("serviceoffer_id", "region__code"):
        areas[offer].add(code)
    papers = Qualification.objects.filter(agency__in=ids, state__in=COUNTING_STATES, type__slug__in=type_slugs)
    values = papers.order_by().values_list("agency_id", "type__slug", "grade", "valid_until")
    paper, licensed = cache(Certificate), cache(Licence)  # thousands hold alike ones: each is made once
    certificates = _grouped((agency, paper(slug, slug, grade, end)) for agency, slug, grade, end in values)
    people = Practitioner.objects.filter(agency__in=ids, is_active=True).order_by()
    people = people.filter(licence__in=licences) if licences else people
    held = people.values_list("agency_id", "licence", "valid_until") if licences is not None else ()
    persons = _grouped((agency, licensed(licence, end)) for agency, licence, end in held)
    wanted = ("pk", "agency_id", "agency__organisation__credit_code", "agency__legal_person")
    return {
        agency: Facts(
            state=Agency.State.ACTIVE,
            offers={item.code: frozenset(areas.get(pk, ()))},
            certificates=tuple(certificates.get(agency, ())),
            practitioners=tuple(persons.get(agency, ())),
            credit_code=code,
            legal_person=legal_person,
        )
        for pk, agency, code, legal_person in offers.order_by().values_list(*wanted)
    }


def _offers(ids: Any) -> dict[int, dict[str, frozenset[str]]]:
    rows = ServiceOffer.objects.filter(agency__in=ids, is_active=True, item__is_active=True)
    areas: dict[int, set[str]] = defaultdict(set)
    through = ServiceOffer.regions.through.objects.filter(serviceoffer__agency__in=ids)
    for offer, code in through.values_list("serviceoffer_id", "region__code"):
        areas[offer].add(code)
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
