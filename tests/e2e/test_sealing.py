"""Sealing in a real browser: the server's own bytes, nothing in the clear on the way, and a copy that can be checked.

Proved by: Chromium with the vendored libraries, opened by PyNaCl; the bid page of a running demonstration.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from nacl.bindings import sodium_unpad
from nacl.public import PrivateKey, SealedBox
from playwright.sync_api import BrowserContext, Page, Route, expect

from marketplace.tenders import documents, sealing
from tests.e2e.visitor import Visitor

Screens = Callable[[Page, str], None]
VALUES: list[Any] = [
    {"note": "含税，包括现场踏勘", "b": 1, "a": [True, False, None], "中": "文", "é": "", "😀": "🏗️👩‍🔧"},
    {"控制": "".join(map(chr, range(1, 32))) + '\x7f\x80\u2028\u2029\\"/<>&'},
    {"\ufb33": 1, "😀": 2, "\r": 3, "ö": 4, "1": 5, "€": 6},  # RFC 8785, 3.2.3: sorted by UTF-16 units
    [0, -0.0, 1e21, 1e-7, 333333333.33333329, 4.50, 2e-3, 1e-27, 9007199254740991, 123456],
    {"price": "61234.50", "days": 25, "team": ["HP2026，1", ""], "documents": None},
]
ENVELOPE = {"tender": "ZJ-2026-000001", "agency": "91430500MA41000190", "price": "76543.21", "days": 8, "team": ["A1"]}
SEAL = """async ([publicKey, offer]) => {
  const { makeEnvelope, seal, toBase64 } = await import("/static/js/envelope.js");
  const envelope = makeEnvelope(offer);
  const { ciphertext, commitment } = seal(publicKey, envelope);
  return { envelope, commitment, ciphertext: toBase64(ciphertext) };
}"""


@pytest.fixture
def laboratory(page: Page) -> Page:
    """A page of the site that has the libraries of the bid page."""
    page.goto("/tenders/receipt/check/")
    page.add_script_tag(url="/static/vendor/tweetnacl-sealedbox/sealedbox.web.js")
    return page


# --- bytes ------------------------------------------------------------------------------------------------------------
def test_canonical_json_has_the_same_bytes_as_the_servers(laboratory: Page) -> None:
    code = """async (values) => {
      const { canonicalBytes, toHex } = await import("/static/js/envelope.js");
      return values.map((value) => toHex(canonicalBytes(value)));
    }"""
    made = laboratory.evaluate(code, VALUES)
    assert [bytes.fromhex(each).decode() for each in made] == [rfc8785.dumps(value).decode() for value in VALUES]


def test_half_a_character_is_no_text(laboratory: Page) -> None:
    code = """async () => {
      const { canonicalBytes } = await import("/static/js/envelope.js");
      try { canonicalBytes("a\\ud83d"); return "taken"; } catch (error) { return error.name; }
    }"""
    assert laboratory.evaluate(code) == "RangeError"


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 1000, 70_000])
def test_sha_256_is_the_one_everybody_has(laboratory: Page, length: int) -> None:
    code = """async (length) => {
      const { sha256 } = await import("/static/js/sha256.js");
      return sha256(Uint8Array.from({ length }, (_, n) => (n * 7) % 256));
    }"""
    assert laboratory.evaluate(code, length) == hashlib.sha256(bytes(n * 7 % 256 for n in range(length))).hexdigest()


@pytest.mark.parametrize("note", ["", "含税😀\n第二行", "界" * 1000])
def test_the_server_opens_what_the_browser_sealed(laboratory: Page, note: str) -> None:
    private = PrivateKey.generate()
    made = laboratory.evaluate(SEAL, [bytes(private.public_key).hex(), ENVELOPE | {"note": note}])
    ciphertext = base64.b64decode(made["ciphertext"])
    assert sealing.Sealed(ciphertext, made["commitment"]).checked()
    text = sodium_unpad(SealedBox(private).decrypt(ciphertext), sealing.BLOCK)
    opened = sealing.read(text)
    assert opened is not None
    assert (opened.price, opened.note, opened.team) == ("76543.21", note, ("A1",))
    assert sealing.commitment_of(text) == made["commitment"]
    again = laboratory.evaluate(SEAL, [bytes(private.public_key).hex(), ENVELOPE | {"note": note}])
    assert again["envelope"]["nonce"] != made["envelope"]["nonce"]
    assert again["envelope"]["share"] not in (made["envelope"]["share"], again["envelope"]["nonce"])


def test_the_server_opens_documents_that_the_browser_encrypted(laboratory: Page) -> None:
    private = PrivateKey.generate()
    code = """async (publicKey) => {
      const { sealDocuments } = await import("/static/js/documents.js");
      const { toBase64 } = await import("/static/js/envelope.js");
      const files = [new File(["%PDF-1.4 方案"], "方案.pdf"), new File([new Uint8Array(3_000_000)], "b.zip")];
      const { ciphertext, sealedKey, sha256 } = await sealDocuments(publicKey, files);
      return [toBase64(ciphertext), toBase64(sealedKey), sha256];
    }"""
    ciphertext, key, sha256 = laboratory.evaluate(code, bytes(private.public_key).hex())
    sealed = documents.SealedDocuments(base64.b64decode(ciphertext), base64.b64decode(key)).checked()
    assert sealed.sha256 == sha256
    found = documents.open_sealed(SealedBox(private), sealed)
    assert found is not None
    assert [(each.name, len(each.content)) for each in found] == [("方案.pdf", 15), ("b.zip", 3_000_000)]
    assert found[0].content.decode() == "%PDF-1.4 方案"


# --- the page ---------------------------------------------------------------------------------------------------------
def open_bid_page(page: Page) -> str:
    """The bid page of a tender that the demonstration's agency may respond to; its number."""
    me = Visitor(page).enter("agency").goto("/desk/bids/?view=mine")
    links = page.locator("main a[href^='/tenders/ZJ-']").evaluate_all("a => a.map(e => e.getAttribute('href'))")
    me.goto("/desk/bids/")
    links = page.locator("main a[href^='/tenders/ZJ-']").evaluate_all("a => a.map(e => e.getAttribute('href'))") + links
    for link in dict.fromkeys(re.match(r"/tenders/[^/]+/", link).group() for link in links):  # type: ignore[union-attr]
        page.goto(link + "bid/")
        if page.locator("form[data-seal] button[type=submit]:enabled").count():
            return link.split("/")[2]
    raise AssertionError("the demonstration's agency may respond to nothing")


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes_and_the_copy_can_be_checked(
    page: Page, screens: Screens, tmp_path: Path
) -> None:
    number = open_bid_page(page)
    ceiling = json.loads(page.locator("form[data-seal]").get_attribute("data-seal") or "{}")["ceiling"]
    price = f"{float(ceiling) * 0.7654321:.2f}" if ceiling else "76543.21"
    sent: list[bytes] = []

    def lose(route: Route) -> None:
        """The web process dies after the commit, before the answer: twice."""
        if route.request.method != "POST":
            return route.fallback()
        sent.append(route.request.post_data_buffer or b"")
        if len(sent) == 1:
            return route.abort("connectionreset")
        answer = route.fetch()
        return route.abort("connectionreset") if len(sent) == 2 else route.fulfill(response=answer)

    page.route(f"**/tenders/{number}/bid/", lose)
    me = Visitor(page).fill(price=price, days="3", note="只有我知道的说明")
    assert page.locator("main [name=price], main [name=days], main [name=note]").count() == 0
    page.wait_for_timeout(600)  # until the typing pauses
    page.reload()  # a draft stays in the browser
    expect(page.locator("#id_price")).to_have_value(price)
    page.get_by_label("我单位独立报价").check()
    screens(page, "bid")
    with page.expect_navigation(url=re.compile("/receipts/"), timeout=60_000):
        page.locator("form[data-seal] button[type=submit]").click()
    bodies = [re.sub(rb"(?m)^(Content-Type: multipart.*|--+\S+)\r?$", b"", body) for body in sent]
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    for secret in (price, price.split(".")[0], "只有我知道的说明"):
        assert secret.encode() not in bodies[0]
    me.sees("由浏览器封存")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes('bid-')).length") == 0
    screens(page, "receipt")
    with page.expect_download() as downloading:
        page.locator("[data-own-download]").click()
    copy = tmp_path / "copy.json"
    downloading.value.save_as(copy)
    _check(page, copy, price, screens, tmp_path)


def _check(page: Page, copy: Path, price: str, screens: Screens, tmp_path: Path) -> None:
    """The page says what fits, and what doesn't after a change; the file is sent nowhere."""
    value = json.loads(copy.read_text(encoding="utf-8"))
    envelope = value["envelope"]
    assert hashlib.sha256(rfc8785.dumps(envelope)).hexdigest() == value["receipt"]["commitment"]
    page.goto("/tenders/receipt/check/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    page.set_input_files("#receipt-file", copy)
    expect(page.locator("[data-verdict]")).to_have_text("全部一致")
    expect(page.locator("[data-facts]")).to_contain_text(price)
    screens(page, "receipt-check")
    changes: list[tuple[dict[str, Any], str]] = [
        (value | {"envelope": envelope | {"price": "1.00"}}, "原文的 SHA-256 与回执中的承诺不一致"),
        (value | {"receipt": value["receipt"] | {"at": "2020-01-01T00:00:00+00:00"}}, "平台签名无效"),
        (value | {"ciphertext": "AAAA"}, "密封件的 SHA-256 与回执不一致"),
        ({"something": "else"}, "不是本平台的副本或回执"),
    ]
    for changed, said in changes:
        other = tmp_path / "changed.json"
        other.write_text(json.dumps(changed), encoding="utf-8")
        page.set_input_files("#receipt-file", [])
        page.set_input_files("#receipt-file", other)
        expect(page.locator("[data-list]")).to_contain_text(said)
        expect(page.locator("[data-verdict]")).to_have_text("有不一致的地方")
    assert asked == []


def test_what_the_server_cannot_see_is_refused_here_in_its_own_words(page: Page) -> None:
    open_bid_page(page)
    facts = json.loads(page.locator("form[data-seal]").get_attribute("data-seal") or "{}")
    words = json.loads(page.locator("form[data-seal]").get_attribute("data-words") or "{}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    me = Visitor(page)
    page.get_by_label("我单位独立报价").check()
    prices = [
        ("", "required"),
        ("八万", "invalid"),
        ("0", "not_positive"),
        ("-5", "not_positive"),
        ("1.234", "decimals"),
    ]
    prices += [("1e3", "invalid"), ("1" * 13, "digits")]
    if facts["ceiling"]:
        prices.append((f"{float(facts['ceiling']) + 0.01:.2f}", "above_ceiling"))
    for typed, word in prices:
        me.fill(price=typed, days="3")
        page.locator("form[data-seal] button[type=submit]").click()
        expect(page.locator("#id_price_sealing")).to_contain_text(words[word])
        expect(page.locator("#id_price")).to_be_focused()
    for typed, word in [("", "required"), ("x", "whole"), ("0", "days"), (str(facts["mostDays"] + 1), "days")]:
        me.fill(price="￥5", days=typed)
        page.locator("form[data-seal] button[type=submit]").click()
        expect(page.locator("#id_days_sealing")).to_contain_text(words[word])
    assert "POST" not in sent


def test_without_javascript_the_server_seals_and_says_so(browser: Any, live_site: str, page: Page) -> None:
    number = open_bid_page(page)
    cookies = page.context.cookies()
    context: BrowserContext = browser.new_context(base_url=live_site, locale="zh-CN", java_script_enabled=False)
    try:
        context.add_cookies(cookies)
        plain = context.new_page()
        plain.goto(f"/tenders/{number}/bid/")
        plain.fill("[name=price]", "1234.5")
        plain.fill("[name=days]", "3")
        plain.check("[name=no_collusion]")
        plain.locator("form[data-seal] button[type=submit]").click()
        expect(plain.locator("main")).to_contain_text("由服务器封存")
    finally:
        context.close()


def test_the_vendored_libraries_are_unchanged() -> None:
    """What npm gave for these versions."""
    folder = Path(__file__).resolve().parents[2] / "static" / "vendor"
    hashes = {
        "tweetnacl/nacl-fast.min.js": "3ec535c004aeeb225785d8e93fb33bf99f52e399bd7dfc01969b5629baea5131",
        "tweetnacl-sealedbox/sealedbox.web.js": "badaf1e4afb6c804cbfb03e415f96f072c4ac2a34673eed855d2b738d1c06cbb",
    }
    for name, sha256 in hashes.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
        assert not re.search(rb"\beval\(|new Function|WebAssembly", (folder / name).read_bytes())
