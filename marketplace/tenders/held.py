"""A sealed response that a second person of the agency must release before it counts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

PERSON = settings.AUTH_USER_MODEL


class HeldBid(models.Model):
    """Sealed bytes that wait for their release; no response yet, and void when the close comes first.

    Random primary key, as of `Bid`. `receipt` is the site's signed word that it keeps them ("held").
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待放行")
        RELEASED = "released", _("已放行")
        RETURNED = "returned", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤下")
        REPLACED = "replaced", _("已替换")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="held_bids")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="held_bids")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    ciphertext = models.BinaryField()
    commitment = models.CharField(max_length=64)
    documents_key = models.BinaryField(null=True, blank=True)
    documents_sha256 = models.CharField(max_length=64, blank=True)
    receipt = models.JSONField()
    sealed_by_server = models.BooleanField(default=False)
    idempotency_key = models.UUIDField(unique=True)
    held_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("退回原因"), max_length=1000, blank=True)
    bid = models.OneToOneField("tenders.Bid", on_delete=models.PROTECT, null=True, blank=True, related_name="held")

    wagtail_reference_index_ignore = True  # its index would count a tender's responses before the close

    class Meta:
        verbose_name = verbose_name_plural = _("待放行的响应")
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "agency"], condition=Q(state="waiting"), name="one_waiting_bid_per_agency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tender.number} · {self.agency}"
