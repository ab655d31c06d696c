import csv
import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from openpyxl import load_workbook

from marketplace.accounts import groups
from marketplace.accounts.models import Claim, User
from tests.factories import ClaimFactory, OrganisationFactory, StaffFactory, UserFactory, member, staff

pytestmark = pytest.mark.django_db
QUEUE = "/admin/accounts_claims/"


@pytest.fixture(autouse=True)
def made() -> None:
    groups.ensure()


def test_an_operator_sees_a_claim_beside_its_scan_and_goes_on_to_the_next(browser_of: Callable) -> None:
    first, second = ClaimFactory(name="甲公司", kind="enterprise"), ClaimFactory(name="乙公司", kind="enterprise")
    client = browser_of(staff("operator"))
    address = f"{QUEUE}review/{first.pk}/"
    assert address in client.get(QUEUE).text
    text = client.get(address).text
    assert f'<iframe src="/files/{first.authorisation.pk}/#navpanes=0"' in text
    assert text.count('class="claim-ok"') == 6
    assert client.post(address, {"confirm": "1"}).url == f"{QUEUE}review/{second.pk}/"
    assert client.post(f"{QUEUE}review/{second.pk}/", {"refuse": "1", "reason": "看不清"}).url == QUEUE
    assert {c.name: c.state for c in Claim.objects.all()} == {"甲公司": "confirmed", "乙公司": "refused"}


def test_a_picture_is_shown_as_one(browser_of: Callable) -> None:
    claim = ClaimFactory(authorisation__content_type="image/png")
    text = browser_of(staff("operator")).get(f"{QUEUE}review/{claim.pk}/").text
    assert f'<img src="/files/{claim.authorisation.pk}/"' in text


def test_a_refusal_without_reason_says_what_is_missing(browser_of: Callable) -> None:
    claim = ClaimFactory()
    answer = browser_of(staff("operator")).post(f"{QUEUE}review/{claim.pk}/", {"refuse": "1", "reason": " "})
    assert "请写明未通过的原因" in answer.text
    assert Claim.objects.get().state == "submitted"


def test_a_double_click_decides_once_and_says_so(browser_of: Callable) -> None:
    claim = ClaimFactory()
    client, address = browser_of(staff("operator")), f"{QUEUE}review/{claim.pk}/"
    client.post(address, {"confirm": "1"})
    answer = client.post(address, {"confirm": "1"}, headers={"referer": f"http://testserver{address}"}, follow=True)
    assert "已经办理过了" in answer.text


def test_supervisors_look_and_others_stay_outside(browser_of: Callable) -> None:
    claim = ClaimFactory()
    address = f"{QUEUE}review/{claim.pk}/"
    supervisor = browser_of(staff("supervisor"))
    assert "核验通过" not in supervisor.get(address).text
    supervisor.post(address, {"confirm": "1"})
    for actor in (staff("editor"), staff("officer"), member()):
        browser_of(actor).post(address, {"confirm": "1"})
        assert browser_of(actor).get(address).status_code in (302, 403)
        assert browser_of(actor).get(QUEUE).status_code == 302
    assert Claim.objects.get().state == "submitted"


def test_nothing_is_added_edited_or_deleted_by_hand(browser_of: Callable) -> None:
    claim = ClaimFactory()
    chief = browser_of(StaffFactory(is_superuser=True))
    for act in ("new/", f"edit/{claim.pk}/", f"delete/{claim.pk}/"):
        assert chief.get(QUEUE + act).status_code == 404
        assert chief.get(f"/admin/accounts_organisations/{act}").status_code == 404
    assert chief.get(f"/admin/users/delete/{UserFactory().pk}/").status_code == 404


def test_the_queue_is_exported_to_excel(browser_of: Callable, tmp_path) -> None:
    ClaimFactory(name="甲公司")
    answer = browser_of(staff("operator")).get(f"{QUEUE}?export=xlsx")
    book = tmp_path / "claims.xlsx"
    book.write_bytes(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    rows = list(load_workbook(book).active.iter_rows(values_only=True))
    assert rows[1][0] == "甲公司"


def test_a_superuser_makes_and_changes_staff(browser_of: Callable) -> None:
    client = browser_of(StaffFactory(is_superuser=True))
    values = {"username": "13700000000", "name": "赵六", "email": "", "roles": ["operator"]}
    weak = client.post("/admin/users/new/", {**values, "password": "12345"})
    assert not User.objects.filter(username="13700000000").exists()
    assert weak.status_code == 200
    client.post("/admin/users/new/", {**values, "password": "kunlun-shan-1980"})
    made = User.objects.get(username="13700000000")
    assert made.staff_roles == ["operator"]
    edit = f"/admin/users/edit/{made.pk}/"
    assert "赵六" in client.get(edit).text
    client.post(edit, {"name": "赵六", "email": "", "is_active": "on", "roles": ["editor"]})
    made = User.objects.get(pk=made.pk)
    assert made.staff_roles == ["editor"]
    assert list(made.groups.values_list("name", flat=True)) == ["zjcs-editor"]


def test_superusers_see_staff(browser_of: Callable) -> None:
    chief, other = StaffFactory(is_superuser=True), StaffFactory(name="钱七")
    assert other.name in browser_of(chief).get("/admin/users/").text


def test_operators_change_no_staff(browser_of: Callable) -> None:
    client, other = browser_of(staff("operator")), StaffFactory(name="钱七")
    client.post(f"/admin/users/edit/{other.pk}/", {"name": "钱八", "roles": ["operator"]})
    assert client.get("/admin/users/new/").status_code == 302
    assert User.objects.get(pk=other.pk).name == "钱七"


def test_a_list_taken_away_holds_no_formulas(browser_of: Callable) -> None:
    """A firm's name was run as a formula on the operator's machine."""
    OrganisationFactory(name='=HYPERLINK("http://x","y")', phone="-1+cmd", address="@SUM(1)")
    text = b"".join(browser_of(staff("operator")).get("/admin/accounts_organisations/?export=csv").streaming_content)
    row = next(csv.DictReader(io.StringIO(text.decode())))
    assert [value[:2] for value in row.values() if "HYPERLINK" in value or "cmd" in value or "SUM" in value] == [
        "'=", "'@", "'-",
    ]  # fmt: skip


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_wagtails_bulk_actions_on_accounts_do_not_exist(browser_of: Callable, action: str) -> None:
    """They made administrators, and closed and deleted accounts, past the services and the log."""
    chief, victim = StaffFactory(is_superuser=True), UserFactory()
    address = f"/admin/bulk/accounts/user/{action}/?id={victim.pk}"
    assert browser_of(chief).get(address).status_code == 404
    browser_of(chief).post(address, {"mark_as_active": "False"})
    assert User.objects.get(pk=victim.pk).is_active


def test_whoever_may_enter_the_admin_needs_a_second_factor(browser_of: Callable) -> None:
    insider = UserFactory()
    insider.groups.add(Group.objects.create(name="其他"))
    insider.groups.get().permissions.add(Permission.objects.get(codename="access_admin"))
    assert browser_of(insider).get("/admin/").url == "/accounts/2fa/totp/activate/"


def test_who_may_not_enter_the_admin_is_told_so_and_not_sent_in_circles(browser_of: Callable) -> None:
    for person in (member(), staff("clerk")):
        answer = browser_of(person).get("/admin/", follow=True)
        assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    assert Client().get("/admin/users/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=/admin/users/"


def test_operators_do_not_list_the_accounts(browser_of: Callable) -> None:
    victim = UserFactory()
    assert victim.username not in browser_of(staff("operator")).get("/admin/users/?q=139", follow=True).text
