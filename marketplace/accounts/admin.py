"""The operators' desk of accounts in Wagtail's admin: claims to look at, organisations, and the zone's own people."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from marketplace.accounts import checks, queries, rules, services
from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, staff_needed
from marketplace.accounts.forms import REASONS, DecisionForm
from marketplace.accounts.models import Claim, Organisation, User
from marketplace.accounts.roles import STAFF_ROLES, StaffRole, label_of
from marketplace.core import calendar
from marketplace.core.desk_lists import MomentColumn, ReadableList, ReadableRecord
from marketplace.core.forms import service_errors


# --- claims -----------------------------------------------------------------------------------------------------------
class ClaimIndexView(ReadableList):
    """The queue: what waits first, the oldest on top; each line leads to the claim beside its scan."""

    default_ordering = ("-state", "created_at")  # submitted, refused, confirmed

    def get_edit_url(self, instance: Claim) -> str:
        return queries.claim_url(instance)

    def get_base_queryset(self) -> QuerySet[Claim]:
        return queries.claims(self.request.actor)


@staff_needed(StaffRole.OPERATOR, StaffRole.SUPERVISOR)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim beside its scan, with what a machine could check; operators confirm it, or refuse it with a reason."""
    actor = acting(request)
    claim = get_object_or_404(queries.claims(actor), pk=pk)
    form = DecisionForm(request.POST if "refuse" in request.POST else None, actor=actor)
    if request.method == "POST" and "confirm" in request.POST:
        services.confirm_claim(claim, by=actor)
        messages.success(request, _("已核验：%(name)s。") % {"name": claim.name})
        return _next_claim(actor)
    if form.is_valid():
        with service_errors(form):
            services.refuse_claim(claim, form.cleaned_data["reason"], by=actor)
            messages.success(request, _("已退回，申请人会收到原因。"))
            return _next_claim(actor)
    context = {
        "claim": claim,
        "checks": checks.of_claim(claim),
        "due_at": calendar.closes_at(claim.created_at, rules.CLAIM_WORKDAYS),
        "form": form,
        "reasons": REASONS,
        "is_open": claim.state == Claim.State.SUBMITTED,
        "may_decide": actor.has_staff_role(StaffRole.OPERATOR)
        and claim.user_id != actor.person.pk
        and not actor.is_partial_to(claim.organisation_id),
        "header_title": _("授权核验"),
        "page_title": _("授权核验"),
        "header_icon": "key",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("首页")},
            {"url": reverse("accounts_claims:index"), "label": _("授权核验")},
            {"url": "", "label": claim.name or str(claim.organisation)},
        ],
    }
    return render(request, "accounts/admin/claim.html", context)


def _next_claim(actor: Actor) -> HttpResponse:
    """On to the next that waits, or back to the queue."""
    waiting = queries.claims(actor).filter(state=Claim.State.SUBMITTED).exclude(user=actor.user).order_by("created_at")
    following = waiting.first()
    return redirect(queries.claim_url(following) if following else reverse("accounts_claims:index"))


class ClaimViewSet(ModelViewSet):
    """Who says to act for which organisation."""

    model = Claim
    name = "accounts_claims"
    icon = "key"
    menu_label = gettext_lazy("授权核验")
    index_view_class = ClaimIndexView
    copy_view_enabled = False
    add_to_reference_index = False
    exclude_form_fields: list[str] = []
    list_display = [
        "name",
        Column("user", label=gettext_lazy("申请人"), accessor="user"),
        Column("code", label=gettext_lazy("统一社会信用代码"), accessor="organisation.credit_code"),
        "state",
        MomentColumn("created_at", label=gettext_lazy("提交时间")),
    ]
    list_filter = ["state", "kind", "created_at"]
    list_export = ["name", "organisation.credit_code", "kind", "user", "state", "reason", "created_at", "decided_at"]
    search_fields = ["name", "organisation__name", "organisation__credit_code", "user__name", "user__username"]

    def get_urlpatterns(self) -> list[Any]:
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name in {"index", "index_results"}]
        return [*kept, path("review/<int:pk>/", review, name="review")]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            **{
                "add_url_name": None,
                "delete_url_name": None,
                "history_url_name": None,
                "usage_url_name": None,
                **kwargs,
            }
        )


# --- organisations ----------------------------------------------------------------------------------------------------
class OrganisationViewSet(ModelViewSet):
    """Every organisation on the site, to look at."""

    model = Organisation
    name = "accounts_organisations"
    icon = "group"
    menu_label = gettext_lazy("单位")
    index_view_class = ReadableList
    inspect_view_class = ReadableRecord
    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    exclude_form_fields: list[str] = []
    list_display = [
        "name",
        "credit_code",
        "kind",
        MomentColumn("verified_at", label=gettext_lazy("核验时间")),
        MomentColumn("created_at", label=gettext_lazy("注册时间")),
    ]
    list_filter = ["kind", "created_at"]
    list_export = ["name", "credit_code", "kind", "legal_person", "address", "phone", "verified_at", "created_at"]
    search_fields = ["name", "credit_code"]
    inspect_view_fields = [
        "name",
        "credit_code",
        "kind",
        "legal_person",
        "address",
        "phone",
        "verified_at",
        "created_at",
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [p for p in super().get_urlpatterns() if p.name in {"index", "index_results", "inspect"}]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        gone = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"))
        return super().get_common_view_kwargs(**{**gone, **kwargs})


# --- the zone's own people --------------------------------------------------------------------------------------------
class StaffForm(forms.ModelForm):
    """Who works for the zone, and in which roles."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("工作角色"),
        choices=[(role.key, role.label) for role in STAFF_ROLES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("工作人员登录后须启用二次验证。"),
    )

    class Meta:
        model = User
        fields = ["name", "email", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["roles"].initial = self.instance.staff_roles


class NewStaffForm(StaffForm):
    """A new account for somebody who works for the zone."""

    password = forms.CharField(
        label=gettext_lazy("初始密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 10 个字符，不能全是数字。请当面告知本人，并请其登录后修改。"),
    )

    class Meta:
        model = User
        fields = ["username", "name", "email"]
        help_texts = {"username": gettext_lazy("手机号、邮箱或其他登录名。")}

    def clean_username(self) -> str:
        return rules.normalise_contact(self.cleaned_data["username"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class StaffCreateView(generic.CreateView):
    """A new account; superusers only."""

    def save_instance(self) -> User:
        data = self.form.cleaned_data
        return services.create_staff(
            username=data["username"],
            name=data["name"],
            email=data["email"],
            roles=data["roles"],
            password=data["password"],
            by=acting(self.request),
        )


class StaffEditView(generic.EditView):
    """Somebody's roles; superusers only."""

    def save_instance(self) -> User:
        data = self.form.cleaned_data
        return services.save_staff(
            User.objects.get(pk=self.object.pk),
            name=data["name"],
            email=data["email"],
            roles=data["roles"],
            is_active=data["is_active"],
            by=acting(self.request),
        )


class StaffIndexView(ReadableList):
    """Who works for the zone; a search finds everybody, to give them a role."""

    def get_base_queryset(self) -> QuerySet[User]:
        people = User.objects.all()
        return people if self.is_searching else people.filter(~Q(staff_roles=[]) | Q(is_superuser=True))


class StaffViewSet(ModelViewSet):
    """The people who work for the zone, in place of Wagtail's users."""

    model = User
    icon = "user"
    menu_label = gettext_lazy("工作人员")
    menu_name = "users"
    menu_order = 600
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    ordering = "username"
    list_display = [
        "name",
        "username",
        Column(
            "roles",
            label=gettext_lazy("工作角色"),
            accessor=lambda u: "、".join(str(label_of(r)) for r in u.staff_roles),
        ),
        BooleanColumn("is_superuser", label=gettext_lazy("系统管理员")),
        BooleanColumn("is_active", label=gettext_lazy("有效")),
        MomentColumn("last_login", label=gettext_lazy("上次登录")),
    ]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["name", "username", "email"]

    def get_form_class(self, for_update: bool = False) -> type[StaffForm]:
        return StaffForm if for_update else NewStaffForm

    def get_urlpatterns(self) -> list[Any]:
        kept = {"index", "index_results", "add", "edit"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in kept]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            **{"delete_url_name": None, "usage_url_name": None, "history_url_name": None, **kwargs}
        )


class AccountsGroup(ViewSetGroup):
    """Menu group of people and organisations."""

    items = (ClaimViewSet, OrganisationViewSet)
    menu_label = gettext_lazy("用户与单位")
    menu_icon = "group"
    menu_order = 200
