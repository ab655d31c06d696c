"""The modules of static/js and the layout, in a browser. Pages are served from memory: no site needs to run."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import translation
from playwright.sync_api import Browser, Page, Request, Route, expect

pytestmark = pytest.mark.browser

SITE = "http://stage.invalid"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Stage:
    """A site of a few pages: HTML by path, static files from the tree; it remembers what was posted to it."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.status: dict[str, int] = {}
        self.posted: list[Request] = []
        self.seconds = 0.0  # how long a POST takes

    def put(self, path: str, body: str, *, owner: str = "7", now: str = "") -> None:
        """Lay a page with the site's scripts around the given body."""
        with translation.override("zh-hans"):
            words = render_to_string("components/script_words.html")
        scripts = "".join(
            f'<script type="module" src="/static/js/{name}.js"></script>' for name in ("app", "drafts", "autosave")
        )
        head = '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>页</title></head>'
        self.pages[path] = f'{head}<body data-now="{now}" data-owner="{owner}">{body}{words}{scripts}</body></html>'

    def answer(self, route: Route) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = settings.BASE_DIR / path.lstrip("/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "application/octet-stream"))
            return
        if request.method == "POST":
            self.posted.append(request)
            time.sleep(self.seconds)
        body, status = self.pages.get(path, ""), self.status.get(path, 200)
        route.fulfill(body=body, status=status, content_type="text/html; charset=utf-8")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.route("**/*", stage.answer)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def open_page(page: Page, path: str = "/") -> None:
    page.goto(SITE + path)


# --- app.js -----------------------------------------------------------------------------------------------------------


def test_a_double_click_sends_a_form_once(page: Page, stage: Stage) -> None:
    stage.put(
        "/",
        '<form method="post" action="/sent/"><input name="a" value="1"><button name="b" value="2">报名</button></form>',
    )
    stage.put("/sent/", "<p>好了</p>")
    open_page(page)
    stage.seconds = 0.6
    page.evaluate("() => { const b = document.querySelector('button'); b.click(); setTimeout(() => b.click(), 200); }")
    expect(page.locator("p")).to_have_text("好了")
    assert [request.post_data for request in stage.posted] == ["a=1&b=2"]
    page.go_back()
    expect(page.locator("button")).to_be_enabled()
    page.locator("button").click()
    expect(page.locator("p")).to_have_text("好了")
    assert len(stage.posted) == 2


def test_a_countdown_ticks_by_the_servers_clock(page: Page, stage: Stage) -> None:
    now = datetime(2031, 5, 1, 9, 0, tzinfo=UTC)  # years from the browser's own clock
    due, over = now + timedelta(seconds=90), now + timedelta(seconds=2)
    stage.put(
        "/",
        f'<time id="a" datetime="{due.isoformat()}" data-countdown data-after="已截止">x</time>'
        f'<time id="b" datetime="{over.isoformat()}" data-countdown data-after="已截止">x</time>'
        '<time id="c" data-clock></time>',
        now=now.isoformat(),
    )
    open_page(page)
    expect(page.locator("#a")).to_have_text(re.compile("^1 分 2[5-9] 秒$"))
    expect(page.locator("#c")).to_have_text(re.compile("^17:00:0"))  # Shanghai's time, wherever the browser is
    expect(page.locator("#b")).to_have_text("已截止")


def test_the_error_summary_has_the_focus_and_leads_into_the_field(page: Page, stage: Stage) -> None:
    summary = '<section data-error-summary tabindex="-1"><a href="#id_code">代码</a></section>'
    stage.put("/", f'{summary}<details><summary>更多</summary><input id="id_code"></details>')
    open_page(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title() == "错误：页"
    page.locator("a").click()
    expect(page.locator("#id_code")).to_be_focused()


def test_escape_closes_a_menu_and_returns_the_focus(page: Page, stage: Stage) -> None:
    stage.put("/", '<details data-menu><summary>菜单</summary><a href="/x/">机构</a></details>')
    open_page(page)
    page.locator("summary").click()
    expect(page.locator("a")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("a")).to_be_hidden()
    expect(page.locator("summary")).to_be_focused()


# --- drafts.js --------------------------------------------------------------------------------------------------------

FORM = """<form method="post" action="/lost/" data-draft="tender">
  <input name="title" value="{title}"><textarea name="text"></textarea><input type="password" name="secret">
  <input type="hidden" name="csrf" value="x"><input name="code" autocomplete="one-time-code">
  <input type="checkbox" name="area" value="a"><input type="checkbox" name="area" value="b">
  <button>提交</button></form>"""


def type_all(page: Page) -> None:
    page.locator("[name=title]").fill("环评")
    page.locator("[name=text]").fill("第一行\n第二行")
    page.locator("[name=secret]").fill("hunter22222")
    page.locator("[name=code]").fill("123456")
    page.locator("[value=b]").check()


def test_what_was_typed_comes_back_after_a_lost_submit(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title=""))
    stage.put("/lost/", "<p>放得太久了</p>")
    open_page(page)
    type_all(page)
    page.locator("button").click()
    expect(page.locator("p")).to_have_text("放得太久了")
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("环评")
    expect(page.locator("[name=text]")).to_have_value("第一行\n第二行")
    expect(page.locator("[value=b]")).to_be_checked()
    expect(page.locator("[value=a]")).not_to_be_checked()
    expect(page.get_by_text("已恢复您上次未提交的内容")).to_be_visible()


def test_secrets_are_never_kept(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title=""))
    stage.put("/lost/", "")
    open_page(page)
    type_all(page)
    page.locator("form > button").click()
    page.wait_for_url("**/lost/")
    kept = page.evaluate("() => JSON.stringify({...localStorage})")
    assert "环评" in kept
    assert "hunter22222" not in kept
    assert "123456" not in kept
    assert "csrf" not in kept


def test_a_draft_can_be_discarded_and_stays_away(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title="原来的"))
    open_page(page)
    page.locator("[name=title]").fill("改了")
    page.wait_for_timeout(600)
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("改了")
    page.get_by_role("button", name="放弃恢复的内容").click()
    expect(page.locator("[name=title]")).to_have_value("原来的")
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("原来的")


@pytest.mark.parametrize("sign", ['<p data-draft-done="tender">', '<p data-message-tags="draft:tender success">'])
def test_a_page_that_says_the_form_arrived_clears_the_draft(page: Page, stage: Stage, sign: str) -> None:
    stage.put("/", FORM.format(title=""))
    stage.put("/lost/", f"{sign}已提交</p>")
    open_page(page)
    page.locator("[name=title]").fill("环评")
    page.locator("form > button").click()
    expect(page.locator("p")).to_have_text("已提交")
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("")


def test_a_page_that_hides_late_does_not_bring_back_what_was_sent(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title=""))
    open_page(page)
    page.locator("[name=title]").fill("环评")
    kept = page.evaluate(
        """() => {
          const form = document.querySelector("form");
          form.addEventListener("submit", (event) => event.preventDefault());
          form.requestSubmit();
          const [name] = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
          const sent = localStorage.getItem(name);
          localStorage.setItem(name, sent.replace("环评", "是下一页的"));
          window.dispatchEvent(new Event("pagehide"));
          return [sent, localStorage.getItem(name)];
        }"""
    )
    assert "环评" in kept[0]
    assert "是下一页的" in kept[1]


def test_a_draft_is_not_shown_to_another_person(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title=""))
    open_page(page)
    page.locator("[name=title]").fill("环评")
    page.wait_for_timeout(600)
    stage.put("/", FORM.format(title=""), owner="8")
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("")


def test_a_newer_value_of_the_server_wins_over_the_draft(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title="旧"))
    open_page(page)
    page.locator("[name=title]").fill("我的")
    page.locator("[name=text]").fill("说明")
    page.wait_for_timeout(600)
    stage.put("/", FORM.format(title="同事刚改的"))
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("同事刚改的")
    expect(page.locator("[name=text]")).to_have_value("说明")


def test_logging_out_of_a_shared_computer_takes_the_drafts_along(page: Page, stage: Stage) -> None:
    stage.put("/", FORM.format(title=""))
    stage.put(
        "/out/",
        '<form method="post" data-draft-clear><input type="checkbox" name="forget_drafts"><button>退出</button></form>',
    )
    open_page(page)
    page.locator("[name=title]").fill("环评")
    page.wait_for_timeout(600)
    open_page(page, "/out/")
    page.locator("[name=forget_drafts]").check()
    page.locator("button").click()
    page.wait_for_load_state()
    open_page(page)
    expect(page.locator("[name=title]")).to_have_value("")


# --- autosave.js ------------------------------------------------------------------------------------------------------

SAVED = """<form method="post" action="/save/" data-autosave><input name="name"><input name="price" data-no-autosave>
  <input type="password" name="secret"><input type="file" name="scan"><button>提交</button></form>"""


def test_a_form_saves_itself_after_a_pause_and_says_when(page: Page, stage: Stage) -> None:
    stage.put("/", SAVED, now=datetime(2031, 5, 1, 9, 3, tzinfo=UTC).isoformat())
    open_page(page)
    page.locator("[name=price]").fill("70000")
    page.locator("[name=secret]").fill("hunter22222")
    page.locator("[name=name]").press_sequentially("甲子环境", delay=60)
    expect(page.get_by_role("status")).to_have_text("已保存 17:03", timeout=6000)
    assert len(stage.posted) == 1  # one pause, one save
    request = stage.posted[0]
    assert request.headers["x-autosave"] == "1"
    sent = request.post_data or ""
    assert "甲子环境" in sent
    assert "70000" not in sent
    assert "hunter22222" not in sent
    assert 'name="scan"' not in sent


def test_a_save_that_fails_says_so(page: Page, stage: Stage) -> None:
    stage.put("/", SAVED)
    stage.status["/save/"] = 500
    open_page(page)
    page.locator("[name=name]").fill("甲子环境")
    expect(page.get_by_role("status")).to_contain_text("没有保存成功", timeout=6000)


def test_a_save_after_the_session_ended_says_so(page: Page, stage: Stage) -> None:
    stage.put("/", SAVED)
    stage.status["/save/"] = 403
    open_page(page)
    page.locator("[name=name]").fill("甲子环境")
    expect(page.get_by_role("status")).to_contain_text("登录已过期", timeout=6000)


# --- layout -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pattern_book(db: None, stage: Stage) -> Callable[..., None]:
    def lay(**cookies: str) -> None:
        client = Client()
        for name, value in cookies.items():
            client.cookies[name] = value
        with override_settings(DEBUG=True):  # the pattern book is shut on a real zone
            stage.pages["/design/"] = client.get("/design/").content.decode()

    return lay


@pytest.mark.parametrize("size", ["normal", "large", "elder"])
def test_nothing_scrolls_sideways(page: Page, pattern_book: Callable[..., None], size: str) -> None:
    pattern_book(size=size, contrast="more")
    open_page(page, "/design/")
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_elder_mode_makes_text_and_targets_large(page: Page, pattern_book: Callable[..., None]) -> None:
    pattern_book(size="elder")
    page.set_viewport_size({"width": 375, "height": 800})
    open_page(page, "/design/")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)") == 24
    visible = "[...document.querySelectorAll('main .btn')].filter((button) => button.checkVisibility())"
    heights = page.evaluate(f"() => {visible}.map((button) => button.getBoundingClientRect().height)")
    assert min(heights) >= 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_choice_the_colours_follow_the_system(
    browser: Browser, stage: Stage, pattern_book: Callable[..., None], scheme: str
) -> None:
    pattern_book()
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.route("**/*", stage.answer)
    open_page(page, "/design/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    context.close()


def test_a_chosen_theme_wins_over_the_systems(
    browser: Browser, stage: Stage, pattern_book: Callable[..., None]
) -> None:
    pattern_book(theme="light")
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.route("**/*", stage.answer)
    open_page(page, "/design/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    context.close()
