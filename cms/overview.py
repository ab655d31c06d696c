"""The zone in numbers, for the first page of Wagtail's admin."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.front import figures


@dataclass(frozen=True)
class Tile:
    """A number with its name and the public list behind it."""

    value: int
    label: str
    url: str


def tiles() -> list[Tile]:
    """Items, agencies, open tenders and this year's awards; at most a minute old, no query of its own."""
    numbers = figures()
    return [
        Tile(numbers["agencies"], _("入驻机构"), reverse("agency_list")),
        Tile(numbers["open"], _("正在公开选取"), reverse("tender_list")),
        Tile(numbers["awards"], _("本年中选"), f"{reverse('notice_list')}?kind=award"),
        Tile(numbers["items"], _("服务事项"), reverse("item_list")),
    ]
