"""The verifier of selection records in a real browser: from disk without a network, and on the site's page.

Proved by: records of every announceable method made by the services, cases of all ten methods against Python.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from playwright.sync_api import Browser, Page, Route, expect

from marketplace.tenders.record_file import page as verifier
from marketplace.tenders.record_file.verify import verify
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.casefile import CaseError
from tests.e2e.conftest import visitors_environment
from tests.tenders import outside, scene
from tests.tenders.selection.cases import BEACON, CODES, NONCE, cases
from tests.tenders.test_reviewing import reviewed_record, sheet_lies
from tests.tenders.test_selection_record import changed, finished, leaves, lies, record_of

ROOT = Path(__file__).resolve().parent.parent.parent
VERIFY = "async (record) => (await import('/static/verify/record.js')).verifyRecord(record)"
FAILING = """async (records) => {
  const { verifyRecord } = await import("/static/verify/record.js");
  const found = [];
  for (const record of records) {
    const failing = [];
    await verifyRecord(record, ({ key, trouble }) => trouble && failing.push(key));
    found.push(failing);
  }
  return found;
}"""


@pytest.fixture
def market(db: None) -> None:
    """A market to make records in."""
    scene.set_up()


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page without any network; an error in the script fails the test."""
    context = browser.new_context(locale="zh-CN", offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def modules(browser: Browser) -> Iterator[Page]:
    """A page that can import the modules of the verifier, without a server."""

    def serve(route: Route) -> None:
        path = ROOT / route.request.url.split("verifier.test/", 1)[1]
        if path.is_file():
            route.fulfill(body=path.read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>.</title>", content_type="text/html")

    context = browser.new_context()
    context.route("http://verifier.test/**", serve)
    page = context.new_page()
    page.goto("http://verifier.test/empty")
    page.add_script_tag(path=ROOT / "static/vendor/tweetnacl/nacl-fast.min.js")
    page.add_script_tag(path=ROOT / "static/vendor/noble-curves/bls12-381.min.js")
    yield page
    context.close()


@pytest.fixture
def kept_file(tmp_path: Path) -> Path:
    """The verifier as somebody has saved it."""
    path = tmp_path / "zjcs-verify.html"
    path.write_text(verifier.single_file(), encoding="utf-8")
    return path


def opened(page: Page, record: Any, folder: Path) -> None:
    path = folder / "record.json"
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    page.set_input_files("#record-file", path)


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_the_file_verifies_records_of_every_method_from_disk(offline: Page, kept_file: Path, tmp_path: Path) -> None:
    offline.goto(kept_file.as_uri())
    for method in registry.announced():
        record = record_of(finished(method))
        opened(offline, record, tmp_path)
        expect(offline.locator("[data-verdict=right]")).to_have_text("全部成立：这份记录没有被改动，结果由它得出")
        expect(offline.locator("[data-check][data-holds=true]")).to_have_count(10)
        expect(offline.locator("[data-facts]")).to_contain_text(record["key"])
        record["entries"][0]["entry"]["data"]["ceiling"] = "1.00"
        opened(offline, record, tmp_path)
        expect(offline.locator("[data-verdict=wrong]")).to_be_visible()
        expect(offline.locator("[data-check=proofs] [data-trouble]")).to_contain_text("内容与叶子哈希不符")
    offline.get_by_role("button", name="English").click()
    expect(offline.locator("[data-check=proofs] [data-trouble]")).to_contain_text("does not have its leaf hash")
    (tmp_path / "record.json").write_text("{", encoding="utf-8")
    offline.set_input_files("#record-file", tmp_path / "record.json")
    expect(offline.locator("[data-verdict=unread]")).to_be_visible()


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_scores_that_are_not_the_sheets_are_found(modules: Page) -> None:
    record = reviewed_record()
    assert modules.evaluate(VERIFY, record)
    for failing in modules.evaluate(FAILING, sheet_lies(record)):
        assert "case" in failing
        assert "proofs" not in failing


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_no_value_can_be_changed_and_the_wrong_check_is_named(modules: Page) -> None:
    record = record_of(finished("average_price"))
    assert modules.evaluate(VERIFY, record)
    paths = list(leaves(record))
    named = modules.evaluate(FAILING, [changed(record, at) for at in paths])
    assert [at for at, failing in zip(paths, named, strict=True) if not failing] == []
    of = dict(zip(paths, named, strict=True))
    assert "texts" in of[("responses", 0, "text")]
    assert "list" in of[("responses", 0, "commitment")]
    assert "announcement" in of[("tender",)]
    assert "proofs" in of[("key",)]
    told = list(lies(record))
    for (key, _), failing in zip(told, modules.evaluate(FAILING, [made for _, made in told]), strict=True):
        assert key in failing
        assert "proofs" not in failing


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_what_was_not_opened_and_what_was_tied_verifies(modules: Page) -> None:
    few = scene.published(funds="public")
    scene.bid(few, "60000")
    tie = scene.published()
    for _ in range(4):
        scene.bid(tie, "70000")
    for tender in (scene.opened(few), scene.opened(tie)):
        assert modules.evaluate(VERIFY, record_of(tender))


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("source", ["drand", "lottery"])
def test_randomness_from_outside_verifies_and_a_lie_about_it_is_found(
    modules: Page, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rounds are real ones: the signature of the network is checked in the browser."""
    with outside.late_office(monkeypatch):
        record = outside.finished_record(source)
    assert modules.evaluate(VERIFY, record)
    paths = list(leaves(record))
    named = modules.evaluate(FAILING, [changed(record, at) for at in paths])
    assert [at for at, failing in zip(paths, named, strict=True) if not failing] == []
    told = list(outside.lies(record, source))
    for (key, _), failing in zip(told, modules.evaluate(FAILING, [made for _, made in told]), strict=True):
        assert key in failing
        assert "proofs" not in failing


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_a_successor_verifies_only_with_two_peoples_word(modules: Page) -> None:
    record = outside.succeeded_record()
    assert modules.evaluate(VERIFY, record)
    for failing in modules.evaluate(FAILING, list(outside.unexplained(record))):
        assert "seed" in failing


def test_all_ten_methods_give_pythons_outcome_on_any_case(modules: Page) -> None:
    made: list[tuple[Any, Any]] = []

    @seed(5)
    @settings(
        max_examples=400, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(cases())
    def collect(case: Any) -> None:
        try:
            made.append((case.to_json(), registry.select(case).to_json()))
        except CaseError:
            return

    collect()
    assert {case["method"] for case, _ in made} == set(registry.known())
    code = """async (cases) => {
      const { carryOut } = await import("/static/verify/methods.js");
      const { alike } = await import("/static/verify/bytes.js");
      return cases.filter(([given, expected]) => !alike(carryOut(given), expected)).map(([given]) => given);
    }"""
    assert modules.evaluate(code, made) == []


def test_the_published_vector_of_the_draw_holds(modules: Page) -> None:
    code = """async ([tender, codes, nonce, beacon]) => {
      const { drawOrder, listHash, seedOf } = await import("/static/verify/draw.js");
      const { hexOf } = await import("/static/verify/bytes.js");
      const seed = seedOf(tender, codes, nonce, beacon);
      return [hexOf(listHash(codes)), hexOf(seed), drawOrder(codes, seed).map((code) => code.slice(-3))];
    }"""
    listed, seed_found, order = modules.evaluate(code, ["ZJ-2025-000123", CODES, NONCE, BEACON])
    assert listed.startswith("6acdd196")
    assert listed.endswith("f651d8")
    assert seed_found == "251307a405044d1ba78bd5fb8d3a4229ffb9fa92f6bdce21957b052d6d9c7ba0"
    assert order == ["Y43", "011", "022", "82Q", "033"]


def test_the_sites_page_fetches_a_finished_tenders_record(page: Page, screens: Callable[[Page, str], None]) -> None:
    page.goto("/tenders/?state=notified")
    links = page.locator("main a[href^='/tenders/ZJ-']").evaluate_all("a => a.map(e => e.getAttribute('href'))")
    numbers = dict.fromkeys(link.split("/")[2] for link in links)
    number = next(n for n in numbers if page.request.get(f"/tenders/{n}/record.json").ok)
    page.goto(f"/verify/?tender={number}")
    expect(page.locator("[data-verdict=right]")).to_be_visible()
    screens(page, "verify")


# --- the demonstration ------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def demonstrated(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The public record of every finished tender of a demonstration, by number, as `selection_record` writes it."""
    folder, target = tmp_path_factory.mktemp("zone"), tmp_path_factory.mktemp("records")
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    environment = visitors_environment(folder) | {"DEMO": "1", "SECRET_KEY": "records" * 10}
    command = [sys.executable, str(ROOT / "manage.py"), "selection_record", "--all", "--output", str(target)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(target.glob("*.json"))}


def test_in_the_demonstration_every_way_of_selecting_has_finished_tenders(
    demonstrated: dict[str, dict[str, Any]],
) -> None:
    methods = {record["entries"][0]["entry"]["data"]["method"] for record in demonstrated.values()}
    assert len(demonstrated) >= 10
    assert methods == set(registry.announced())


def test_all_records_of_the_demonstration_verify_here_and_in_the_browser(
    demonstrated: dict[str, dict[str, Any]], modules: Page
) -> None:
    numbers = list(demonstrated)
    checks = {number: verify(record) for number, record in demonstrated.items()}
    assert {n: told for n, each in checks.items() if (told := [c.trouble for c in each if not c.is_right])} == {}
    found = modules.evaluate(FAILING, [demonstrated[n] for n in numbers])
    assert {n: failing for n, failing in zip(numbers, found, strict=True) if failing} == {}
