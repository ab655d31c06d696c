"""Addresses of an agency's desk. The public pages belong to `cms` and `search`."""

from django.urls import URLPattern, path

from marketplace.agencies.sections import ROW_SECTIONS, RowSection
from marketplace.agencies.views import desk, sections

BASE = "desk/agency/"


def _rows(section: RowSection) -> list[URLPattern]:
    key = {"key": section.key}
    place = f"{BASE}{section.key.replace('_', '-')}/"
    return [
        path(place, sections.rows, key, name=section.url_name),
        path(f"{place}<int:pk>/", sections.row, key, name=section.edit_url_name),
        path(f"{place}<int:pk>/remove/", sections.remove, key, name=section.remove_url_name),
    ]


urlpatterns = [
    path(BASE, desk.desk, name="agency_desk"),
    path(f"{BASE}start/", desk.start, name="agency_start"),
    path(f"{BASE}submit/", desk.submit, name="agency_submit"),
    path(f"{BASE}change/", desk.change, name="agency_change"),
    path(f"{BASE}second-person/", desk.second_person, name="agency_second_person"),
    path(f"{BASE}doze/", desk.doze, name="agency_doze"),
    path(f"{BASE}wake/", desk.wake, name="agency_wake"),
    path(f"{BASE}withdraw/", desk.withdraw, name="agency_withdraw"),
    path(f"{BASE}basics/", sections.basics, name="agency_basics"),
    path(f"{BASE}commitment/", sections.commitment, name="agency_commitment"),
    path(f"{BASE}commitment/letter/", sections.letter, name="agency_letter"),
    *(pattern for section in ROW_SECTIONS for pattern in _rows(section)),
]
