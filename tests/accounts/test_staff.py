import pytest

from marketplace.accounts import queries, services
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core.errors import DomainError, NotAllowed
from tests.factories import StaffFactory, UserFactory, staff

pytestmark = pytest.mark.django_db


def test_staff_made_by_the_system_can_log_in_and_stands_in_its_groups() -> None:
    user = services.create_staff(
        username="Ｏ＠gov.cn", name="王五", roles=["editor"], password="zjcs-2026-open", by=Actor.system()
    )
    assert (user.username, user.email) == ("o@gov.cn", "o@gov.cn")
    assert list(user.groups.values_list("name", flat=True)) == ["zjcs-editor"]
    assert user.check_password("zjcs-2026-open")
    assert not user.is_superuser


def test_only_a_superuser_makes_staff() -> None:
    for actor in (staff("operator"), Actor.of(UserFactory())):
        with pytest.raises(NotAllowed):
            services.create_staff(username="13700000000", name="", roles=["operator"], password="x", by=actor)
    chief = Actor.of(StaffFactory(is_superuser=True))
    services.create_staff(username="13700000000", name="赵六", roles=["operator"], password="x", by=chief)
    assert User.objects.get(username="13700000000").has_staff_role(StaffRole.OPERATOR)


def test_a_user_name_is_given_once_and_roles_are_known_ones() -> None:
    UserFactory(username="13700000000")
    for values in ({"username": "13700000000", "roles": ["operator"]}, {"username": "13700000001", "roles": ["king"]}):
        with pytest.raises(DomainError):
            services.create_staff(name="", password="x", by=Actor.system(), **values)


def test_roles_and_groups_change_together() -> None:
    user = StaffFactory(staff_roles=["operator"])
    services.save_staff(user, name="李四", email="", roles=["editor"], is_active=True, by=Actor.system())
    assert list(user.groups.values_list("name", flat=True)) == ["zjcs-editor"]
    services.save_staff(user, name="李四", email="", roles=[], is_active=True, by=Actor.system())
    assert not user.groups.exists()
    assert not Actor.of(User.objects.get(pk=user.pk)).is_staff


def test_nobody_locks_himself_out() -> None:
    chief = StaffFactory(is_superuser=True)
    with pytest.raises(DomainError):
        services.save_staff(chief, name="", email="", roles=[], is_active=False, by=Actor.of(chief))


def test_staff_are_found_by_role() -> None:
    operator, both = StaffFactory(), StaffFactory(staff_roles=["editor", "operator"])
    StaffFactory(staff_roles=["editor"])
    StaffFactory(is_active=False)
    assert set(queries.staff(StaffRole.OPERATOR)) == {operator, both}
