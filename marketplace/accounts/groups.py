"""The groups that carry the staff roles' permissions in Wagtail's admin, derived from the roles."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from marketplace.accounts.models import User
from marketplace.accounts.roles import STAFF_ROLES, StaffRole, group_name

DESK = ("operator", "supervisor", "editor")  # who enters Wagtail's admin at all
DOMAIN = ("marketplace.", "payments")  # packages whose tables are the domain's
WORDS = ("cms",)  # apps whose tables are the editors'
WORDS_BESIDE = {"synonymgroup"}  # tables of theirs in other apps
NEVER_CHANGED = {
    "logentry",
    "loghead",
    "deadline",
    "outboxmessage",
    "counter",
    "heartbeat",
    "storedfile",
    "message",
    "user",
}
NOT_SHOWN = {"user"}  # who has an account is nobody's work but a superuser's
PAGE_ACTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
FILE_ACTS = ("add", "change", "choose")


@transaction.atomic
def ensure() -> None:
    """Make the groups of all staff roles with exactly their permissions, and put everybody into theirs; idempotent."""
    for role in STAFF_ROLES:
        group, _new = Group.objects.get_or_create(name=group_name(role.key))
        group.permissions.set(permissions_of(role.key))
    _let_edit_pages(Group.objects.get(name=group_name(StaffRole.EDITOR)))
    for user in User.objects.exclude(staff_roles=[]):
        put_into_groups(user)


def put_into_groups(user: User) -> None:
    """Put the person into the groups of their staff roles, and out of the others'; other groups stay."""
    wanted = {group_name(role) for role in user.staff_roles}
    for role in STAFF_ROLES:
        name = group_name(role.key)
        if name in wanted:
            user.groups.add(Group.objects.get_or_create(name=name)[0])
        else:
            user.groups.remove(*Group.objects.filter(name=name))


def permissions_of(role: str) -> list[Permission]:
    """What a staff role may do in Wagtail's admin, by the tables that are installed.

    Operators look at the whole domain and work on it, where nothing is deleted; supervisors look at it; editors keep
    the words. The services decide about each act once more.
    """
    found: list[Permission] = []
    if role in DESK:
        found += Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin")
    if role == StaffRole.OPERATOR:
        found += _on(_models(DOMAIN, leave_out=NEVER_CHANGED), "add", "change")
    if role in (StaffRole.OPERATOR, StaffRole.SUPERVISOR):
        found += _on(_models(DOMAIN, leave_out=NOT_SHOWN), "view")
    if role == StaffRole.EDITOR:
        beside = [model for model in apps.get_models() if model._meta.model_name in WORDS_BESIDE]
        found += _on([*_models(WORDS), *beside], "add", "change", "delete", "view", "publish", "lock", "unlock")
    return found


def _models(packages: Iterable[str], leave_out: Iterable[str] = ()) -> list[type[models.Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith(tuple(packages))
        for model in config.get_models()
        if str(model._meta.model_name) not in leave_out
    ]


def _on(tables: list[type[models.Model]], *acts: str) -> list[Permission]:
    types = ContentType.objects.get_for_models(*tables, for_concrete_models=False)
    wanted = {(kind.pk, f"{act}_{model._meta.model_name}") for model, kind in types.items() for act in acts}
    there = Permission.objects.filter(content_type__in=types.values())
    return [permission for permission in there if (permission.content_type_id, permission.codename) in wanted]


def _let_edit_pages(group: Group) -> None:
    """All pages, publishing included, and all pictures and documents."""
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(codename__in=PAGE_ACTS, content_type__app_label="wagtailcore"):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    collection = Collection.get_first_root_node()
    for kind in ("image", "document"):
        wanted = [f"{act}_{kind}" for act in FILE_ACTS]
        files = Permission.objects.filter(
            codename__in=wanted, content_type__app_label__in=("wagtailimages", "wagtaildocs")
        )
        for permission in files:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
