"""Saved searches: what somebody wants to be told of, and what is told already."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
