"""What people do in the scenarios, in words: log in by one click, fill in, press, wait by the demonstration's clock."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from demo.seed import papers


class Visitor:
    """A person at the browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_navigation_timeout(120_000)  # a day of the zone on two busy cores

    def enter(self, persona: str) -> "Visitor":
        """Log in as one of the demonstration's users."""
        self.page.goto("/demo/")
        self.follow(self.page.locator(f"button[name=persona][value={persona}]").first)
        expect(self.page).to_have_url(re.compile("/desk/"))
        return self

    def goto(self, path: str) -> "Visitor":
        """Open an address of the site; anything but a page fails."""
        answer = self.page.goto(path)
        status = answer.status if answer else None
        assert status == 200, f"{path}: {status}"
        return self

    def fill(self, **values: Any) -> "Visitor":
        """Fill in fields by their names: texts, choices, ticks and files; a sealed figure's field hides its name."""
        for name, value in values.items():
            field = self.page.locator(f"main [name={name}], main [data-name={name}]").first
            kind = field.evaluate("e => e.type || e.tagName")
            if isinstance(value, Path):
                field.set_input_files(value)
            elif isinstance(value, bool):
                field.set_checked(value, force=True)
            elif kind == "radio":
                self.page.locator(f"main [name={name}][value='{value}']").check(force=True)
            elif kind == "select-one":
                field.select_option(str(value))
            else:
                field.fill(str(value))
        return self

    def press(self, words: str) -> "Visitor":
        """Press the button (or follow the link) with these words."""
        button = self.page.locator("main").get_by_role("button", name=words)
        target = button if button.count() else self.page.locator("main").get_by_role("link", name=words)
        return self.follow(target.first)

    def follow(self, target: Locator) -> "Visitor":
        """Click what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            target.click(timeout=120_000)
        return self

    def sees(self, words: str) -> "Visitor":
        """The words stand on the page."""
        expect(self.page.locator("body")).to_contain_text(words)
        return self

    def path(self) -> str:
        """The path of the page one is on."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def wait_until(self, moment: str) -> "Visitor":
        """Move the demonstration's clock to an ISO moment."""
        self.page.goto("/demo/")
        form = self.page.locator("form[action$='/demo/clock/']").first
        with self.page.expect_navigation():
            form.evaluate(
                """(form, moment) => {
                    form.querySelectorAll('[name=step]').forEach(e => e.remove());
                    const step = document.createElement('input');
                    Object.assign(step, {type: 'hidden', name: 'step', value: moment});
                    form.append(step);
                    form.submit();
                }""",
                moment,
            )
        return self

    def wait_for(self, words: str | re.Pattern[str]) -> "Visitor":
        """Move the clock to the first listed deadline with these words; day by day until it is listed."""
        for _day in range(15):
            self.page.goto("/demo/")
            line = self.page.locator("li", has_text=words).filter(has=self.page.locator("button[name=step]"))
            if line.count():
                return self.wait_until(line.first.locator("button[name=step]").get_attribute("value") or "")
            self.follow(self.page.locator("main button[name=step][value=day]"))
        raise AssertionError(f"no deadline about {words} within 15 days")


def pdf(folder: Path, name: str) -> Path:
    """A PDF to upload."""
    return _file(folder, name, papers.document(name))


def scan(folder: Path, name: str) -> Path:
    """A picture of a certificate to upload."""
    return _file(folder, name, papers.certificate(name))


def _file(folder: Path, name: str, upload: Any) -> Path:
    path = folder / name
    path.write_bytes(upload.read())
    return path
