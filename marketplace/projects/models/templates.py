"""Versions of route maps, as editors publish them."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class RouteTemplate(models.Model):
    """A version of a route map: `data` is a route of routes.yaml plus its questionnaire.

    A running project keeps its version.
    """

    key = models.SlugField(_("标识"), max_length=40)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=120)
    en = models.CharField(_("英文名称"), max_length=160, blank=True)
    data = models.JSONField(_("环节"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_draft = models.BooleanField(_("草稿"), default=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审批路线图模板")
        ordering = ["key", "-version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_route_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def label(self) -> str:
        """The route's name in the reader's language."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.name
