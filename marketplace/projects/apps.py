"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "marketplace.projects"
    label = "projects"
    verbose_name = _("投资项目")

    def ready(self) -> None:
        from marketplace.accounts.leaving import register_leaving
        from marketplace.contracts.events import ContractChanged, DeliverableAccepted
        from marketplace.core import desk, errands, events, files
        from marketplace.core.calendar import CalendarChanged
        from marketplace.projects import desk as projects_desk
        from marketplace.projects import entries, messages, queries
        from marketplace.projects.services import entries as entry_services
        from marketplace.projects.services import forecasting, handover, market, timing
        from marketplace.tenders.events import TenderChanged
        from marketplace.tenders.services import register_mandate

        register_leaving("projects", handover.refuse_leaving)
        messages.register()
        register_mandate("projects", market.mandated)
        files.register(market.PURPOSE, queries.may_read_material)
        desk.register("projects", projects_desk.tasks)
        files.register(entry_services.PURPOSE, entries.may_read_photo)
        desk.register("projects.entries", entries.tasks)
        events.subscribe(TenderChanged, "projects.follow_tender", market.follow_tender)
        events.subscribe(ContractChanged, "projects.follow_contract", market.follow_contract)
        events.subscribe(DeliverableAccepted, "projects.link_deliverable", market.link_deliverable)
        events.subscribe(CalendarChanged, "projects.recount", timing.follow_calendar, latest_only=True)
        errands.register(forecasting.nightly)
