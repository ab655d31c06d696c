"""Who may do what: roles as a table. Group names in Wagtail, menus and the permission matrix are derived from it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MemberRole(StrEnum):
    """What a person may do for an organisation."""

    ADMINISTRATOR = "administrator"
    BUYER = "buyer"
    BID_AUTHOR = "bid_author"
    RELEASER = "releaser"


class StaffRole(StrEnum):
    """What a person does for the zone."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    CHIEF = "chief"
    CLERK = "clerk"
    EDITOR = "editor"


@dataclass(frozen=True)
class Role:
    """A role's name and one sentence about it."""

    key: str
    label: str | Promise
    meaning: str | Promise


MEMBER_ROLES: tuple[Role, ...] = (
    Role(MemberRole.ADMINISTRATOR, _("单位管理员"), _("管理成员和单位资料，可办理本单位全部业务。")),
    Role(MemberRole.BUYER, _("采购受托人"), _("发布采购、确认合同、验收成果、评价。")),
    Role(MemberRole.BID_AUTHOR, _("报价经办人"), _("维护机构资料、填写报价、上传成果。")),
    Role(MemberRole.RELEASER, _("报价复核人"), _("复核并放行报价。")),
)

STAFF_ROLES: tuple[Role, ...] = (
    Role(StaffRole.OPERATOR, _("运营人员"), _("审核入驻、核验授权、维护目录与规则。")),
    Role(StaffRole.SUPERVISOR, _("监管人员"), _("查看监管数据、处理投诉、督办。")),
    Role(StaffRole.OFFICER, _("代办员"), _("为投资项目全程代办。")),
    Role(StaffRole.CHIEF, _("代办主管"), _("分派代办员，查看全部项目。")),
    Role(StaffRole.CLERK, _("窗口人员"), _("在政务服务大厅受理、代录。")),
    Role(StaffRole.EDITOR, _("内容编辑"), _("在 Wagtail 中发布公告、政策和机构展示内容。")),
)


def group_name(role: str) -> str:
    """The name of the Django group that carries a staff role's Wagtail permissions."""
    return f"zjcs-{role}"


def label_of(role: str) -> str | Promise:
    """The role's name on the screen."""
    return next((r.label for r in MEMBER_ROLES + STAFF_ROLES if r.key == role), role)
