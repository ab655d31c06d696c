"""What happens around a tender: questions, amendments, explained prices, objections, substitutes, recusals.

Who asked a question stands only in its row, for telling them the answer, and in the audit log: no page shows it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import StoredFile

PERSON = settings.AUTH_USER_MODEL


class Question(models.Model):
    """A question about an announced tender; it is published together with its answer. Asking is no response."""

    class State(models.TextChoices):
        ASKED = "asked", _("待答复")
        ANSWERED = "answered", _("已答复")

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="questions")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ASKED)
    text = models.TextField(_("问题"), max_length=1000)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", help_text="shown to nobody")
    asked_for = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True, help_text="of the form, so that a double click asks once")
    answer_by = models.DateTimeField(_("答复期限"))
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("提问")
        ordering = ["answered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.tender.number} · {_('提问')}"


class Amendment(models.Model):
    """A numbered change of an announced tender. `changes`: field → [before, after], as JSON values; written once.

    A material one makes the response period start anew, and who has responded confirms or replaces the response.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("待核对")
        PUBLISHED = "published", _("已发布")
        RETURNED = "returned", _("已退回")
        LAPSED = "lapsed", _("已失效")

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("变更序号"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CHECKING)
    reason = models.TextField(_("变更原因"), max_length=1000)
    changes = models.JSONField(default=dict)
    is_material = models.BooleanField(_("实质性变更"), default=True)
    proposed = models.JSONField(default=dict, help_text="the values that the amendment writes")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    check_by = models.DateTimeField(_("核对期限"), null=True, blank=True)
    return_reasons = models.JSONField(_("退回原因"), default=list, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    closed_before = models.DateTimeField(_("原截止时间"), null=True, blank=True)
    closes_at = models.DateTimeField(_("新截止时间"), null=True, blank=True)
    eligible_count = models.PositiveIntegerField(null=True, blank=True, help_text="for inspectors: of this version")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("变更公告")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="amendments_are_numbered"),
            models.UniqueConstraint(
                fields=["tender"], condition=Q(state="checking"), name="one_amendment_in_check_per_tender"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tender.number} · {_('第 %(n)d 次变更') % {'n': self.number}}"


class PriceExplanation(models.Model):
    """A low price that would win: its agency explains it, the buyer accepts or rejects. States: `rules.EXPLANATION`."""

    class State(models.TextChoices):
        ASKED = "asked", _("待机构说明")
        GIVEN = "given", _("待采购人处理")
        ACCEPTED = "accepted", _("已接受")
        REJECTED = "rejected", _("不予接受")
        MISSED = "missed", _("逾期未说明")
        DROPPED = "dropped", _("不再需要")

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="explanations")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(_("说明期限"))
    text = models.TextField(_("价格说明"), max_length=3000, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证明材料")
    )
    given_at = models.DateTimeField(_("说明时间"), null=True, blank=True)
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decide_by = models.DateTimeField(_("处理期限"), null=True, blank=True)
    reason = models.TextField(_("处理理由"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("低价说明")
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["tender", "agency"], name="one_price_explanation_per_agency")]

    def __str__(self) -> str:
        return f"{self.tender.number} · {self.agency}"

    @property
    def tone(self) -> str:
        """The tone of the state's chip."""
        return EXPLANATION_TONES[self.state]


EXPLANATION_TONES = {
    "asked": "waiting",
    "given": "waiting",
    "accepted": "ok",
    "rejected": "bad",
    "missed": "bad",
    "dropped": "plain",
}


class Objection(models.Model):
    """An objection (质疑) to a result while it is public: it suspends. States: `rules.OBJECTION`."""

    class State(models.TextChoices):
        FILED = "filed", _("待采购人答复")
        DISMISSED = "dismissed", _("采购人答复不成立")
        WITH_DEPARTMENT = "with_department", _("主管部门处理中")
        REJECTED = "rejected", _("主管部门认定不成立")
        UPHELD = "upheld", _("成立")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Ground(models.TextChoices):
        QUALIFICATION = "qualification", _("候选机构不符合资格条件")
        RECUSAL = "recusal", _("存在应当回避的情形")
        COLLUSION = "collusion", _("有串通或虚假材料的线索")
        TERMS = "terms", _("公告条件限制或排斥竞争")
        PROCEDURE = "procedure", _("开标、排名或抽取有误")
        OTHER = "other", _("其他")

    class Outcome(models.TextChoices):
        ANNUL = "annul", _("本次采购作废，重新采购")
        RERANK = "rerank", _("判定该响应无效，重新排名")

    number = models.CharField(_("异议编号"), max_length=20, unique=True)
    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="objections")
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="objections", verbose_name=_("提出机构")
    )
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.FILED)
    ground = models.CharField(_("异议事项"), max_length=16, choices=Ground.choices)
    text = models.TextField(_("事实与理由"), max_length=3000)
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证明材料")
    )
    filed_at = models.DateTimeField(default=clock.now)
    filed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    days_left = models.PositiveSmallIntegerField(_("公示剩余工作日"), default=1)
    answer_by = models.DateTimeField(_("答复期限"))
    answer = models.TextField(_("采购人答复"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    appeal = models.TextField(_("提请主管部门处理的理由"), max_length=2000, blank=True)
    escalated_at = models.DateTimeField(_("提请时间"), null=True, blank=True)
    decide_by = models.DateTimeField(_("处理期限"), null=True, blank=True)
    decision = models.TextField(_("主管部门处理决定"), max_length=3000, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("处理结果"), max_length=8, choices=Outcome.choices, blank=True)
    against = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("涉及机构")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("异议")
        ordering = ["filed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender"],
                condition=Q(state__in=["filed", "with_department"]),
                name="one_open_objection_per_tender",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.tender.number}"

    @property
    def tone(self) -> str:
        """The tone of the state's chip."""
        return OBJECTION_TONES[self.state]

    @property
    def due_at(self) -> object:
        """Until when somebody has to act; None once it is decided."""
        limits = {self.State.FILED: self.answer_by, self.State.WITH_DEPARTMENT: self.decide_by}
        return limits.get(self.State(self.state))


OBJECTION_TONES = {
    "filed": "waiting",
    "dismissed": "done",
    "with_department": "paused",
    "rejected": "done",
    "upheld": "warn",
    "withdrawn": "draft",
}


class SubstituteOffer(models.Model):
    """A substitute is asked, after the winner gave up, whether it takes the award. States: `rules.SUBSTITUTE`."""

    class State(models.TextChoices):
        ASKED = "asked", _("待答复")
        ACCEPTED = "accepted", _("已接受")
        DECLINED = "declined", _("不接受")
        MISSED = "missed", _("逾期未答复")

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="substitute_offers")
    bid = models.OneToOneField("tenders.Bid", on_delete=models.PROTECT, related_name="substitute_offer")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField(_("答复期限"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("不接受的原因"), max_length=1000, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("候补询问")
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return str(self.bid)

    @property
    def tone(self) -> str:
        """The tone of the state's chip."""
        return {"asked": "waiting", "accepted": "ok"}.get(self.state, "plain")


class Recusal(models.Model):
    """A conflict that somebody declares: this agency stands aside from this tender, for the reason given."""

    tender = models.ForeignKey("tenders.Tender", on_delete=models.PROTECT, related_name="recusals")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    by_buyer = models.BooleanField(_("采购人提出"), default=False)
    reason = models.TextField(_("回避原因"), max_length=1000)
    declared_at = models.DateTimeField(default=clock.now)
    declared_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = verbose_name_plural = _("回避")
        ordering = ["declared_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["tender", "agency"], name="one_recusal_per_agency")]

    def __str__(self) -> str:
        return f"{self.tender.number} · {self.agency}"
