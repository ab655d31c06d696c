import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page

from marketplace.accounts import groups
from marketplace.accounts.models import User
from marketplace.accounts.roles import STAFF_ROLES, StaffRole, group_name
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made() -> None:
    groups.ensure()


def codenames(role: str) -> set[str]:
    return set(Group.objects.get(name=group_name(role)).permissions.values_list("codename", flat=True))


def test_every_staff_role_has_a_group_and_a_second_time_changes_nothing() -> None:
    before = {role.key: codenames(role.key) for role in STAFF_ROLES}
    pages = GroupPagePermission.objects.count()
    groups.ensure()
    assert {role.key: codenames(role.key) for role in STAFF_ROLES} == before
    assert GroupPagePermission.objects.count() == pages


def test_operators_work_on_the_domain_and_delete_nothing() -> None:
    may = codenames(StaffRole.OPERATOR)
    assert {"access_admin", "change_claim", "change_calendarday", "view_logentry"} <= may
    assert not {name for name in may if name.startswith("delete_")}


def test_nobody_may_change_the_logs() -> None:
    for role in STAFF_ROLES:
        assert not codenames(role.key) & {"add_logentry", "change_logentry", "delete_logentry"}


def test_supervisors_look_and_do_not_touch() -> None:
    may = codenames(StaffRole.SUPERVISOR)
    assert "view_logentry" in may
    assert {name for name in may if not name.startswith("view_")} == {"access_admin"}


def test_nobody_but_superusers_lists_the_accounts() -> None:
    for role in STAFF_ROLES:
        assert "view_user" not in codenames(role.key)


def test_officers_and_clerks_stay_outside_wagtail() -> None:
    assert codenames(StaffRole.OFFICER) == codenames(StaffRole.CLERK) == set()


def test_editors_publish_any_page_and_keep_files_but_see_no_firm() -> None:
    editor = StaffFactory(staff_roles=["editor"])
    editor = User.objects.get(pk=editor.pk)
    assert Page.get_first_root_node().permissions_for_user(editor).can_add_subpage()
    assert GroupPagePermission.objects.filter(
        group__name=group_name(StaffRole.EDITOR), permission__codename="publish_page"
    ).exists()
    assert editor.has_perm("wagtailadmin.access_admin")
    assert not editor.has_perm("accounts.view_organisation")


def test_groups_follow_the_roles_and_leave_other_groups_alone() -> None:
    other = Group.objects.create(name="其他")
    user = UserFactory(staff_roles=["operator", "editor"])
    user.groups.add(other)
    groups.put_into_groups(user)
    assert set(user.groups.values_list("name", flat=True)) == {"zjcs-operator", "zjcs-editor", "其他"}
    user.staff_roles = ["editor"]
    groups.put_into_groups(user)
    assert set(user.groups.values_list("name", flat=True)) == {"zjcs-editor", "其他"}
