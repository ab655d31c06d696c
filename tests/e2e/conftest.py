"""A browser, and a site of its own: the real one, opened by script/server in an empty folder, as a visitor meets it.

TEST_SITE_URL=http://127.0.0.1:8000 uses a demonstration that runs already (quicker while writing a scenario).
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder are browser tests, and the first of them waits until the demonstration is made."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(OPEN_SECONDS * 3))


def visitors_environment(folder: Path) -> dict[str, str]:
    """The environment of somebody who calls script/server for the first time, with `folder` as VAR_DIR."""
    ours = {variable.name for variable in VARIABLES} | {"DJANGO_SETTINGS_MODULE"}
    return {**{name: value for name, value in os.environ.items() if name not in ours}, "VAR_DIR": str(folder)}


@contextlib.contextmanager
def served(folder: Path, log: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """script/server on this folder, until the end of the block: its address, once it answers, and its process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(ROOT / "script" / "server"), "--port", str(port)]
    with open(log, "wb") as said:
        server = subprocess.Popen(
            command, env=visitors_environment(folder), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
    try:
        until = time.monotonic() + OPEN_SECONDS
        while not _answers(url):
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the site did not open:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield url, server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's folder as the first start leaves it. Copy it, don't change it.

    The workers of a run share it: one makes it, the others wait.
    """
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "prepared"
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = Path(tempfile.mkdtemp(dir=folder.parent, prefix="prepared-"))
            _prepare(made)
            made.rename(folder)
    return folder


def _prepare(folder: Path) -> None:
    done = subprocess.run(
        [str(ROOT / "script" / "server"), "--prepare"],
        env=visitors_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"script/server --prepare failed:\n{done.stderr[-3000:]}")


@pytest.fixture(scope="module")
def live_site(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a demonstration that is open: web server and worker, stopped at the end of the file.

    Each file has its own: scenarios move the site's clock past the close of every open tender, and which files share
    a worker (and in what order) is chance.
    """
    if already := os.environ.get("TEST_SITE_URL"):
        yield already.rstrip("/")
        return
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="supermarket-site-") as folder:
        shutil.copytree(request.getfixturevalue("prepared"), folder, dirs_exist_ok=True)
        with served(Path(folder), BUILD / f"e2e-{request.module.__name__.rpartition('.')[2]}.log") as (url, _server):
            yield url


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
