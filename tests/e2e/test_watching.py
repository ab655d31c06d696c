"""The opening as an event in a real browser: it comes by itself, plays, and can be played again by keys.

It moves the clock of its site past the closes of open tenders.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.visitor import Visitor


@pytest.fixture
def waiting(page: Page) -> str:
    """The number of a tender that is open for responses."""
    page.goto("/tenders/?state=published")
    link = page.locator("main a[href^='/tenders/ZJ-']").first.get_attribute("href")
    assert link
    return link.split("/")[2]


def test_a_waiting_page_shows_the_opening_by_itself_and_plays_it(
    page: Page, new_context: Callable[[], BrowserContext], waiting: str, screens: Callable[[Page, str], None]
) -> None:
    asked: list[dict[str, str]] = []
    page.on("request", lambda sent: asked.append(sent.headers) if sent.url.endswith("opening.json") else None)
    page.goto(f"/tenders/{waiting}/opening/")
    expect(page.locator("[data-countdown-card]")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("份封签")
    screens(page, "opening-waiting")
    closes = page.locator("[data-opening]").get_attribute("data-closes") or ""
    Visitor(new_context().new_page()).wait_until(closes)
    expect(page.locator("main")).to_contain_text("份封签", timeout=90_000)
    expect(page.locator("[data-countdown-card]")).to_have_count(0)
    expect(page.locator("main .z-title .z-st")).not_to_have_text("报名中")
    assert asked
    assert not any("cookie" in headers for headers in asked)
    expect(page.locator("[data-finale]")).to_be_visible(timeout=60_000)
    screens(page, "opening-over")


def test_a_replay_goes_by_keys_and_says_each_stage(page: Page) -> None:
    page.goto("/tenders/?state=notified")
    link = page.locator("main a[href^='/tenders/ZJ-']").first.get_attribute("href") or ""
    page.goto(f"/tenders/{link.split('/')[2]}/opening/")
    frames, finale = page.locator("[data-frame]:visible"), page.locator("[data-finale]")
    every = frames.count()
    expect(finale).to_be_visible()
    page.locator("[data-act=play]").focus()
    page.keyboard.press("Home")
    expect(frames).to_have_count(0)
    expect(finale).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-say]")).to_have_text("名单冻结")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(frames).to_have_count(1)
    page.keyboard.press("End")
    expect(frames).to_have_count(every)
    expect(finale).to_be_visible()


def test_without_javascript_everything_stands_there_in_order(
    new_context: Callable[[], BrowserContext], page: Page
) -> None:
    page.goto("/tenders/?state=notified")
    link = page.locator("main a[href^='/tenders/ZJ-']").first.get_attribute("href") or ""
    plain = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    shown = plain.new_page()
    shown.goto(page.url.split("/tenders/")[0] + f"/tenders/{link.split('/')[2]}/opening/")
    expect(shown.locator("main")).to_contain_text("排名与理由")
    expect(shown.locator("[data-finale]")).to_be_visible()
    expect(shown.locator("[data-player]")).to_be_hidden()
    plain.close()
