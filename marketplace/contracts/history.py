"""What happened to a contract, in words: read from the audit log, so that nothing is told that was not written down."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.contracts.models import Contract
from marketplace.core import log
from marketplace.core.models import LogEntry


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    title: str
    text: str = ""
    state: str = "done"


def history(contract: Contract) -> list[Happened]:
    """The acts in their order; steps that passed by themselves say so."""
    found = (_line(entry) for entry in log.history(contract))
    return [line for line in found if line is not None]


def _line(entry: LogEntry) -> Happened | None:
    words = _words(entry.data).get(entry.action)
    if words is None:
        return None
    who = "" if entry.data.get("passed_by_itself") or entry.actor_id is None else entry.actor_label
    itself = _("系统自动办理") if entry.data.get("passed_by_itself") else ""
    text = "，".join(part for part in (who, itself, _details(entry)) if part)
    return Happened(entry.at, words, text)


def _details(entry: LogEntry) -> str:
    """The reason that was given, where one was."""
    return str(entry.data.get("reason") or entry.data.get("remark") or "")


def _words(data: dict[str, object]) -> dict[str, str]:
    milestone = {
        "milestone": data.get("milestone", ""),
        "round": data.get("round", ""),
        "amount": data.get("amount", ""),
    }
    version = {"version": data.get("version", "")}
    accepted = _("逾期未验收，视为通过：%(milestone)s") if data.get("by_silence") else _("验收通过：%(milestone)s")
    signed_buyer = _("采购人确认第 %(version)s 版") % version
    signed_agency = _("机构确认第 %(version)s 版") % version
    return {
        "contract.draft": _("按中选结果拟定合同"),
        "contract.revise": _("采购人修改为第 %(version)s 版") % version,
        "contract.ask_changes": _("机构提出修改意见"),
        "contract.sign_buyer_first": signed_buyer,
        "contract.sign_buyer_second": signed_buyer,
        "contract.sign_agency_first": signed_agency,
        "contract.sign_agency_second": signed_agency,
        "contract.sign_overdue": _("签订期限已过"),
        "contract.file": _("合同备案"),
        "contract.check": _("备案核对：金额、期限、双方与中选结果一致"),
        "contract.begin": _("合同生效，开始履行"),
        "contract.deliver": _("提交成果（第 %(round)s 次）：%(milestone)s") % milestone,
        "contract.return": _("退回成果（第 %(round)s 次）：%(milestone)s") % milestone,
        "contract.accept": accepted % milestone,
        "contract.dispute": _("进入争议：%(milestone)s") % milestone,
        "contract.grant_round": _("同意再提交一次：%(milestone)s") % milestone,
        "contract.settle": _("争议已解决，继续履行"),
        "contract.paid": _("确认收款 %(amount)s：%(milestone)s") % milestone,
        "contract.complete": _("全部节点验收，合同完成"),
        "contract.terminate": _("合同终止"),
        "review.publish": _("公布采购人的评价") if data.get("side") == "buyer" else _("公布机构的评价"),
        "review.reply": _("回复评价"),
    }
