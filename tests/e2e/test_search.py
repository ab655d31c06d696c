"""Searching as people do it: by keyboard, by pointing, on a phone, without JavaScript, and by being told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.visitor import Visitor

PHONE = {"width": 360, "height": 740}


def options(page: Page) -> int:
    return page.locator("[role=option]:visible").count()


def test_typing_suggests_and_the_keyboard_chooses(page: Page, screens: Callable[[Page, str], None]) -> None:
    page.goto("/")
    box = page.get_by_role("combobox")
    box.focus()
    box.press_sequentially("环评", delay=20)
    expect(page.locator("[role=option]").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".z-search [role=status]")).to_contain_text("条建议")
    assert 1 < options(page) <= 8
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("Home", 0), ("End", options(page) - 1), ("ArrowDown", -1)):
        page.keyboard.press(key)
        active = box.get_attribute("aria-activedescendant")
        assert active == (None if place < 0 else f"q-list-{place}")
    screens(page, "search-suggest")
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(box).to_have_value("环评")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/items/ZJ-005/$"))


def test_enter_searches_what_was_typed_and_it_is_remembered_in_this_browser_only(
    page: Page, new_context: Callable[[], BrowserContext]
) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("测绘")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search/"))
    page.goto("/")
    page.get_by_role("combobox").click()
    expect(page.locator("[role=option]")).to_have_text(["测绘"])
    page.get_by_role("button", name="清除最近搜索").click()
    page.reload()
    page.get_by_role("combobox").click()
    expect(page.locator("[role=listbox]")).to_be_hidden()
    other = new_context().new_page()
    other.goto("/")
    other.get_by_role("combobox").click()
    expect(other.locator("[role=listbox]")).to_be_hidden()


def test_nothing_is_asked_while_an_input_method_composes(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/suggest/" in sent.url else None)
    page.goto("/")
    page.get_by_role("combobox").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "huanp", "selectionStart": 5, "selectionEnd": 5})
    page.wait_for_timeout(500)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "环评"})
    expect(page.locator("[role=option]").first).to_be_visible()
    assert len(asked) == 1


def test_a_facet_changes_only_the_results_and_back_and_reload_keep_them(page: Page) -> None:
    page.goto("/agencies/")
    page.evaluate("window.isSamePage = true")
    everyone = page.locator("#results b").first.inner_text()
    choice = page.locator("#facets input[name=item]").first
    choice.check()
    expect(page).to_have_url(re.compile("item="))
    expect(page.locator("#found-said")).to_contain_text("找到")
    expect(page.locator("#results b").first).not_to_have_text(everyone)
    fewer = page.locator("#results b").first.inner_text()
    box = page.get_by_role("combobox")
    box.fill("环境")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    expect(page).to_have_title(re.compile("环境"))
    assert page.evaluate("window.isSamePage"), "only the results change"
    page.go_back()
    expect(page.locator("#results b").first).to_have_text(fewer)
    expect(page.get_by_role("combobox")).to_have_value("")
    expect(page.locator("#facets input[name=item]").first).to_be_checked()
    page.reload()
    expect(page.locator("#results b").first).to_have_text(fewer)
    page.go_back()
    expect(page.locator("#results b").first).to_have_text(everyone)


def test_the_focus_is_not_lost_when_what_one_pressed_is_gone(page: Page) -> None:
    page.goto("/agencies/?rating=3")
    page.locator("#results .z-tag").first.focus()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("rating="))
    expect(page.locator("#results")).to_be_focused()


def test_on_a_phone_the_filters_are_a_sheet_and_nothing_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/agencies/")
    expect(page.locator("#facets")).to_be_hidden()
    page.locator("#results").get_by_role("link", name="筛选").click()
    expect(page.locator("#facets")).to_be_visible()
    page.locator("#facets input[name=item]").first.check()
    page.get_by_role("button", name="应用筛选").click()
    expect(page).to_have_url(re.compile("item="))
    expect(page.locator("#facets")).to_be_hidden()
    expect(page.locator("#results b").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_box_is_a_form_and_the_filters_have_a_button(page: Page) -> None:
    page.goto("/")
    site = page.url
    plain = page.context.browser.new_context(java_script_enabled=False, base_url=site)  # type: ignore[union-attr]
    shown = plain.new_page()
    shown.goto("/")
    shown.locator("#q").fill("环评")
    shown.locator("#q").press("Enter")
    expect(shown).to_have_url(re.compile("/search/"))
    shown.goto("/agencies/")
    shown.locator("#facets input[name=item]").first.check()
    shown.get_by_role("button", name="应用筛选").click()
    expect(shown).to_have_url(re.compile("item="))
    plain.close()


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
def test_the_shown_results_can_be_taken_away(page: Page, kind: str, tmp_path: Path) -> None:
    page.goto("/agencies/?q=环境")
    with page.expect_download() as taken:
        page.get_by_role("link", name=kind).click()
    path = tmp_path / taken.value.suggested_filename
    taken.value.save_as(path)
    assert path.stat().st_size > 500


def test_a_search_is_saved_and_its_owner_is_told_of_who_offers_it_now(
    page: Page, new_context: Callable[[], BrowserContext], screens: Callable[[Page, str], None]
) -> None:
    agency = Visitor(new_context().new_page()).enter("agency").goto("/desk/agency/offers/")
    item = "ZJ-006"  # which needs no certificate, and which this agency does not offer yet
    expect(agency.page.locator("main table")).not_to_contain_text(item)
    buyer = Visitor(page).enter("buyer").goto(f"/agencies/?item={item}")
    buyer.press("保存搜索").fill(name="等新机构", pace="at_once")
    screens(page, "search-save")
    buyer.press("保存").sees("搜索已保存").sees("提醒中")
    screens(page, "search-saved")
    agency.fill(item=item, price_mode="from", price="36000", days="18").press("添加").sees(item)
    for _ in range(30):
        page.goto("/inbox/")
        if page.get_by_text("搜索有新结果：等新机构").count():
            break
        page.wait_for_timeout(1000)
    expect(page.locator("main")).to_contain_text("1 条新结果：甲子环境技术有限公司")
    page.get_by_role("link", name="搜索有新结果：等新机构").click()
    expect(page).to_have_url(re.compile(f"kind=agency&item={item}"))
    buyer.goto("/search/saved/").press("暂停提醒").sees("已暂停")
    buyer.press("恢复提醒").sees("提醒中")
    buyer.press("修改").press("删除这个搜索").sees("还没有保存的搜索")
