"""The embedded engine's tables: documents, and the rows they are narrowed by.

Beside them stands `search_text`, made by a migration for the database at hand: an FTS5 table on SQLite, a `tsvector`
with a GIN index on PostgreSQL. All of it is derived: `manage.py search_rebuild` makes it anew from the domain.
"""

from django.db import models

from marketplace.core import clock


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
    works = models.PositiveIntegerField(null=True, blank=True, help_text="verified past work")
    rating_signal = models.FloatField(default=0)
    credit_signal = models.FloatField(default=0)
    experience_signal = models.FloatField(default=0)
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
    number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            # All that a condition or a count asks of a row: neither ever reads the table.
            models.Index(
                fields=["document", "name", "value", "detail", "price", "days", "number"], name="facet_of_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class SearchChange(models.Model):
    """A document that changed and that a search server has not heard of yet; written in the change's transaction.

    Its id is the version under which the server takes the document, so that a late message never replaces a newer one.
    A newer change of the same document takes the older one's place.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often the server refused this document")
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_change_per_document")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
