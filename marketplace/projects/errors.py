"""Refusals of this app, each by its name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from marketplace.projects.models import Project


class BadProjectCode(DomainError):
    """The text has not the form of a project code."""

    code = "bad_project_code"
    status = 422
    field = "code"
    message = _(
        "项目代码应为 24 个字符，如 2601-430599-04-01-318024：赋码年月、行政区划、部门、类型和随机码，用“-”连接。"
        "请从投资项目在线审批监管平台复制。"
    )


class ForeignProjectCode(DomainError):
    """The code was given in another region; the person must say that this is meant."""

    code = "foreign_project_code"
    status = 422
    field = "code"


class ProjectCodeTaken(DomainError):
    """The project is here already."""

    code = "project_code_taken"
    field = "code"


class NotAnOfficer(DomainError):
    """Somebody is named agent officer who is none."""

    code = "not_an_officer"
    status = 422
    field = "officer"
    message = _("所选人员不是在岗的代办员，请另选一位。")


class CaseNumberMissing(DomainError):
    """An authority's step begins with a number in the authority's system."""

    code = "case_number_missing"
    status = 422
    field = "case_number"
    message = _("请填写办件编号：在审批系统提交受理后由系统生成。")


class NoMandate(NotAllowed):
    """The owner has not allowed the officer to open tenders, or the mandate is over."""

    code = "no_mandate"
    message = _("企业没有授权代办员代发采购，或授权已到期。请提醒企业在项目页自行发起采购，或更新授权。")


class ByAuthority(DomainError):
    """A service that the authority commissions and pays."""

    code = "by_authority"
    message = _("这项技术服务由审批部门委托并付费，企业不需要采购。")


class NotDoneByOneself(DomainError):
    """A service that needs an agency."""

    code = "not_done_by_oneself"
    message = _("这项服务依法须由有资质的机构完成，不能自行提供。请发起采购。")


class NoClockToStop(DomainError):
    """A step whose limit does not run, or is another step's."""

    code = "no_clock_to_stop"
    message = _("只有正在办理、由部门办理的环节可以暂停计时；与其他环节同时办结的，请在那个环节上暂停。")


class PauseTooLate(DomainError):
    """The limit is over: stopping the clock now would hide that."""

    code = "pause_too_late"
    message = _("已经超过期限，不能再暂停计时。")


class NobodyToRemind(DomainError):
    """Whose turn it is has no account here: a department, or agencies that are still bidding."""

    code = "nobody_to_remind"
    message = _("对方在本站没有账号，不能在站内催办。")


class ClockStopped(DomainError):
    """A step is to be ended while its clock stands still."""

    code = "clock_stopped"
    message = _("本环节计时暂停中，请先恢复计时，再登记办结。")


class NoDeputy(DomainError):
    """Nobody stands in for the officer."""

    code = "no_deputy"
    status = 422
    field = "officer"
    message = _(
        "这位代办员还没有在岗的代理人，不能指派项目，也不能登记外出。请先在“代办员管理”中设置代理人，或另选一位。"
    )


class OfficerConcerned(DomainError):
    """The officer has an interest in the project's owner."""

    code = "officer_concerned"
    status = 422
    field = "officer"
    message = _("这位代办员与项目单位有利益关系，须回避。请另选一位。")


class OpenProjects(DomainError):
    """An officer would leave while they run projects."""

    code = "open_projects"
    field = "roles"
    shown = 5

    def __init__(self, projects: "Sequence[Project]") -> None:
        names = "、".join(each.name for each in projects[: self.shown])
        known = {
            "count": len(projects),
            "names": names,
            "address": reverse("officer_handover", args=[projects[0].officer_id]),
        }
        super().__init__(
            _(
                "这位代办员还有 %(count)d 个在办项目（%(names)s 等），不能停用账号或取消代办员角色。"
                "请代办主管先在“移交全部在办项目”（%(address)s）办完交接。"
            )
            % known
        )
