from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from config.urls import urlpatterns as site
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete, NotAllowed
from marketplace.core.middleware import client_ip

ERRORS = {
    "plain": DomainError("预算不能低于 0。"),
    "done": AlreadyDone(),
    "not-allowed": NotAllowed(url="/organisation/register/", act="登记单位"),
    "incomplete": Incomplete(["缺授权书。", "缺法定代表人。"]),
}


def fail(request: object, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def crash(request: object) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [path("fail/<str:kind>/", fail), path("api/fail/<str:kind>/", fail), path("crash/", crash), *site]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("plain", 409, "预算不能低于 0。"),
        ("not-allowed", 403, "您现在不能办理这一项"),
        ("incomplete", 422, "<li>缺法定代表人。</li>"),
    ],
)
def test_a_refusal_becomes_a_page_of_its_status(client: Client, kind: str, status: int, words: str) -> None:
    answer = client.get(f"/fail/{kind}/")
    assert answer.status_code == status
    assert words in answer.text
    assert "什么都没有改变" in answer.text


def test_a_refusal_shows_its_way_out(client: Client) -> None:
    assert 'href="/organisation/register/">登记单位' in client.get("/fail/not-allowed/").text


def test_after_a_post_it_is_said_on_the_page_one_came_from(client: Client) -> None:
    answer = client.post("/fail/plain/", headers={"referer": "http://testserver/design/?a=1"})
    assert answer.url == "/design/?a=1"
    shown = client.get("/inbox/", follow=True)
    assert "预算不能低于 0。" in shown.text


@pytest.mark.parametrize("path", ["//example.com/", "/\\example.com/", "//example.com?a=1"])
def test_a_page_whose_path_is_another_site_to_a_browser_is_not_gone_back_to(client: Client, path: str) -> None:
    answer = client.post("/fail/plain/", headers={"referer": f"http://testserver{path}"})
    assert answer.status_code == 409


def test_what_was_done_already_is_no_error(client: Client) -> None:
    client.post("/fail/done/", headers={"referer": "http://testserver/design/"})
    shown = client.get("/inbox/", follow=True)
    assert "z-toast-info" in shown.text
    assert "z-toast-error" not in shown.text


@pytest.mark.parametrize("referer", ["https://example.com/", "", "javascript:alert(1)"])
def test_a_foreign_page_is_never_gone_back_to(client: Client, referer: str) -> None:
    assert client.post("/fail/plain/", headers={"referer": referer}).status_code == 409


@pytest.mark.parametrize(("address", "headers"), [("/api/fail/plain/", {}), ("/fail/plain/", {"x-autosave": "1"})])
def test_programs_get_json(client: Client, address: str, headers: dict[str, str]) -> None:
    answer = client.post(address, headers=headers)
    assert answer.status_code == 409
    assert answer.json() == {"error": "refused", "field": "", "message": "预算不能低于 0。"}


def test_mistakes_of_ours_are_not_swallowed(client: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        client.get("/crash/")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "9.9.9.9", "1.1.1.1"),
        (1, "", "1.1.1.1"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9", "6.6.6.6"),
        (2, "9.9.9.9", "1.1.1.1"),
    ],
)
def test_only_trusted_proxies_say_where_a_visitor_is(proxies: int, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="1.1.1.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(AXES_IPWARE_PROXY_COUNT=proxies):
        assert client_ip(request) == address


def test_a_form_without_its_token_is_explained(settings: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        "/accounts/login/", {"login": "a"}, headers={"referer": "http://testserver/accounts/login/?next=/desk/"}
    )
    assert answer.status_code == 403
    assert "文字还保存在这个浏览器里" in answer.text
    assert 'href="/accounts/login/?next=/desk/"' in answer.text
