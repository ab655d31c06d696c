"""The pattern book shows every component, and the pages that stand alone stand."""

import pytest
from django.conf import settings as site
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

ELSEWHERE = {
    "bare_page.html",  # the frame of the error pages
    "chip.html",  # the same as the tag
    "form_fields.html",  # account pages
    "messages.html",
    "stored_file_input.html",  # needs a stored file: tests/core
}


@pytest.fixture(autouse=True)
def in_development(settings):
    settings.DEBUG = True


@pytest.mark.django_db
def test_the_pattern_book_is_shut_on_a_real_zone(client, settings):
    settings.DEBUG = False
    assert client.get("/design/").status_code == 404


@pytest.mark.django_db
def test_the_pattern_book_draws_every_component(client):
    response = client.get("/design/")
    assert response.status_code == 200
    drawn = {template.name.removeprefix("components/") for template in response.templates if template.name}
    components = {path.name for path in (site.BASE_DIR / "templates" / "components").glob("*.html")}
    assert components - drawn - ELSEWHERE == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/design/", "/en/design/"])
def test_the_pattern_book_holds_nothing_that_the_policy_refuses(client, address):
    from tests.look.test_templates import problems_of

    response = client.get(address)
    assert problems_of(response.content.decode()) == []
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_display_choices_reach_the_html_element(client):
    assert b"data-bs-theme" not in client.get("/design/").content.split(b">", 3)[1]
    client.cookies["theme"], client.cookies["size"], client.cookies["contrast"] = "dark", "elder", "more"
    html = client.get("/design/").content.decode()
    assert 'data-bs-theme="dark" data-size="elder" data-contrast="more"' in html
    client.cookies["theme"] = "<script>"
    assert "<script>" not in client.get("/design/").content.decode().split("<head>")[0]


@pytest.mark.django_db
def test_the_languages_lead_to_each_other(client):
    assert 'href="/en/design/" lang="en"' in client.get("/design/").content.decode()
    assert 'href="/design/" lang="zh-Hans"' in client.get("/en/design/").content.decode()


@pytest.mark.parametrize("name", ["404.html", "403.html", "500.html", "403_csrf.html", "core/form_expired.html"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_stand_without_any_context_or_database(name, language):
    with translation.override(language):
        html = render_to_string(name)
    assert "<h1>" in html
    assert html.count('class="btn') >= 1  # a way on
    assert "/static/css/look.css" in html


@pytest.mark.django_db
def test_an_unknown_address_offers_the_search(client, settings):
    settings.DEBUG = False
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_an_expired_form_leads_back_to_it():
    request = RequestFactory().post("/tenders/new/?project=1")
    assert 'href="/tenders/new/?project=1"' in render_to_string("core/form_expired.html", {"request": request})
    assert 'href="/x/"' in render_to_string("core/form_expired.html", {"request": request, "back": "/x/"})


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_the_doors_of_the_site_are_in_the_houses_look(client, address):
    html = client.get(address).content.decode()
    assert "z-door" in html
    assert "placeholder=" not in html
    if "password" not in address:
        assert "手机号或邮箱" in html


@pytest.mark.django_db
def test_a_wrong_password_names_the_problem_on_top(client):
    html = client.post("/accounts/login/", {"login": "13800000000", "password": "x"}).content.decode()
    assert "data-error-summary" in html
    assert "<title>错误：" in html
    assert 'value="13800000000"' in html
    assert 'value="x"' not in html
