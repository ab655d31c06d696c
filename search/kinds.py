"""The kinds of documents that can be found, in the order in which they are offered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind: its name on the screen, the counting word, the list it has of its own, and the facets shown there."""

    name: str
    label: str | Promise
    unit: str | Promise
    url_name: str = ""
    facets: tuple[str, ...] = ()


AGENCY = "agency"
ITEM = "item"
TENDER = "tender"
AWARD = "award"
NOTICE = "notice"
POLICY = "policy"
HELP = "help"
OFFER = "offer"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            AGENCY,
            _("机构"),
            _("家机构"),
            "agency_list",
            (
                "item",
                "price",
                "days",
                "rating",
                "credit",
                "region",
                "qualification",
                "grade",
                "industry",
                "admitted",
                "category",
            ),
        ),
        Kind(
            OFFER,
            _("服务项目"),
            _("个服务项目"),
            "",
            ("item", "price", "days", "rating", "credit", "region", "industry", "category"),
        ),
        Kind(ITEM, _("服务事项"), _("项事项"), "item_list", ("category", "requirement")),
        Kind(
            TENDER,
            _("采购公告"),
            _("个采购项目"),
            "tender_list",
            ("state", "item", "method", "funds", "region", "published"),
        ),
        Kind(AWARD, _("中选结果"), _("条中选结果"), "", ("item", "method", "funds", "region", "published")),
        Kind(NOTICE, _("公告"), _("篇公告"), "", ("published",)),
        Kind(POLICY, _("政策"), _("篇政策"), "", ("published",)),
        Kind(HELP, _("帮助"), _("篇帮助")),
    )
}
RARE = (AWARD, NOTICE, POLICY, HELP)  # not every site has some of each, or yet
EVERYTHING = Kind("", _("全部"), _("条结果"), "search", ("category", "item", "region"))
