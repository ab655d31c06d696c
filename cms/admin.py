"""The editors' desk: texts of agencies and items, with workflow, in Wagtail's admin."""

from typing import Any

from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.models import AgencyProfile, ItemGuide
from search.models import SynonymGroup


class WrittenByAgencies(ModelPermissionPolicy):
    """A text begins on the agency's own desk and stays as long as the agency: editors change and publish it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "delete") and super().user_has_permission(user, action)


register_permission_policy(AgencyProfile, WrittenByAgencies(AgencyProfile))


class AgencyProfileViewSet(SnippetViewSet):
    """What agencies say of themselves; editors approve it."""

    model = AgencyProfile
    icon = "user"
    menu_label = "机构展示内容"
    list_display = ["name", "credit_code", "slogan", "live"]
    list_filter = ["live"]
    list_export = ["name", "credit_code", "slogan", "live"]
    search_fields = ["name", "credit_code", "slogan"]


class ItemGuideViewSet(SnippetViewSet):
    """What editors say about service items."""

    model = ItemGuide
    icon = "doc-full"
    menu_label = "事项指南"
    list_display = ["item_code", "name", "live"]
    list_filter = ["live"]
    search_fields = ["item_code", "name"]


class SynonymGroupViewSet(SnippetViewSet):
    """Words that mean the same to whoever searches."""

    model = SynonymGroup
    icon = "search"
    menu_label = "搜索同义词"
    list_display = ["__str__", "note", BooleanColumn("is_active", label="启用")]
    list_filter = ["is_active"]
    list_export = ["words", "note", "is_active"]
    search_fields = ["words", "note"]
    panels = [FieldPanel("words"), FieldPanel("note"), FieldPanel("is_active")]


class WordsGroup(SnippetViewSetGroup):
    """Menu group of the editors' snippets."""

    items = (AgencyProfileViewSet, ItemGuideViewSet, SynonymGroupViewSet)
    menu_label = "机构与事项内容"
    menu_icon = "doc-full-inverse"
    menu_order = 210
