"""The tables under everything: zone, calendar, deadlines, outbox, logs, files, inbox, counters."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock, ids, log_words


class Zone(models.Model):
    """The development zone or city that runs this site: one row."""

    name = models.CharField(_("名称"), max_length=80)
    owner = models.CharField(_("主办单位"), max_length=120)
    region_code = models.CharField(_("行政区划代码"), max_length=6)
    region_name = models.CharField(_("行政区划"), max_length=80)
    phone = models.CharField(_("服务热线"), max_length=40, blank=True)
    supervision_phone = models.CharField(_("监督电话"), max_length=40, blank=True)
    hours = models.CharField(_("办公时间"), max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_demonstration = models.BooleanField(_("演示"), default=False)
    opened_at = models.DateTimeField(_("启用时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("运行区域")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Zone | None":
        """The zone, or None in a database that nobody has set up yet."""
        return cls.objects.order_by("pk").first()


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend that is worked. Operators may correct it."""

    date = models.DateField(_("日期"), unique=True)
    is_workday = models.BooleanField(_("工作日"))
    name = models.CharField(_("说明"), max_length=60, blank=True)
    provisional = models.BooleanField(
        _("暂定"), default=False, help_text=_("国务院办公厅尚未公布该年度安排，按法定节假日推算。")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("工作日历")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarYear(models.Model):
    """A year whose days are known, and whether only provisionally."""

    year = models.PositiveSmallIntegerField(unique=True)
    provisional = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.year)


class Deadline(models.Model):
    """Something that happens at a moment: written in the transaction of the act that sets it, carried out once."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, help_text="app.model:pk")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(done_at=None), name="one_open_deadline_per_kind"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="open_deadlines")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.due_at:%Y-%m-%d %H:%M}"


class OutboxMessage(models.Model):
    """One event for one subscriber, written in the transaction of the act; handled once."""

    event = models.CharField(max_length=60)
    subscriber = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="open_outbox")]

    def __str__(self) -> str:
        return f"{self.event} → {self.subscriber}"


class LogEntry(models.Model):
    """A line of the audit log or of the public log; the sequencer makes it a leaf of its log's tree, then it stands.

    `number` counts from 1 in each log, `hash` is the leaf hash (hexadecimal), `subtrees` are the hashes of the complete
    subtrees that end with this leaf (32 bytes each, from level 1 upwards): all that proofs of any size need.
    """

    class Log(models.TextChoices):
        AUDIT = "audit", _("审计日志")
        PUBLIC = "public", _("公开日志")

    id = models.UUIDField(primary_key=True, default=ids.ordered, editable=False)
    log = models.CharField(max_length=8, choices=Log.choices)
    at = models.DateTimeField(_("时间"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(_("操作人"), max_length=120)
    organisation_code = models.CharField(_("单位代码"), max_length=18, blank=True)
    action = models.CharField(_("操作"), max_length=60)
    subject = models.CharField(_("对象"), max_length=80)
    subject_label = models.CharField(_("对象名称"), max_length=200)
    data = models.JSONField(default=dict)
    visible_from = models.DateTimeField(null=True, blank=True, help_text=_("此前任何页面、接口和导出都不显示。"))
    number = models.PositiveBigIntegerField(null=True, blank=True)
    hash = models.CharField(max_length=64, blank=True)
    subtrees = models.BinaryField(default=b"")

    class Meta:
        verbose_name = verbose_name_plural = _("日志")
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="one_number_per_log")]
        indexes = [
            models.Index(fields=["subject", "at"], name="log_by_subject"),
            models.Index(fields=["log"], condition=Q(number=None), name="log_unnumbered"),
            models.Index(fields=["hash"], condition=Q(number__isnull=False), name="log_by_leaf"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject_label}"

    def get_action_display(self) -> str:
        """The act in words."""
        return log_words.name(self.action)


class LogHead(models.Model):
    """A signed statement: with this number of entries the log's tree has this root hash. Rows are only ever added."""

    log = models.CharField(max_length=8, choices=LogEntry.Log.choices)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="one_head_per_number")]

    def __str__(self) -> str:
        return f"{self.log} {self.number}"


class StoredFile(models.Model):
    """An upload: its bytes lie under its hash in private storage; `purpose` decides who may read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("字节数"))
    content_type = models.CharField(_("类型"), max_length=100)
    purpose = models.CharField(max_length=40)
    holder = models.CharField(max_length=80, blank=True, help_text=_("单位统一社会信用代码或对象；决定谁能打开"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("文件")

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """A line in somebody's inbox; `kind` and `params` become words when it is read, in the reader's language."""

    id = models.UUIDField(primary_key=True, default=ids.ordered, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["recipient"], condition=Q(read_at=None), name="unread_messages")]

    def __str__(self) -> str:
        return self.kind

    @property
    def subject(self) -> str:
        from marketplace.core import inbox

        return inbox.words(self).subject

    @property
    def body(self) -> str:
        from marketplace.core import inbox

        return inbox.words(self).body


class Counter(models.Model):
    """The last number given out in a series."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Heartbeat(models.Model):
    """When a background process was last seen alive (real time, not the demonstration's)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    details: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
