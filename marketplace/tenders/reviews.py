"""The review of anonymised proposals: what was frozen at the close, and who scores them.

Which letter stands for which agency, and what a reviewer has written, is read by nobody but the services: pages show a
reviewer their own sheet, and everybody all sheets once all are in.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """The review of a closed tender. `letters`: credit code → letter, in an order that was drawn by lot at the close.

    `frozen`: what is known of the responding agencies at the close, as `services.freezing.freeze` gives it.
    """

    tender = models.OneToOneField("tenders.Tender", on_delete=models.PROTECT, related_name="review")
    letters = models.JSONField()
    frozen = models.JSONField()
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(_("评审结束"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("方案评审")

    def __str__(self) -> str:
        return f"{self.tender.number} · {_('方案评审')}"


class Reviewer(models.Model):
    """A person on one of the seats of a tender's panel. States: `rules.REVIEWER`.

    `sheet`: letter → one entry per criterion, `{"points": "12.50" or "", "remark": "…"}`.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待确认是否回避")
        READY = "ready", _("评审中")
        SUBMITTED = "submitted", _("已提交")
        RECUSED = "recused", _("已回避")
        LATE = "late", _("逾期未提交")
        TAKEN_BACK = "taken_back", _("采购人撤回指定")

    ACTIVE = (State.ASKED, State.READY, State.SUBMITTED)

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="reviewers")
    seat = models.PositiveSmallIntegerField(_("席位"))
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("评审人"))
    of_buyer = models.BooleanField(_("采购人代表"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    named_at = models.DateTimeField(default=clock.now)
    named_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(
        _("更换理由"), max_length=500, blank=True, help_text="why the seat's last one was replaced"
    )
    answered_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    recusal = models.TextField(_("回避原因"), max_length=500, blank=True)
    sheet = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(_("保存时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("评审人")
        ordering = ["seat", "named_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "person"], condition=~Q(state="taken_back"), name="a_person_reviews_a_tender_once"
            ),
            models.UniqueConstraint(
                fields=["tender", "seat"],
                condition=Q(state__in=["asked", "ready", "submitted"]),
                name="one_active_reviewer_per_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tender.number} · r{self.seat}"

    @property
    def key(self) -> str:
        """How the record names the seat."""
        return f"r{self.seat}"

    @property
    def tone(self) -> str:
        """The tone of the state's chip."""
        return {"asked": "waiting", "ready": "waiting", "submitted": "ok"}.get(self.state, "plain")
