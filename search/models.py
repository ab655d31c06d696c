"""The embedded engine's tables: documents, and the rows they are narrowed by.

Beside them stands `search_text`, made by a migration for the database at hand: an FTS5 table on SQLite, a `tsvector`
with a GIN index on PostgreSQL. All of it is derived: `manage.py search_rebuild` makes it anew from the domain.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """Something that can be found, with all that a list shows of it."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80, help_text="the kind's own stable name of it: credit code, item code, number")
    title = models.CharField(max_length=250)
    url = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    terms = models.TextField(blank=True, help_text="other words it is found by, one a line")
    data = models.JSONField(default=dict, blank=True, help_text="what the list shows beside title and summary")
    rating = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    is_available = models.BooleanField(default=True, help_text="may be chosen or answered now; the others stand behind")
    version = models.PositiveSmallIntegerField(help_text="of the analysis and the shape it was written with")
    digest = models.CharField(max_length=64, help_text="of the content, to see whether it is stale")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_document_per_key")]
        indexes = [
            models.Index(fields=["kind", "rating"], name="document_by_rating"),
            models.Index(fields=["kind", "published_at"], name="document_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SearchFacet(models.Model):
    """One row that a document is narrowed by, see `facets.FACETS`: an offer, a certificate, a region …"""

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="facets", db_index=False)
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=80)
    detail = models.CharField(max_length=40, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            # All that a condition or a count asks of a row: neither ever reads the table.
            models.Index(fields=["document", "name", "value", "detail", "price", "days"], name="facet_of_document"),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class SavedSearch(models.Model):
    """A search that somebody keeps, to be told of what is new in it. Its state is that of the page's address."""

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("有新结果就提醒")
        DAILY = "daily", _("每天汇总一次")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("名称"), max_length=60)
    state = models.CharField(max_length=2000, blank=True, help_text="query string of `search.state`")
    by_inbox = models.BooleanField(_("站内消息"), default=True)
    by_mail = models.BooleanField(_("电子邮件"), default=False)
    pace = models.CharField(_("提醒频率"), max_length=8, choices=Pace.choices, default=Pace.DAILY)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    since = models.DateTimeField(help_text="what was found at this moment is not new")
    known = models.JSONField(default=list, help_text="what was found then: pairs of kind and key")
    is_broad = models.BooleanField(default=False, help_text="found more than is kept: new is what was published since")

    class Meta:
        verbose_name = _("已保存的搜索")
        verbose_name_plural = _("已保存的搜索")
        indexes = [models.Index(fields=["owner", "created_at"], name="saved_search_of")]

    def __str__(self) -> str:
        return self.name


class SavedHit(models.Model):
    """Something new that a saved search found: told once, however often its document is written."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits", db_index=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=250)
    url = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "kind", "key"], name="one_hit_per_document")]

    def __str__(self) -> str:
        return self.title


class FreshDocument(models.Model):
    """A document that was written and that no saved search has looked at yet; one row for each time."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
