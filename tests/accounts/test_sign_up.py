import re
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client, RequestFactory

from marketplace.accounts import queries
from marketplace.accounts.models import User
from tests.factories import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGN_UP, LOG_IN = "/accounts/signup/", "/accounts/login/"
SECRET = "kunlun-shan-1980"


def sign_up(client: Client, **changes: str):
    values = {"username": "13912345678", "name": "韩梅梅", "password1": SECRET, "password2": SECRET, **changes}
    return client.post(SIGN_UP, values)


def test_a_mobile_number_signs_up_and_lands_on_the_desk(client: Client) -> None:
    assert sign_up(client).url == "/desk/"
    user = User.objects.get()
    assert (user.username, user.name, user.email) == ("13912345678", "韩梅梅", "")
    assert "韩梅梅，欢迎来到中介服务超市" in client.get("/desk/").text


def test_an_address_typed_wide_and_in_capitals_is_narrowed(client: Client) -> None:
    assert sign_up(client, username="Ｈａｎ＠Example．ＣＮ").url == "/desk/"
    user = User.objects.get()
    assert user.username == user.email == "han@example.cn"


def test_the_second_address_is_narrowed_too(client: Client) -> None:
    sign_up(client, email="ｈａｎ＠example.cn")
    assert User.objects.get().email == "han@example.cn"


@pytest.mark.parametrize("username", ["韩梅梅", "hanmeimei", "12345678901", "1391234567"])
def test_another_user_name_is_told_what_is_wanted(client: Client, username: str) -> None:
    answer = sign_up(client, username=username)
    assert "请填写 11 位手机号，或完整的电子邮箱地址" in answer.text
    assert "韩梅梅" in answer.text
    assert not User.objects.exists()


def test_a_taken_user_name_leads_to_the_log_in(client: Client) -> None:
    UserFactory(username="13912345678")
    answer = sign_up(client, username="139 1234 5678")
    assert "已经注册过，请直接登录" in answer.text


def test_nobody_signs_up_under_the_address_of_another_account(client: Client) -> None:
    """A user name that is somebody's e-mail took the invitations and the mail meant for that account."""
    UserFactory(username="13912345678", email="han@example.cn")
    assert "已经注册过，请直接登录" in sign_up(client, username="Han@example.cn").text
    UserFactory(username="li@example.cn", email="")
    assert "已经被另一个账号使用" in sign_up(client, username="13900000001", email="li@example.cn").text
    assert User.objects.count() == 2


def test_an_address_counts_when_its_letter_was_answered(client: Client) -> None:
    sign_up(client, username="han@example.cn")
    user = User.objects.get()
    assert queries.contacts_of(user) == set()
    (letter,) = mail.outbox
    assert letter.to == ["han@example.cn"]
    assert "中介服务超市" in letter.subject
    page = re.search(r"http://testserver(/\S+)", letter.body).group(1)
    assert "确认是我的邮箱" in client.get(page).text
    client.post(page)
    assert queries.contacts_of(user) == {"han@example.cn"}


def test_a_name_is_needed_because_it_stands_in_the_records(client: Client) -> None:
    assert "请填写您的真实姓名" in sign_up(client, name="").text


@pytest.mark.parametrize("password", ["1234567890", "short", "password123"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    assert sign_up(client, password1=password, password2=password).status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("login", ["13912345678", "139 1234 5678", "１３９１２３４５６７８", "+8613912345678"])
def test_one_logs_in_however_the_number_is_typed(client: Client, login: str) -> None:
    UserFactory(username="13912345678")
    assert client.post(LOG_IN, {"login": login, "password": PASSWORD}).url == "/desk/"


@pytest.mark.parametrize("login", ["han@example.cn", "HAN@example.cn", "ｈａｎ＠ｅｘａｍｐｌｅ．ｃｎ"])
def test_one_logs_in_by_address_too(client: Client, login: str) -> None:
    UserFactory(username="han@example.cn", email="han@example.cn")
    assert client.post(LOG_IN, {"login": login, "password": PASSWORD}).url == "/desk/"


def test_after_log_in_comes_the_page_that_was_asked_for_and_no_foreign_one(client: Client) -> None:
    UserFactory(username="13912345678")
    good = {"login": "13912345678", "password": PASSWORD}
    assert client.post(LOG_IN, {**good, "next": "/organisation/register/"}).url == "/organisation/register/"
    assert Client().post(LOG_IN, {**good, "next": "https://example.com/"}).url == "/desk/"


def test_a_wrong_password_says_so_without_telling_who_is_here(client: Client) -> None:
    UserFactory(username="13912345678")
    answers = [
        client.post(LOG_IN, {"login": login, "password": "wrong"}).context["form"].non_field_errors()
        for login in ("13912345678", "13900000000", "nobody@example.cn")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert "账号或密码不对" in answers[0][0]


def test_eight_wrong_passwords_pause_the_log_in_for_this_account_only(client: Client) -> None:
    UserFactory(username="13912345678")
    UserFactory(username="13900000000")
    for number in range(8):
        answer = client.post(LOG_IN, {"login": "13912345678" if number % 2 else "139 1234 5678", "password": "wrong"})
    assert answer.status_code == 429
    assert "登录已暂停" in answer.text
    assert client.post(LOG_IN, {"login": "13912345678", "password": PASSWORD}).status_code == 429
    assert AccessAttempt.objects.count() == 1
    assert client.post(LOG_IN, {"login": "13900000000", "password": PASSWORD}).url == "/desk/"


def test_one_account_is_one_account_however_it_is_named(client: Client) -> None:
    """Wrong passwords under the number and under the address were two counts of one account."""
    UserFactory(username="13912345678", email="han@example.cn")
    for number in range(8):
        client.post(LOG_IN, {"login": "han@example.cn" if number % 2 else "13912345678", "password": "wrong"})
    assert client.post(LOG_IN, {"login": "13912345678", "password": PASSWORD}).status_code == 429


def test_forty_wrong_passwords_from_many_addresses_pause_the_account(client: Client) -> None:
    UserFactory(username="13912345678")
    for number in range(40):
        wrong = {"login": "13912345678", "password": "wrong"}
        assert client.post(LOG_IN, wrong, REMOTE_ADDR=f"10.0.{number}.1").status_code == 200
    right = {"login": "13912345678", "password": PASSWORD}
    answer = client.post(LOG_IN, right, REMOTE_ADDR="10.1.0.1")
    assert "尝试次数过多" in answer.text
    assert not answer.context["user"].is_authenticated


def test_an_address_that_is_shut_out_does_not_shut_the_person_out_elsewhere(client: Client) -> None:
    UserFactory(username="13912345678")
    for _number in range(60):
        client.post(LOG_IN, {"login": "13912345678", "password": "wrong"}, REMOTE_ADDR="10.0.0.1")
    right = {"login": "13912345678", "password": PASSWORD}
    assert Client().post(LOG_IN, right, REMOTE_ADDR="10.1.0.1").url == "/desk/"


def test_the_sixth_wrong_code_pauses_the_second_factor_also_for_the_right_one(client: Client) -> None:
    """The code of the second factor could be guessed without limit by whoever had the password."""
    staff = UserFactory(username="13912345678", staff_roles=["operator"])
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    right = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(LOG_IN, {"login": "13912345678", "password": PASSWORD})
    for _number in range(5):
        assert client.post("/accounts/2fa/authenticate/", {"code": "0000000"}).status_code == 200
    answer = client.post("/accounts/2fa/authenticate/", {"code": right})
    assert "尝试次数过多" in answer.text
    assert not client.get("/desk/", follow=True).context["user"].is_authenticated


def test_the_right_code_lets_in_after_four_wrong_ones(client: Client) -> None:
    staff = UserFactory(username="13912345678", staff_roles=["operator"])
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    client.post(LOG_IN, {"login": "13912345678", "password": PASSWORD})
    for _number in range(4):
        client.post("/accounts/2fa/authenticate/", {"code": "0000000"})
    right = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/authenticate/", {"code": right}).url == "/desk/"


def test_limits_see_through_the_trusted_proxies_and_no_further(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")
    assert get_adapter().get_client_ip(request) == "10.0.0.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_adapter().get_client_ip(request) == "1.2.3.4"
    text = Path("config/settings.py").read_text(encoding="utf-8")
    assert 'ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES")' in text


def test_staff_sessions_end_with_the_browser_and_others_when_nobody_asked_to_stay(client: Client) -> None:
    UserFactory(username="13912345678")
    good = {"login": "13912345678", "password": PASSWORD}
    client.post(LOG_IN, good)
    assert client.session.get_expire_at_browser_close()
    stays = Client()
    stays.post(LOG_IN, {**good, "remember": "on"})
    assert not stays.session.get_expire_at_browser_close()
    client.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/desk/")
    assert answer.cookies["sessionid"]["max-age"] == ""


def test_pages_of_people_who_are_logged_in_are_kept_by_no_cache(client: Client) -> None:
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/")["Cache-Control"] == "private, no-store"


def test_somebody_whose_account_was_closed_does_not_enter(client: Client) -> None:
    UserFactory(username="13912345678", is_active=False)
    answer = client.post(LOG_IN, {"login": "13912345678", "password": PASSWORD}, follow=True)
    assert not answer.context["user"].is_authenticated


def test_staff_need_a_second_factor(client: Client) -> None:
    staff = UserFactory(staff_roles=["operator"])
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/").url == "/accounts/2fa/totp/activate/"
    client.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/").status_code == 200
