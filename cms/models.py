"""Wagtail's words: home, notices, policies, help, and the texts of agencies and items."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import DraftStateMixin, LockableMixin, Page, PreviewableMixin, RevisionMixin, WorkflowMixin

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


class BodyBlock(StreamBlock):
    """What a notice, policy or help page is made of."""

    text = RichTextBlock(label=_("正文"), features=RICH)
    picture = StructBlock(
        [("image", ImageChooserBlock(label=_("图片"))), ("caption", CharBlock(label=_("说明"), required=False))],
        label=_("图片"),
    )
    download = StructBlock(
        [("document", DocumentChooserBlock(label=_("文件"))), ("title", CharBlock(label=_("名称"), required=False))],
        label=_("下载"),
    )


class HomePage(Page):
    """The front page: the editors' words around live figures."""

    headline = models.CharField(_("主标题"), max_length=60, default="找机构，公开选，结果人人可复算")
    lead = models.CharField(_("副标题"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("lead")]
    max_count = 1
    template = "cms/home.html"
    subpage_types = ["cms.SectionPage"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.front import home_context  # the page's class must load before the domain's queries

        return {**super().get_context(request, *args, **kwargs), **home_context()}


class SectionPage(Page):
    """A section whose list is a view: notices, policies, help."""

    class Section(models.TextChoices):
        NOTICES = "notices", _("通知公告")
        POLICIES = "policies", _("政策法规")
        HELP = "help", _("帮助")

    section = models.CharField(_("栏目"), max_length=10, choices=Section.choices, unique=True)
    intro = models.CharField(_("导语"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("section"), FieldPanel("intro")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ArticlePage"]
    template = "cms/section.html"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import queries  # the page's class must load before the domain's queries

        context = super().get_context(request, *args, **kwargs)
        found = queries.articles(self.section)
        label = self.Section(self.section).label
        return {**context, "label": label, "articles": found, "chinese": queries.is_chinese()}


class ArticlePage(Page):
    """A notice, policy or help page."""

    date = models.DateField(_("日期"))
    summary = models.CharField(_("摘要"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("summary"),
        FieldPanel("source"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.SectionPage"]
    subpage_types: list[str] = []
    template = "cms/article.html"

    def address(self) -> str:
        """The page's path in the reader's language; Wagtail's own `url` leaves English pages."""
        return _address(self)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import queries  # the page's class must load before the domain's queries

        section = self.get_parent().specific
        crumb = {"label": SectionPage.Section(section.section).label, "url": reverse(SECTION_URLS[section.section])}
        return {**super().get_context(request, *args, **kwargs), "crumb": crumb, "chinese": queries.is_chinese()}


SECTION_URLS = {"notices": "notice_list", "policies": "policy_list", "help": "help_list"}


def _address(page: Page) -> str:
    # url_path begins with the home page's slug, which no address has
    return reverse("wagtail_serve", args=[page.url_path.split("/", 2)[2]])


class Words(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model):
    """Text and pictures with draft, revisions and workflow. Subclasses name whom they are about by its code."""

    intro = RichTextField(_("简介"), features=RICH, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("图文介绍"), blank=True)

    class Meta:
        abstract = True


class AgencyProfile(Words):
    """What an agency says of itself; written on its own desk, approved by an editor."""

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("机构名称"), max_length=120)
    slogan = models.CharField(_("一句话介绍"), max_length=80, blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("标志"),
    )

    panels = [
        FieldPanel("name", read_only=True),
        FieldPanel("slogan"),
        FieldPanel("logo"),
        FieldPanel("intro"),
        FieldPanel("body"),
        PublishingPanel(),
    ]

    class Meta:
        verbose_name = verbose_name_plural = _("机构展示内容")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_preview_template(self, request: object, mode_name: str) -> str:
        return "cms/agency_profile_preview.html"


class ItemGuide(Words):
    """What editors say about a service item: who needs it, how it goes, what to look out for."""

    item_code = models.CharField(_("事项编码"), max_length=12, unique=True)
    name = models.CharField(_("事项名称"), max_length=120)

    panels = [FieldPanel("item_code"), FieldPanel("name"), FieldPanel("intro"), FieldPanel("body"), PublishingPanel()]

    class Meta:
        verbose_name = verbose_name_plural = _("事项指南")
        ordering = ["item_code"]

    def __str__(self) -> str:
        return f"{self.item_code} {self.name}"

    def get_preview_template(self, request: object, mode_name: str) -> str:
        return "cms/item_guide_preview.html"
