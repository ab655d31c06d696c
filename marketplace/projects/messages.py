"""The words of this app's messages."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.inbox import Kind
from marketplace.core.inbox import register as declare


def register() -> None:
    """Declare all kinds of messages that projects send."""
    declare(
        projects__requested=Kind(
            _("代办申请：%(project)s"), _("%(owner)s 为项目“%(project)s”申请代办服务，请在 2 个工作日内受理或退回。")
        ),
        projects__accepted=Kind(
            _("代办已受理：%(project)s"), _("代办员 %(officer)s 将为项目“%(project)s”全程代办，请在项目页签署授权。")
        ),
        projects__assigned=Kind(_("新分派的项目：%(project)s"), _("%(owner)s 的项目“%(project)s”由您代办。")),
        projects__unassigned=Kind(
            _("没有可指派的代办员：%(project)s"),
            _("%(owner)s 的项目“%(project)s”没有可自动指派的代办员，请在项目页查看原因并指派。"),
        ),
        projects__handover_begun=Kind(
            _("请签署项目交接：%(project)s"), _("项目“%(project)s”由 %(giver)s 移交 %(taker)s，请核对交接清单并签署。")
        ),
        projects__handed_over=Kind(
            _("代办员已变更：%(project)s"),
            _("项目“%(project)s”已由 %(giver)s 移交 %(taker)s，今后由 %(taker)s 代办，原授权继续有效，可随时变更。"),
        ),
        projects__standing_in=Kind(
            _("请代理 %(officer)s 的项目"),
            _("%(officer)s 于 %(starts_on)s 至 %(ends_on)s 外出，期间由您代理其全部项目，待办和提醒同时发给您。"),
        ),
        projects__returned=Kind(
            _("代办申请已退回：%(project)s"), _("退回原因：%(reason)s。请补正后在项目页重新提交，填过的内容都在。")
        ),
        projects__mandated=Kind(
            _("授权已签署：%(project)s"), _("%(owner)s 已为项目“%(project)s”签署代办授权，请生成审批路线图。")
        ),
        projects__route_made=Kind(
            _("审批路线图已生成：%(project)s"),
            _("项目“%(project)s”共 %(steps)s 个环节，请在项目页查看先后、期限和所需材料。"),
        ),
        projects__route_migrated=Kind(
            _("路线图已更新：%(project)s"),
            _(
                "项目“%(project)s”的路线图改用第 %(version)s 版：新增 %(added)s 个环节，取消 %(removed)s 个，"
                "调整 %(changed)s 个；已办结的环节不变。"
            ),
        ),
        projects__step_started=Kind(
            _("办件已受理：%(step)s"), _("项目“%(project)s”的“%(step)s”由%(unit)s办理，应于 %(due)s 前办结。")
        ),
        projects__correction_asked=Kind(
            _("请补正：%(step)s"),
            _("项目“%(project)s”的“%(step)s”需要补正：%(reason)s。补正期间不计时限，请尽快补齐并联系代办员。"),
        ),
        projects__step_paused=Kind(
            _("暂停计时：%(step)s"), _("项目“%(project)s”的“%(step)s”因%(reason)s暂停计时，结束后继续计算时限。")
        ),
        projects__step_resumed=Kind(
            _("恢复计时：%(step)s"), _("项目“%(project)s”的“%(step)s”恢复计时，应于 %(due)s 前办结。")
        ),
        projects__step_finished=Kind(
            _("环节已办结：%(step)s"), _("项目“%(project)s”的“%(step)s”已办结。现在可以办理：%(following)s。")
        ),
        projects__done=Kind(_("项目全部办结：%(project)s"), _("项目“%(project)s”路线图上的环节已全部办结。")),
        projects__reminded=Kind(
            _("催办：%(what)s"), _("项目“%(project)s”的“%(what)s”正等您办理，期限：%(due)s。代办员：%(officer)s。")
        ),
        projects__reminded_with=Kind(_("催办：%(what)s"), _("%(text)s")),
        projects__message=Kind(_("项目消息：%(project)s"), _("%(who)s：%(text)s")),
        projects__entry_shared=Kind(
            _("代办员记录：%(project)s"), _("代办员为项目“%(project)s”记录了%(what)s：%(text)s")
        ),
        projects__deliverable_linked=Kind(
            _("成果已归入环节：%(item)s"),
            _("“%(item)s”的成果已验收，并归入项目“%(project)s”的“%(step)s”，无需重复上传。"),
        ),
    )
