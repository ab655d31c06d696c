"""A browser, and a site of its own: the real one, opened by script/server in an empty folder, as a visitor meets it.

TEST_SITE_URL=http://127.0.0.1:8000 uses a demonstration that runs already (quicker while writing a scenario).
"""

import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.environment import VARIABLES
from script._services import packages
from script._services.processes import free_port
from tests.conftest import missing

# Playwright's synchronous interface runs an event loop in this thread; Django would refuse to use its database here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
WIDTHS = (320, 768, 1280)
OPEN_SECONDS = 240  # migrations and the demonstration zone on two busy cores
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def live_site() -> Iterator[str]:
    """The address of a demonstration that is open: web server and worker, stopped at the end."""
    if already := os.environ.get("TEST_SITE_URL"):
        yield already.rstrip("/")
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="supermarket-site-") as folder, open(BUILD / "e2e-server.log", "wb") as log:
        environment = {k: v for k, v in os.environ.items() if k not in {variable.name for variable in VARIABLES}}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment["VAR_DIR"] = folder
        command = [str(ROOT / "script" / "server"), "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait_until_open(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(30)
        assert status == 0, "script/server did not stop in order"


def _wait_until_open(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    said = (BUILD / "e2e-server.log").read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"the site did not open:\n{said[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    program = packages.chromium()
    if not program:
        missing("Chromium is not installed: script/services install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def new_context(browser: Browser, live_site: str) -> Iterator[Callable[[], BrowserContext]]:
    """Makes a fresh visitor of the site (own cookies): `new_context().new_page()`; relative addresses work."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1280, "height": 900}}
        contexts.append(browser.new_context(base_url=live_site, **options))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[[], BrowserContext]) -> Iterator[Page]:
    """A page of a fresh visitor. An error in our JavaScript, or something that the policy blocks, fails the test."""
    opened = new_context().new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield opened
    assert not troubles, "\n".join(troubles)


@pytest.fixture(scope="session")
def screens() -> Callable[[Page, str], None]:
    """`screens(page, "home")` saves build/screens/home-<width>.png at three widths; nothing may scroll sideways."""
    folder = BUILD / "screens"
    folder.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str) -> None:
        assert re.fullmatch(r"[a-z0-9-]+", name), f"{name}: a file name of a-z, 0-9 and -"
        before = page.viewport_size or {"width": 1280, "height": 900}
        too_wide = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("document.fonts.ready")
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True, animations="disabled")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append(width)
        page.set_viewport_size(before)
        assert not too_wide, f"{page.url} scrolls sideways at {too_wide} px"

    return save
