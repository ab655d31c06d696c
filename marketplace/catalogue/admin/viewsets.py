"""Lists and forms of the catalogue."""

from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.accounts.roles import StaffRole
from marketplace.catalogue import services
from marketplace.catalogue.admin.base import DeskViewSet, ThroughService, let, view_through
from marketplace.catalogue.admin.forms import ItemForm, TypeForm
from marketplace.catalogue.admin.rulesets import RuleSetViewSet
from marketplace.catalogue.models import QualificationType, Region, RuleSet, ServiceItem

OPERATOR = (StaffRole.OPERATOR,)
for model in (ServiceItem, QualificationType, Region):
    let(model, add=OPERATOR, change=OPERATOR)
let(RuleSet, add=OPERATOR)


class WithQualifications(ThroughService):
    """Writes an item together with the qualifications chosen on its form."""

    def save_instance(self) -> ServiceItem:
        return services.save_item(self.form.instance, self.form.qualifications(), by=self.request.actor)


class AddItem(WithQualifications, generic.CreateView):
    """A new item."""


class EditItem(WithQualifications, generic.EditView):
    """An item's facts."""


class ItemViewSet(DeskViewSet):
    """Service items."""

    model = ServiceItem
    name = "serviceitem"
    icon = "list-ul"
    menu_label = _("中介服务事项")
    add_view_class = AddItem
    edit_view_class = EditItem
    list_display = ["__str__", "category", "kind", "days", "payer", "is_active"]
    list_filter = ["category", "kind", "payer", "is_active", "may_do_itself"]
    list_export = [
        "code",
        "name",
        "en",
        "category",
        "kind",
        "practitioner",
        "basis",
        "days",
        "price_low",
        "price_high",
        "payer",
    ]
    search_fields = ["code", "name", "en", "category"]

    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:
        return ItemForm


class TypeViewSet(DeskViewSet):
    """Qualification types."""

    model = QualificationType
    name = "qualificationtype"
    icon = "key"
    menu_label = _("资质类型")
    add_view_class = view_through(generic.CreateView, services.save_type)
    edit_view_class = view_through(generic.EditView, services.save_type)
    list_display = ["name", "status", "issuer", "years"]
    list_filter = ["status"]
    list_export = ["slug", "name", "abbr", "issuer", "grades", "years", "status", "abolished_on"]
    search_fields = ["name", "abbr", "issuer"]

    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:
        return TypeForm


class RegionViewSet(DeskViewSet):
    """Regions."""

    model = Region
    name = "region"
    icon = "site"
    menu_label = _("行政区划")
    add_view_class = view_through(generic.CreateView, services.save_region)
    edit_view_class = view_through(generic.EditView, services.save_region)
    form_fields = ["code", "name", "en", "parent"]
    list_display = ["name", "code", "parent"]
    list_filter: list[Any] = ["parent"]
    list_export = ["code", "name", "en"]
    search_fields = ["code", "name", "en"]


class CatalogueGroup(ViewSetGroup):
    """Menu group of the catalogue."""

    items = (ItemViewSet, TypeViewSet, RegionViewSet, RuleSetViewSet)
    menu_label = _("目录与规则")
    menu_icon = "list-ul"
    menu_order = 300
