"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("内容")

    def ready(self) -> None:
        from wagtail import signals

        from cms import desk, documents, messages
        from cms.models import ArticlePage
        from marketplace.core import desk as desks
        from marketplace.core import inbox

        inbox.register(**messages.KINDS)
        desks.register("cms", desk.tasks)
        documents.register()
        signals.page_published.connect(documents.changed, dispatch_uid="cms.published")
        signals.page_unpublished.connect(documents.changed, dispatch_uid="cms.unpublished")
        post_delete.connect(documents.changed, sender=ArticlePage, dispatch_uid="cms.deleted")
        signals.workflow_submitted.connect(messages.submitted, dispatch_uid="cms.submitted")
        signals.workflow_approved.connect(messages.approved, dispatch_uid="cms.approved")
        signals.task_rejected.connect(messages.returned, dispatch_uid="cms.returned")
