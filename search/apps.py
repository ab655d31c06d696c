"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("搜索")

    def ready(self) -> None:
        from marketplace.agencies.events import AgencyChanged
        from marketplace.catalogue.events import ItemChanged
        from marketplace.core import errands, events, health
        from marketplace.tenders.events import TenderChanged
        from search import documents, kinds, services, subscribers
        from search.documents import agencies, items, tenders
        from search.events import DocumentsStale

        for kind, made_by in ((kinds.AGENCY, agencies), (kinds.ITEM, items), (kinds.TENDER, tenders)):
            documents.register_source(
                kind, made_by.build, made_by.keys, build_many=made_by.build_many, present=made_by.present
            )
        health.register("search", services.health)
        errands.register(services.follow)
        events.subscribe(AgencyChanged, "search.agency", subscribers.agency_changed, latest_only=True)
        events.subscribe(ItemChanged, "search.item", subscribers.item_changed, latest_only=True)
        events.subscribe(TenderChanged, "search.tender", subscribers.tender_changed, latest_only=True)
        events.subscribe(DocumentsStale, "search.batch", subscribers.documents_stale)
