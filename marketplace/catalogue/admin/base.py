"""What every viewset of the operators' desk stands on: permission by staff role, writes through services, true history.

Also used by the apps above the catalogue.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core import log
from marketplace.core.desk_lists import ReadableList, ReadableRecord
from marketplace.core.errors import DomainError

DESK = (StaffRole.OPERATOR, StaffRole.SUPERVISOR)


class StaffPolicy(BasePermissionPolicy):
    """Who sees and who changes a model's rows, by staff role. Nobody deletes: records are closed."""

    def __init__(
        self,
        model: type[models.Model],
        *,
        view: tuple[StaffRole, ...] = DESK,
        add: tuple[StaffRole, ...] = (),
        change: tuple[StaffRole, ...] = (),
    ) -> None:
        super().__init__(model)
        self.roles = {"view": (*view, *add, *change), "add": add, "change": change}

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do it; a superuser without a role may look."""
        roles = self.roles.get(action, ())
        named = bool(roles) and isinstance(user, User) and user.has_staff_role(*roles)
        return named or (action == "view" and bool(user.is_active and user.is_superuser))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Whether the person may do any of these."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """The same for every row."""
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: Any) -> "models.QuerySet[User]":
        """Active people who may do any of these."""
        wanted = {str(role) for action in actions for role in self.roles.get(action, ())}
        people = User.objects.filter(is_active=True).exclude(Q(staff_roles=[]))
        return people.filter(pk__in=[user.pk for user in people if wanted & set(user.staff_roles)])


def let(model: type[models.Model], **roles: tuple[StaffRole, ...]) -> None:
    """Register who sees, adds and changes a model on the operators' desk."""
    register_permission_policy(model, StaffPolicy(model, **roles))


class ThroughService:
    """A create or edit view whose form is written by `write`, and whose refusals stand on the form."""

    write: ClassVar[Callable[..., models.Model]]
    form: Any
    request: Any

    def save_instance(self) -> models.Model:
        """Hand what the form holds to the service."""
        return type(self).write(self.form.instance, by=self.request.actor)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Save; a refusal of the domain becomes an error of the field it names."""
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            self.produced_error_message = _("没有保存，请按提示修改。")
            response = self.form_invalid(form)  # type: ignore[attr-defined]
        return response


class HistoryView(PermissionCheckedMixin, WagtailAdminTemplateMixin, BaseObjectMixin, TemplateView):
    """What was done with this row, by whom and when: from the audit log; `action_words` names the keys of its data."""

    any_permission_required = ["view"]
    template_name = "catalogue/admin/history.html"
    page_title = _("办理记录")
    header_icon = "history"
    index_url_name: ClassVar[str | None] = None
    action_words: ClassVar[Mapping[str, str | Promise]] = {}
    results_only = False

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        lists = [{"url": reverse(self.index_url_name), "label": self.model_opts.verbose_name_plural}]
        here = [{"url": "", "label": self.page_title, "sublabel": str(self.object)}]
        return [*self.breadcrumbs_items, *(lists if self.index_url_name else []), *here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = log.history(self.object).order_by("-at", "-id")
        shown = [
            {
                "entry": entry,
                "action": entry.get_action_display(),
                "lines": self._lines(entry.data),
            }
            for entry in entries
        ]
        return super().get_context_data(**kwargs, entries=shown)

    def _lines(self, data: Any, label: str = "") -> list[tuple[str, str]]:
        """A log entry's data as lines of label and text; nested names are joined."""
        if isinstance(data, Mapping):
            named = [(f"{label} {self._name(key)}".strip(), value) for key, value in data.items()]
            return [line for name, value in named for line in self._lines(value, name)]
        if isinstance(data, list) and len(data) == 2 and not isinstance(data[0], (list, dict)):
            return [(label, f"{self._value(data[0])} → {self._value(data[1])}")]
        return [(label, "、".join(map(self._value, data)) if isinstance(data, list) else self._value(data))]

    def _value(self, value: Any) -> str:
        """A value in words: the states of this model by their names, yes and no, a dash for nothing."""
        if isinstance(value, bool):
            return str(_("是") if value else _("否"))
        if value is None or value == "":
            return "—"
        return str(self._states.get(str(value), value))

    @cached_property
    def _states(self) -> dict[str, str]:
        field = next((field for field in self.model_opts.concrete_fields if field.name == "state"), None)
        return {str(key): str(label) for key, label in (field.choices or ())} if field else {}

    def _name(self, key: str) -> str:
        known = {field.name: field for field in self.model_opts.get_fields()}
        return str(self.action_words.get(key) or getattr(known.get(key), "verbose_name", key))


class DeskViewSet(ModelViewSet):
    """A list with filters, search and Excel export; history from the audit log; no copying."""

    index_view_class = ReadableList
    inspect_view_class = ReadableRecord
    history_view_class = HistoryView
    history_template_name = "catalogue/admin/history.html"
    copy_view_enabled = False
    action_words: Mapping[str, str | Promise] = {}
    list_per_page = 30
    add_to_reference_index = False

    def get_history_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_history_view_kwargs(**{"action_words": self.action_words, **kwargs})


def view_through(view: type[generic.CreateView | generic.EditView], service: Callable[..., models.Model]) -> Any:
    """The generic view, writing by this service."""
    return type(f"{view.__name__}Through", (ThroughService, view), {"write": staticmethod(service)})
