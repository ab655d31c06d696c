"""What a closed tender keeps while its source of randomness has no value yet."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class Drawing(models.Model):
    """A tender whose list is frozen and whose announced value is awaited.

    `announced`: `beacons.base.Announced` as JSON, the successor's where `is_successor`; `frozen`: what is known of the
    responding agencies at the close, with the salt of its hash; `value`: what was found, as its proof.
    """

    tender = models.OneToOneField("tenders.Tender", on_delete=models.PROTECT, related_name="drawing")
    announced = models.JSONField()
    is_successor = models.BooleanField(default=False)
    frozen = models.JSONField()
    begun_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(_("产生时间"))
    successor_at = models.DateTimeField(_("改用后备时间"), null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="when the worker asks the network again")
    tries = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, help_text="why the last try failed")
    value = models.JSONField(default=dict, blank=True)
    found_at = models.DateTimeField(_("取得时间"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("待随机源的采购")
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return str(self.tender)

    @property
    def reference(self) -> dict[str, Any]:
        """What is awaited, as announced."""
        return dict(self.announced)


class TypedValue(models.Model):
    """What one person typed or uploaded as the awaited value; two must agree before it counts."""

    drawing = models.ForeignKey(Drawing, on_delete=models.PROTECT, related_name="typed")
    of_successor = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4096)
    at = models.DateTimeField(default=clock.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("录入的随机数")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "of_successor", "by"], name="one_typed_value_per_person")
        ]

    def __str__(self) -> str:
        return str(self.drawing)


class MissingValue(models.Model):
    """One person's word that the announced source gave no value, and by what anybody sees it."""

    drawing = models.ForeignKey(Drawing, on_delete=models.PROTECT, related_name="missing")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_supervisor = models.BooleanField(default=False)
    reason = models.CharField(_("依据"), max_length=500)
    at = models.DateTimeField(default=clock.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("随机源没有产生结果的说明")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["drawing", "by"], name="one_missing_value_per_person")]

    def __str__(self) -> str:
        return str(self.drawing)
