"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TendersConfig(AppConfig):
    name = "marketplace.tenders"
    label = "tenders"
    verbose_name = _("采购")

    def ready(self) -> None:
        from marketplace.agencies.services import register_obstacle
        from marketplace.core import deadlines, desk, errands, files, health, inbox, log_words
        from marketplace.tenders import (
            access,
            invitation_messages,
            proceeding_messages,
            proceeding_tasks,
            public_acts,
            queries,
            services,
            tasks,
        )
        from marketplace.tenders.messages import KINDS
        from marketplace.tenders.services import fetching, rehearsing, reviewing, seeding

        deadlines.register("tenders.announcement", services.tell_the_market)
        deadlines.register("tenders.reminder", services.remind_the_market)
        deadlines.register("tenders.answered", services.tell_the_answer)
        deadlines.register("tenders.amended", services.tell_of_amendment)
        deadlines.register("tenders.opening", services.open_bids)
        deadlines.register("tenders.second_announcement", services.announce_again)
        deadlines.register("tenders.acceptance", services.end_acceptance)
        deadlines.register("tenders.explanation", services.end_explanation)
        deadlines.register(reviewing.KIND, services.end_review)
        deadlines.register(reviewing.REMINDER, reviewing.remind)
        deadlines.register("tenders.pick", services.end_pick)
        deadlines.register("tenders.publicity_over", services.end_publicity)
        deadlines.register("tenders.objection", services.end_answer)
        deadlines.register("tenders.substitute", services.end_offer)
        deadlines.register("tenders.invitation_reminder", services.remind_the_invited)
        deadlines.register("tenders.choice", services.end_choice)
        deadlines.register("tenders.choice_reminder", services.remind_to_choose)
        deadlines.register(seeding.KIND, seeding.end_patience)
        deadlines.register(rehearsing.KIND, rehearsing.run_rehearsal)
        health.register("tender_keys", rehearsing.health)
        health.register("tender_randomness", fetching.health)
        errands.register(fetching.fetch_rounds)
        errands.register(fetching.check_network)
        files.register("tenders.attachment", access.may_read)
        files.register("tenders.explanation", access.may_read_explanation)
        files.register("tenders.objection", access.may_read_evidence)
        register_obstacle("tenders", queries.obstacles)
        desk.register("tenders", tasks.desk_tasks)
        desk.register("tenders.proceedings", proceeding_tasks.desk_tasks)
        inbox.register(**KINDS, **proceeding_messages.KINDS, **invitation_messages.KINDS)
        log_words.register(public_acts.WORDS)
