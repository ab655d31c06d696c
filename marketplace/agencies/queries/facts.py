"""What eligibility needs to know, for one agency or for very many."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any

from django.db.models import QuerySet

from marketplace.agencies.models import COUNTING_STATES, Agency, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.rules import Certificate, Facts, Licence, Needs
from marketplace.catalogue.models import Region, ServiceItem
from marketplace.core.prepared import Prepared

KNOWN_STATES = (*COUNTING_STATES, "expired")  # an expired one is known, so that the answer can say so; it never counts
Rows = Callable[[Any], QuerySet[Any, Any]]


def facts(agency: Agency, needs: Needs | None = None) -> Facts:
    """The facts of one agency; with `needs`, of its regions, certificates and people only what these ask about."""
    return _facts(lambda rows: _of_one[rows].rows(agency.pk), needs)[agency.pk]


def facts_many(agencies: QuerySet[Agency], needs: Needs | None = None) -> dict[int, Facts]:
    """The facts of each agency by its primary key; six queries at most however many there are.

    With `needs`, of regions, certificates and people only what these ask about.
    """
    ids = agencies.order_by().values("pk")
    return _facts(lambda rows: rows(ids), needs)


def _facts(ask: Callable[[Rows], Iterable[tuple[Any, ...]]], needs: Needs | None) -> dict[int, Facts]:
    """What these questions are answered for some agencies, put together."""
    asks_region = needs is None or needs.region_code is not None
    names = dict(Region.objects.values_list("code", "name")) if asks_region else {}
    offers = _offers(ask(_offer_rows), ask(_area_rows) if asks_region else ())
    certificates = _certificates(ask(_certificate_rows)) if needs is None or needs.groups else {}
    people = _people(ask(_people_rows)) if needs is None or needs.practitioners else {}
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
            second_person=second_person,
        )
        for pk, state, score, code, name, legal_person, second_person in ask(_agency_rows)
    }


def facts_offering(
    item: ServiceItem, type_slugs: Collection[str], licences: Collection[str] | None
) -> dict[int, Facts]:
    """The facts of every admitted agency that offers the item, as far as a purchase of it asks for them.

    Of certificates only those of the types, of people only those with one of the licences (none named: all; None: no
    people). Three or four queries, however large the market is.
    """
    wanted = ("pk", "agency_id", "agency__organisation__credit_code", "agency__legal_person")
    offers = ServiceOffer.objects.filter(item=item, is_active=True, agency__state=Agency.State.ACTIVE)
    offering = list(offers.order_by().values_list(*wanted))
    ids = {agency for _pk, agency, _code, _person in offering}
    areas: dict[int, set[str]] = defaultdict(set)
    through = ServiceOffer.regions.through.objects.filter(serviceoffer__item=item)
    for offer, code in through.values_list("serviceoffer_id", "region__code"):
        areas[offer].add(code)
    # By kind and not by agency: a database that knows nothing of new tables yet plans a join of thousands badly.
    papers = Qualification.objects.filter(state__in=COUNTING_STATES, type__slug__in=type_slugs)
    values = papers.order_by().values_list("agency_id", "type__slug", "grade", "valid_until")
    paper, licensed = cache(Certificate), cache(Licence)  # thousands hold alike ones: each is made once
    certificates = _grouped((agency, paper(slug, slug, grade, end)) for agency, slug, grade, end in values)
    people = Practitioner.objects.filter(is_active=True).order_by()
    people = people.filter(licence__in=licences) if licences else people
    held = people.values_list("agency_id", "licence", "valid_until") if licences is not None else ()
    persons = _grouped((agency, licensed(licence, end)) for agency, licence, end in held if agency in ids)
    return {
        agency: Facts(
            state=Agency.State.ACTIVE,
            offers={item.code: frozenset(areas.get(pk, ()))},
            certificates=tuple(certificates.get(agency, ())),
            practitioners=tuple(persons.get(agency, ())),
            credit_code=code,
            legal_person=legal_person,
        )
        for pk, agency, code, legal_person in offering
    }


def _agency_rows(ids: Any) -> QuerySet[Any, Any]:
    firm = ("organisation__credit_code", "organisation__name", "legal_person", "second_person")
    return Agency.objects.filter(pk__in=ids).order_by().values_list("pk", "state", "credit_score", *firm)


def _area_rows(ids: Any) -> QuerySet[Any, Any]:
    through = ServiceOffer.regions.through.objects.filter(serviceoffer__agency__in=ids)
    return through.values_list("serviceoffer_id", "region__code")


def _offer_rows(ids: Any) -> QuerySet[Any, Any]:
    rows = ServiceOffer.objects.filter(agency__in=ids, is_active=True, item__is_active=True)
    return rows.order_by().values_list("pk", "agency_id", "item__code")


def _certificate_rows(ids: Any) -> QuerySet[Any, Any]:
    rows = Qualification.objects.filter(agency__in=ids, state__in=KNOWN_STATES).order_by("pk")
    return rows.values_list("agency_id", "type__slug", "type__name", "grade", "valid_until")


def _people_rows(ids: Any) -> QuerySet[Any, Any]:
    rows = Practitioner.objects.filter(agency__in=ids, is_active=True).order_by("pk")
    return rows.values_list("agency_id", "licence", "valid_until")


def _one(rows: Rows) -> Prepared:
    return Prepared(lambda pk: rows([pk]), int)


_QUESTIONS: tuple[Rows, ...] = (_agency_rows, _area_rows, _offer_rows, _certificate_rows, _people_rows)
_of_one: dict[Rows, Prepared] = {rows: _one(rows) for rows in _QUESTIONS}


def _offers(rows: Iterable[tuple[Any, ...]], areas: Iterable[tuple[Any, ...]]) -> dict[int, dict[str, frozenset[str]]]:
    served = _grouped((offer, code) for offer, code in areas)
    found: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for pk, agency, code in rows:
        found[agency][code] = frozenset(served.get(pk, ()))
    return found


def _certificates(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Certificate]]:
    return _grouped((agency, Certificate(slug, name, grade, end)) for agency, slug, name, grade, end in rows)


def _people(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Licence]]:
    return _grouped((agency, Licence(licence, end)) for agency, licence, end in rows)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
