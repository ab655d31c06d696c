"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "marketplace.supervision"
    label = "supervision"
    verbose_name = _("监管")

    def ready(self) -> None:
        from marketplace.core import deadlines, desk, inbox
        from marketplace.core import log_words as words_of_the_log
        from marketplace.supervision import log_words, queries
        from marketplace.supervision.services import cards

        words_of_the_log.register(log_words.WORDS)
        deadlines.register(cards.KIND, cards.run_sweep)
        desk.register("supervision", queries.desk_tasks)
        inbox.register(
            supervision__yellow=inbox.Kind(
                _("黄牌：%(title)s"), _("“%(title)s”已于 %(due)s 到期，责任单位：%(responsible)s。请尽快办理。")
            ),
            supervision__red=inbox.Kind(
                _("红牌：%(title)s"),
                _("“%(title)s”已超过期限 1 个工作日以上（期限 %(due)s），责任单位：%(responsible)s。"),
            ),
            supervision__complaint=inbox.Kind(
                _("收到投诉 %(number)s"), _("收到一件投诉举报，请在 3 个工作日内决定是否受理。")
            ),
            supervision__complaint_accepted=inbox.Kind(
                _("投诉 %(number)s 已受理"), _("您的投诉已受理，将在规定期限内答复，期限见投诉页面。")
            ),
            supervision__complaint_rejected=inbox.Kind(
                _("投诉 %(number)s 不予受理"), _("您的投诉不予受理，原因和其他途径见投诉页面。")
            ),
            supervision__complaint_decided=inbox.Kind(_("投诉 %(number)s 已答复"), _("您的投诉已有答复，请打开查看。")),
        )
