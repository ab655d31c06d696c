"""The main menu, and which entry is current."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Entry:
    """A link of the main menu."""

    label: str
    url: str
    current: bool


def main_menu(request: HttpRequest) -> list[Entry]:
    """The entries in their order, in the visitor's language."""
    pages = [
        (_("找机构"), reverse("agency_list")),
        (_("服务事项"), reverse("item_list")),
        (_("采购公告"), reverse("tender_list")),
        (_("投资项目"), reverse("project_list")),
        (_("通知公告"), reverse("notice_list")),
        (_("数据公开"), reverse("statistics")),
        (_("帮助"), reverse("help_list")),
    ]
    home = reverse("home")
    entries = [Entry(label, url, request.path.startswith(url)) for label, url in pages]
    return [Entry(_("首页"), home, request.path == home), *entries]
