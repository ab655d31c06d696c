"""Registers what this app adds to the house."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def check_weights(**options: Any) -> list[checks.CheckMessage]:
    """Whether the weights of the ranking keep to their limits."""
    from search import ranking

    try:
        ranking.weights()
    except ImproperlyConfigured as wrong:
        return [checks.Error(str(wrong), id="search.E001")]
    return []


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("搜索")

    def ready(self) -> None:
        from marketplace.agencies.events import AgencyChanged
        from marketplace.catalogue.events import ItemChanged
        from marketplace.core import deadlines, errands, events, health, inbox
        from marketplace.tenders.events import TenderChanged
        from search import documents, kinds, messages, saved, services, subscribers, watching
        from search.documents import agencies, awards, items, offers, tenders
        from search.events import DocumentsStale, HitsToMail

        made = (
            (kinds.AGENCY, agencies),
            (kinds.OFFER, offers),
            (kinds.ITEM, items),
            (kinds.TENDER, tenders),
            (kinds.AWARD, awards),
        )
        for kind, made_by in made:
            documents.register_source(
                kind, made_by.build, made_by.keys, build_many=made_by.build_many, present=made_by.present
            )
        checks.register(check_weights)
        health.register("search", services.health)
        errands.register(services.follow)
        events.subscribe(AgencyChanged, "search.agency", subscribers.agency_changed, latest_only=True)
        events.subscribe(ItemChanged, "search.item", subscribers.item_changed, latest_only=True)
        events.subscribe(TenderChanged, "search.tender", subscribers.tender_changed, latest_only=True)
        events.subscribe(DocumentsStale, "search.batch", subscribers.documents_stale)
        events.subscribe(HitsToMail, "search.mail", messages.send_hits)
        errands.register(watching.look)
        deadlines.register(saved.DIGEST, watching.digest)
        inbox.register(**messages.KINDS)
