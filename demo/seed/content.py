"""The editors' part: notices, policies and help, and texts of some agencies that an editor has approved."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils.text import slugify
from pypinyin import lazy_pinyin
from wagtail.models import WorkflowState

from cms.models import ArticlePage, SectionPage
from cms.services import ensure_site, submit_words
from demo.seed.world import World
from marketplace.agencies.models import Agency
from marketplace.core import clock
from marketplace.core.models import Zone

TEXTS = Path(__file__).with_name("content.yaml")
WRITTEN = 8  # so many agencies have a text of their own
WAITING = 2  # so many wait for an editor


def publish(world: World) -> None:
    """Home, sections and articles."""
    zone = Zone.current()
    assert zone is not None
    ensure_site(zone)
    texts: dict[str, list[dict[str, Any]]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    today = clock.local(world.end).date()
    for section, articles in texts.items():
        parent = SectionPage.objects.get(section=section)
        for article in articles:
            parent.add_child(instance=_article(article, today - timedelta(days=article["days_ago"]), parent))


def write_profiles(world: World) -> None:
    """Some agencies have written about themselves; an editor approved most, the rest waits."""
    editor = world.staff["editor"].user
    numbers = [n for n, agency in world.agencies.items() if Agency.objects.get(pk=agency.pk).state == "active"]
    for turn, number in enumerate(sorted(numbers)[: WRITTEN + WAITING]):
        firm, agency = world.firms[number - 1], Agency.objects.get(pk=world.agencies[number].pk)
        intro = (
            f"{firm.name}成立于 {firm.founded_on.year} 年，现有专业人员 {firm.employees} 人。\n\n"
            f"主要从事{firm.field.scope}\n\n承诺一次告知所需资料，三个工作日内进场，评审修改不另收费。"
        )
        profile = submit_words(
            agency, slogan="资料一次讲清，成果一次到位。", intro=intro, pictures=[], logo=None, by=world.agents[number]
        )
        state = profile.current_workflow_state
        if turn < WRITTEN and isinstance(state, WorkflowState) and state.current_task_state is not None:
            state.current_task_state.specific.approve(user=editor)


def _article(article: dict[str, Any], day: Any, parent: SectionPage) -> ArticlePage:
    words = "".join(f"<p>{paragraph}</p>" for paragraph in article["body"])
    slug = slugify("-".join(lazy_pinyin(article["title"])))[:60].strip("-")
    return ArticlePage(
        title=article["title"],
        slug=slug,
        date=day,
        summary=article["summary"],
        source=article.get("source", ""),
        body=[("text", words)],
        locale=parent.locale,
    )
