"""Wagtail's tree and workflow as this site needs them: made once, harmless when repeated."""

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupApprovalTask, Locale, Page, Site, Workflow, WorkflowContentType, WorkflowTask

from cms.models import AgencyProfile, ArticlePage, HomePage, ItemGuide, SectionPage
from cms.standing import STANDING
from marketplace.accounts.roles import StaffRole, group_name
from marketplace.core import clock
from marketplace.core.models import Zone

SECTIONS = (
    (SectionPage.Section.NOTICES, "通知公告", "选取结果、中选通知书和运行公告都在这里。"),
    (SectionPage.Section.POLICIES, "政策法规", "选取规则、信用办法和相关法律依据。"),
    (SectionPage.Section.HELP, "帮助", "企业、机构、代办员怎样使用本网站。"),
)


@transaction.atomic
def ensure_site(zone: Zone) -> HomePage:
    """Home, sections, site record, and the workflow for texts of agencies and items; returns the home page."""
    locale = Locale.objects.get_or_create(language_code="zh-hans")[0]
    home = HomePage.objects.first() or _make_home(zone, locale)
    for section, title, intro in SECTIONS:
        if not SectionPage.objects.filter(section=section).exists():
            page = SectionPage(
                title=title, slug=section.value, section=section, intro=intro, locale=locale, show_in_menus=True
            )
            home.add_child(instance=page)
            if section == SectionPage.Section.HELP:
                _make_standing_pages(page)
    ensure_workflow()
    return home


def ensure_workflow() -> Workflow:
    """An editor looks at what agencies write before anybody else sees it."""
    group, _created = Group.objects.get_or_create(name=group_name(StaffRole.EDITOR))
    task, _created = GroupApprovalTask.objects.get_or_create(name="内容编辑审核")
    task.groups.add(group)
    workflow, _created = Workflow.objects.get_or_create(name="机构与事项内容审核")
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for model in (AgencyProfile, ItemGuide):
        kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
        WorkflowContentType.objects.get_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow


def _make_standing_pages(parent: SectionPage) -> None:
    day = clock.today()
    for slug, title, summary, paragraphs in STANDING:
        body = [("text", "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))]
        page = ArticlePage(title=title, slug=slug, date=day, summary=summary, body=body, locale=parent.locale)
        parent.add_child(instance=page)


def _make_home(zone: Zone, locale: Locale) -> HomePage:
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    home = HomePage(
        title=zone.name,
        slug="home-page",
        lead="看得见资质、服务、价格和评价；报价密封到开标，选取结果人人可以复算。",
        locale=locale,
        seo_title="中介服务超市",
    )
    root.add_child(instance=home)
    previous = Site.objects.filter(is_default_site=True).first()
    if previous is None:
        Site.objects.create(hostname="localhost", port=80, is_default_site=True, root_page=home, site_name=zone.name)
    else:
        welcome = previous.root_page
        previous.root_page, previous.site_name = home, zone.name
        previous.save()
        if welcome.specific_class is Page and not welcome.get_children().exists():
            welcome.delete()
    return home
