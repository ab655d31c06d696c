"""The main menu, and the short cuts on the desk: tables of data, from which the pages derive what this visitor sees."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole


@dataclass(frozen=True)
class Entry:
    """A link of the main menu."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class ShortCut:
    """A link on the desk for people with any of the roles (members of any role, when none is named)."""

    label: str | Promise
    url_name: str
    icon: str
    roles: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address; "" where this installation has no such page."""
        return _address(self.url_name)


_BUYER = (MemberRole.ADMINISTRATOR, MemberRole.BUYER)
_AGENCY = (MemberRole.ADMINISTRATOR, MemberRole.BID_AUTHOR, MemberRole.RELEASER)
_PROJECTS = (StaffRole.OFFICER, StaffRole.CHIEF)
_ADMIN = (StaffRole.OPERATOR, StaffRole.EDITOR, StaffRole.SUPERVISOR)

SHORT_CUTS: tuple[ShortCut, ...] = (
    ShortCut(gettext_lazy("代办工作台"), "officer_board", "route", _PROJECTS),
    ShortCut(gettext_lazy("代办员管理"), "officer_list", "users", (StaffRole.CHIEF,)),
    ShortCut(gettext_lazy("运营与内容后台"), "wagtailadmin_home", "layout-grid", _ADMIN),
    ShortCut(gettext_lazy("监管工作台"), "supervision_board", "eye", (StaffRole.SUPERVISOR,)),
    ShortCut(gettext_lazy("发起采购"), "tender_new", "pencil-plus", _BUYER),
    ShortCut(gettext_lazy("我的采购"), "my_tenders", "speakerphone", _BUYER),
    ShortCut(gettext_lazy("机构入驻与资料"), "agency_desk", "certificate", _AGENCY),
    ShortCut(gettext_lazy("我的报价"), "my_bids", "lock", _AGENCY),
    ShortCut(gettext_lazy("合同"), "contract_list", "file-text"),
    ShortCut(gettext_lazy("付款"), "payment_list", "coin"),
    ShortCut(gettext_lazy("投资项目"), "project_list", "map", _BUYER),
    ShortCut(gettext_lazy("已保存的搜索"), "saved_searches", "bookmark"),
    ShortCut(gettext_lazy("单位与成员"), "organisation", "users"),
)


def main_menu(request: HttpRequest) -> list[Entry]:
    """The entries in their order, in the visitor's language."""
    pages = [
        (_("找机构"), _address("agency_list")),
        (_("服务事项"), _address("item_list")),
        (_("采购公告"), _address("tender_list")),
        (_("投资项目"), _address("project_list")),
        (_("通知公告"), _address("notice_list")),
        (_("数据公开"), _address("statistics")),
        (_("帮助"), _address("help_list")),
    ]
    home = _address("home") or "/"
    entries = [Entry(label, url, request.path.startswith(url)) for label, url in pages if url]
    return [Entry(_("首页"), home, request.path == home), *entries]


def short_cuts(actor: Actor) -> list[ShortCut]:
    """What this actor's roles lead to, each place once."""
    found = []
    for cut in SHORT_CUTS:
        fits = bool(set(map(str, cut.roles)) & actor.roles) if cut.roles else actor.organisation is not None
        if fits and cut.url:
            found.append(cut)
    return found


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
