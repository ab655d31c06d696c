"""The whole way through the market, one scenario per role, in a browser, on the demonstration that script/server opens.

The scenarios follow one another on one site: what the agency files in the first is reviewed in the second, and so on.
Proved by: the real web server and worker, the embedded database, and Chromium.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from tests.e2e.visitor import Visitor, pdf, scan

Screens = Callable[[Page, str], None]
pytestmark = pytest.mark.xdist_group("way")

BODY = "91430599MA9TEST0A".replace("S", "5")
CODE = BODY + str(uscc.calc_check_digit(BODY))
STORY: dict[str, str] = {}


def test_1_a_newcomer_registers_and_files_an_admission(page: Page, screens: Screens, tmp_path: Path) -> None:
    me = Visitor(page).goto("/")
    screens(page, "home")  # before the scenarios move the clock past every open tender
    me.enter("newcomer").goto("/organisation/register/")
    me.fill(credit_code=CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), name="示例环境检测有限公司")
    me.fill(authorisation=pdf(tmp_path, "authorisation.pdf")).press("提交登记")
    me.sees("校验")  # the check character is wrong, and says so
    expect(page.locator("[name=name]")).to_have_value("示例环境检测有限公司")
    me.sees("authorisation.pdf")  # what was uploaded is still there
    me.fill(credit_code=CODE).press("提交登记")
    me.goto("/desk/agency/").press("开始办理")
    me.goto("/desk/agency/basics/").fill(
        legal_person="赵一鸣", contact_name="钱二安", contact_phone="0000-12345678", contact_email="a@example.com",
        address="示范经济技术开发区科技路 8 号", founded_on="2015-03-01", employees="20",
        business_scope="环境影响评价，竣工环境保护验收监测。",
    )  # fmt: skip
    page.locator("main [name=region]").select_option(index=2)
    me.press("保存")
    me.goto("/desk/agency/qualifications/")
    kind = page.locator("main [name=kind] option", has_text="检验检测机构资质认定").first.get_attribute("value") or ""
    today = date.today()
    me.fill(kind=kind, number="CMA-2026-0001", issuer="省市场监督管理局", issued_on=str(today - timedelta(days=100)))
    me.fill(valid_until=str(today - timedelta(days=1)), scan=scan(tmp_path, "cma.png")).press("添加")
    me.sees("到期")  # an expired certificate is refused, with its day
    me.fill(valid_until=str(today + timedelta(days=900))).press("添加").sees("CMA-2026-0001")
    me.goto("/desk/agency/practitioners/").fill(
        name="孙三思", licence="环境影响评价工程师", licence_number="HP20260001"
    )
    me.press("添加").sees("孙三思")
    me.goto("/desk/agency/offers/")
    page.locator("main [name=item]").select_option(
        page.locator("main [name=item] option", has_text="ZJ-007").first.get_attribute("value")
    )
    me.fill(price_mode="fixed", price="36000", days="18").press("添加").sees("ZJ-007")
    screens(page, "agency-desk")
    me.goto("/desk/agency/commitment/").fill(commitment=pdf(tmp_path, "commitment.pdf"), agreed=True).press("保存")
    me.goto("/desk/agency/").press("提交入驻申请").sees("等待审核")


def test_2_an_operator_looks_at_the_scans_and_passes_it(page: Page, screens: Screens) -> None:
    me = Visitor(page).enter("operator")
    me.sees("示例环境检测有限公司")
    me.follow(page.get_by_role("link", name=re.compile("示例环境检测有限公司")).first)
    me.follow(page.get_by_role("button", name="核验通过").first)
    me.goto("/desk/")
    me.follow(page.locator("main a", has_text="示例环境检测有限公司").first)
    screens(page, "operator-review")
    me.follow(page.get_by_role("button", name=re.compile("通过")).first)
    me.wait_for("示例环境检测有限公司")
    me.goto(f"/agencies/{CODE}/").sees("示例环境检测有限公司")
    screens(page, "agency-new")


def test_3_anybody_finds_narrows_and_compares(page: Page, screens: Screens) -> None:
    me = Visitor(page).goto("/")
    me.goto("/search/?q=环评").sees("ZJ-005")
    screens(page, "search")
    me.goto("/agencies/?q=评").sees("家")
    codes = page.locator("a[href^='/agencies/9']").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    shown = list(dict.fromkeys(codes))[:3]
    me.goto(shown[0])
    screens(page, "agency")
    me.goto("/agencies/compare/?" + "&".join(f"a={link.split('/')[2]}" for link in shown))
    screens(page, "compare")
    found = page.request.get("/api/search/?q=测绘").json()
    assert found["total"] > 0
    assert {"kind", "title", "url", "summary"} <= set(found["results"][0])


def test_4_a_buyer_opens_a_tender(page: Page, screens: Screens, tmp_path: Path) -> None:
    me = Visitor(page).enter("buyer")
    me.goto("/tenders/new/?item=ZJ-005").fill(title="中试车间环境影响报告表编制", funds="private").press("开始填写")
    me.fill(ceiling="88000", budget="88000", days="30", content="机构须在本市注册。报告表编制。")
    expect(page.locator("#beside")).to_contain_text("不得要求机构在本地注册")  # said while one types
    me.fill(content="报告表编制，配合评审并修改至通过。")
    expect(page.locator("#beside")).not_to_contain_text("不得要求机构在本地注册")
    screens(page, "tender-scope")
    me.press("下一步：谁能参加")
    before = page.locator("[data-eligible]").inner_text()
    me.fill(practitioners_needed="50")
    expect(page.locator("[data-eligible]")).to_have_text("0")  # counted while one types
    me.sees("可能流标").fill(practitioners_needed="1")
    expect(page.locator("[data-eligible]")).to_have_text(before)
    screens(page, "tender-who")
    me.press("下一步：怎么选").fill(method="lowest_price")
    me.fill(contact_name="金八方", contact_phone="0000-11112222", complaint_phone="0000-12345678")
    screens(page, "tender-how")
    me.press("买什么").sees("买什么，用谁的钱").press("怎么选")  # any screen at will, and nothing is lost
    expect(page.locator("[name=contact_name]")).to_have_value("金八方")
    me.press("下一步：核对发布")
    screens(page, "tender-preview")
    me.press("确认发布").sees("报名中")
    STORY["tender"] = re.search(r"/tenders/([^/]+)/", me.path()).group(1)  # type: ignore[union-attr]
    screens(page, "tender")


def test_5_an_agency_seals_replaces_and_nobody_else_knows(
    page: Page, new_context: Callable[[], object], screens: Screens, tmp_path: Path
) -> None:
    number = STORY["tender"]
    me = Visitor(page).enter("agency").goto(f"/tenders/{number}/bid/")
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    me.fill(price="99000", days="25", no_collusion=True)
    page.get_by_role("button", name="密封提交").click()  # the browser itself refuses it, and sends nothing
    expect(page.locator("#id_price_sealing")).to_contain_text("报价高于最高限价")
    expect(page.locator("#id_price")).to_have_value("99000")
    screens(page, "bid")
    me.fill(price="61234.5", days="25", no_collusion=True).press("密封提交").sees("由浏览器封存")
    me.sees("¥61,234.50")  # the own copy, from this window alone
    assert b"ciphertext" in b"".join(sent)
    assert not [body for body in sent if b"61234" in body or b"99000" in body]
    screens(page, "receipt")
    me.goto(f"/tenders/{number}/bid/").fill(price="60123.45", days="24", no_collusion=True)
    me.fill(documents=pdf(tmp_path, "方案.pdf")).press("密封并替换").sees("由浏览器封存")
    for persona in ("buyer", "operator", ""):
        other = Visitor(new_context().new_page())  # type: ignore[attr-defined]
        if persona:
            other.enter(persona)
        other.goto(f"/tenders/{number}/")
        said = other.page.locator("main").inner_text()
        assert "60123" not in said
        assert "甲子环境" not in said


def test_6_the_opening_ranks_and_awards(page: Page, screens: Screens) -> None:
    number = STORY["tender"]
    me = Visitor(page).enter("buyer").wait_for(re.compile(f"报名截止，开标.*{number}", re.DOTALL))
    me.goto(f"/tenders/{number}/result/").sees("60,123.45")
    archive = page.request.get(page.locator("a[href*='/documents/']").first.get_attribute("href") or "")
    assert zipfile.ZipFile(io.BytesIO(archive.body())).namelist() == ["方案.pdf"]
    screens(page, "result")
    me.wait_for(re.compile(f"结果公示期满.*{number}", re.DOTALL)).goto(f"/tenders/{number}/notice/").sees("中选通知书")
    screens(page, "notice")
    answer = page.request.get(f"/tenders/{number}/notice.pdf")
    assert answer.ok


def test_7_contract_delivery_payment_and_rating(
    page: Page, new_context: Callable[[], object], screens: Screens, tmp_path: Path
) -> None:
    buyer = Visitor(page).enter("buyer").goto("/contracts/").sees("中试车间")
    buyer.follow(page.locator("main a", has_text="中试车间").first)
    contract = buyer.path()
    agency = Visitor(new_context().new_page()).enter("agency")  # type: ignore[attr-defined]
    buyer.press("确认这一版合同")
    agency.goto(contract).press("确认这一版合同").sees("履行中")
    screens(page, "contract")
    agency.goto(contract + "milestones/1/deliver/").fill(file=pdf(tmp_path, "report.pdf"), note="报告表送审稿。")
    agency.press("提交成果")
    buyer.goto(contract)
    buyer.follow(page.locator("main a[href*='/deliverables/']").first)
    buyer.press("验收通过")
    for who, words in ((buyer, "报告质量高，一次通过。"), (agency, "资料齐全，付款约定清楚。")):
        who.goto(contract + "review/")
        for dimension in ("quality", "timeliness", "attitude", "fee", "compliance"):
            who.fill(**{dimension: "5"})
        who.fill(text=words).press("提交评价")
    buyer.goto("/agencies/?q=甲子环境")
    buyer.follow(page.locator("main a[href^='/agencies/9']").first)
    buyer.sees("报告质量高，一次通过。")
    buyer.goto("/payments/")
    screens(page, "payments")


def test_8_an_agent_officer_opens_a_tender_from_a_step(page: Page, screens: Screens) -> None:
    me = Visitor(page).enter("officer").goto("/desk/projects/")
    screens(page, "officer-board")
    links = page.locator("main a[href^='/projects/2'][href*='/steps/']")
    for step in dict.fromkeys(links.evaluate_all("links => links.map(a => a.getAttribute('href').split('#')[0])")):
        me.goto(step)
        if page.get_by_role("button", name="发起采购").count():
            break
    project = step.split("steps/")[0]
    me.goto(project)
    screens(page, "route-map")
    me.goto(step)
    screens(page, "step")
    me.press("发起采购")
    expect(page).to_have_url(re.compile(r"/tenders/draft/\d+/"))
    me.press("买什么")
    assert page.locator("[name=project_code]").input_value() == project.strip("/").split("/")[1]
    me.press("范围与金额").fill(ceiling="90000", content="按规范编制成果，配合评审并修改至通过。").press("怎么选")
    me.fill(contact_phone="0000-11112222", complaint_phone="0000-12345678").press("下一步：核对发布")
    me.press("确认发布" if page.get_by_role("button", name="确认发布").count() else "提交核对")
    me.goto(step).sees("采购中")
