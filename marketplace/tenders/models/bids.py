"""Sealed responses with their documents, and the nightly proof that they can be opened."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.tenders.models.tender import Tender


class Bid(models.Model):
    """A sealed response. Random primary key: numbers in a row would tell how many there are. States: `rules.BID`.

    Before the opening only `ciphertext` holds what was offered; price, days, note, team and `opened` are empty until
    then. Two responses of a tender may have one commitment: see `sealing.Sealed.checked`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SEALED = "sealed", _("已密封")
        REPLACED = "replaced", _("已替换")
        WITHDRAWN = "withdrawn", _("已撤回")
        OPENED = "opened", _("已开启")
        VALID = "valid", _("有效")
        INVALID = "invalid", _("无效")
        SHORTLISTED = "shortlisted", _("入围")
        WINNER = "winner", _("中选")
        SUBSTITUTE = "substitute", _("候补")
        LOST = "lost", _("未中选")
        GIVEN_UP = "given_up", _("放弃中选")
        VOID = "void", _("作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bids")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="bids")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.SEALED)
    ciphertext = models.BinaryField()
    commitment = models.CharField(max_length=64)
    receipt = models.JSONField()
    withdrawal = models.JSONField(default=dict, blank=True, help_text="the receipt of a withdrawal")
    amended = models.PositiveSmallIntegerField(default=0, help_text="number of the last material amendment it knew")
    confirmation = models.JSONField(default=dict, blank=True, help_text="the receipt of its renewed confirmation")
    sealed_by_server = models.BooleanField(default=True)
    submitted_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.UUIDField(unique=True)
    eligibility = models.JSONField(default=dict, blank=True, help_text="a report for placed, closed, noticed")
    origins = models.JSONField(default=dict, blank=True, help_text="for inspectors: act → where it came from")

    price = models.DecimalField(_("报价（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("承诺工作日"), null=True, blank=True)
    note = models.TextField(blank=True)
    team = models.JSONField(default=list, blank=True, help_text="registration numbers of who will do it, as opened")
    opened = models.TextField(blank=True, help_text="the sealed text as opened: anybody checks it by the commitment")
    invalid_reason = models.CharField(max_length=20, blank=True)
    rank = models.PositiveIntegerField(_("名次"), null=True, blank=True)

    wagtail_reference_index_ignore = True  # its index would count a tender's bids before the close

    class Meta:
        verbose_name = verbose_name_plural = _("响应")
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "agency"],
                condition=~Q(state__in=["replaced", "withdrawn"]),
                name="one_live_bid_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tender.number} · {self.agency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new response knows the tender as it is read under the response's lock."""
        if self._state.adding:
            self.amended = self.tender.amended
        super().save(*args, **kwargs)


class BidDocuments(models.Model):
    """The documents envelope of a response: encrypted bytes in private storage under `sha256`, and their sealed key."""

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="documents")
    sealed_key = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("字节数"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("响应文件")

    def __str__(self) -> str:
        return str(self.bid)


class Rehearsal(models.Model):
    """A night's round in which each open tender's key is proved; `failing` names those whose opening would fail."""

    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    beacon_at = models.DateTimeField(null=True, blank=True, help_text="when the network of drand was asked")
    beacon_trouble = models.CharField(max_length=300, blank=True)
    proved = models.PositiveIntegerField(default=0)
    failing = models.JSONField(default=dict, blank=True, help_text="number of the tender → what is wrong")

    class Meta:
        verbose_name = verbose_name_plural = _("开标演练")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
