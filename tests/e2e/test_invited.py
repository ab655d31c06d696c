"""Invited quotes in a browser: asked in one form, questioned without a name, sealed, compared, and one is picked."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitor import Visitor, pdf

Screens = Callable[[Page, str], None]
pytestmark = pytest.mark.xdist_group("way")
AGENCY = "甲子环境"  # of the persona "agency"


def test_a_buyer_asks_a_few_and_picks_one(
    page: Page, new_context: Callable[[], object], screens: Screens, tmp_path: Path
) -> None:
    me = Visitor(page).goto(f"/agencies/?q={AGENCY}")
    first = page.locator("main a[href^='/agencies/9']").first.get_attribute("href") or ""
    me.goto("/agencies/?item=ZJ-005")
    links = page.locator("main a[href^='/agencies/9']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    codes = list(dict.fromkeys(link.split("/")[2] for link in [first, *links]))[:2]
    me.enter("buyer").goto("/tenders/invite/?item=ZJ-005&" + "&".join(f"a={code}" for code in codes))
    me.fill(title="中试车间环评询价", content="报告表编制，配合评审。", ceiling="90000", is_private=True)
    me.fill(attachments=pdf(tmp_path, "任务书.pdf")).press("加入并核对条件").sees("任务书.pdf")
    screens(page, "invite")
    me.press("发出邀请").sees("邀请已发出").sees("任务书.pdf")
    number = re.search(r"/tenders/([^/]+)/", me.path()).group(1)  # type: ignore[union-attr]

    agency = Visitor(new_context().new_page()).enter("agency").goto(f"/tenders/{number}/")  # type: ignore[attr-defined]
    agency.sees("任务书.pdf").goto(f"/tenders/{number}/ask/").fill(text="现状监测是否包含在内？").press("提交问题")
    me.goto(f"/tenders/{number}/").follow(page.get_by_role("link", name="现状监测是否包含在内？"))
    expect(page.locator("main")).not_to_contain_text(AGENCY)
    me.fill(answer="包含。").press("答复并告诉各家").sees("包含。")
    screens(page, "invited-buyer")
    agency.goto(f"/tenders/{number}/").sees("包含。")
    screens(agency.page, "invited-agency")
    agency.goto(f"/tenders/{number}/bid/").fill(price="71234.5", days="20", no_collusion=True)
    agency.press("密封提交").sees("由浏览器封存")

    stranger = Visitor(new_context().new_page())  # type: ignore[attr-defined]
    answer = stranger.page.goto(f"/tenders/{number}/")
    assert answer is not None
    assert answer.status == 404
    me.wait_for(re.compile(f"报名截止，开标.*{number}", re.DOTALL)).goto(f"/tenders/{number}/result/").sees("71,234.50")
    page.locator("main [name=bid]").first.check(force=True)
    me.fill(reason="工期短，做过同类项目。").press("选定并发出通知书").sees("中选通知书")
