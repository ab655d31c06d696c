"""The one-file verifier in Chromium on a record of 10,000 responses, beside bare hashes and signatures in that page."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from script._bench._selection import tell
from script._bench._selection.site import measured

RESPONSES = int(os.environ.get("BENCH_RESPONSES", "10000"))
ROUNDS = 7
MOST_TIMES, LONGEST_TASK_MS = 3, 500
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ entryTypes: ["longtask"] });
  // From the moment in which the page has the file; how Playwright hands it over is no part of it.
  document.addEventListener("change", () => (window.begun = performance.now()), { capture: true });
  window.took = new Promise((done) => {
    new MutationObserver((_, watcher) => {
      if (!document.querySelector("[data-verdict=right],[data-verdict=wrong],[data-verdict=unread]")) return;
      watcher.disconnect();
      done(performance.now() - window.begun);
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
}"""
BARE = """async ([texts, signatures]) => {
  const encoder = new TextEncoder();
  const pair = nacl.sign.keyPair();
  const message = new Uint8Array(200);
  const signed = nacl.sign.detached(message, pair.secretKey);
  const begun = performance.now();
  for (const text of texts) await crypto.subtle.digest("SHA-256", encoder.encode(text));
  for (let n = 0; n < signatures; n++) nacl.sign.detached.verify(message, signed, pair.publicKey);
  return performance.now() - begun;
}"""


def record() -> bytes:
    """The record file of an opening with so many responses."""
    from marketplace.core import clock, log
    from marketplace.tenders import services
    from marketplace.tenders.record_file import build
    from script._bench._selection import market
    from script._bench._selection.opening import responses

    market.zone()
    (tender,) = market.tenders(1, as_announced=True)
    responses(tender, market.agencies(RESPONSES))
    with clock.at(tender.closes_at):
        services.open_bids(str(tender.pk))
        while log.sequence():
            pass
        tender.refresh_from_db()
        return build.text_of(tender)


def main() -> None:
    """Median of the rounds of both, in turn."""
    import statistics

    from playwright.sync_api import sync_playwright

    from marketplace.tenders.record_file import page as verifier

    text = record()
    made = json.loads(text)
    with tempfile.TemporaryDirectory(prefix="supermarket-bench-") as name, sync_playwright() as playwright:
        file, saved = Path(name) / "zjcs-verify.html", Path(name) / "record.json"
        file.write_text(verifier.single_file(), encoding="utf-8")
        saved.write_bytes(text)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        texts = [each["text"] for each in made["responses"]]
        bare, took, longest = [], [], []
        for _ in range(ROUNDS):
            page = browser.new_page()
            page.goto(file.as_uri())
            bare.append(page.evaluate(BARE, [texts, len(made["entries"])]))
            page.evaluate(WATCH)
            page.set_input_files("#record-file", saved)
            took.append(page.evaluate("() => window.took"))
            if not page.query_selector("[data-verdict=right]"):
                raise SystemExit("the record does not hold: " + page.inner_text("body")[:2000])
            longest.append(page.evaluate("() => window.longest"))
            page.close()
        browser.close()
    yardstick = statistics.median(bare)
    tell(f"selection.bare_hashes_and_signatures_{RESPONSES}", yardstick, "ms", 60000)
    tell(f"selection.verifying_{RESPONSES}", statistics.median(took), "ms", MOST_TIMES * yardstick)
    tell("selection.verifying_longest_task", statistics.median(longest), "ms", LONGEST_TASK_MS)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in this thread
        django.setup()
        main()
    else:
        measured("verifying", "inside")
