// Shortcuts of one key: an element with data-key is opened, followed or focused by its letter. Arrows (and j, k) walk
// along the elements with data-walk. A box with data-keys-off switches the letters off, remembered by this browser.

const STORE = "zj-keys-off";
const off = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-keys-off]"));

/** @returns {boolean} whether the person switched single keys off */
function isOff() {
  try {
    return localStorage.getItem(STORE) === "1";
  } catch {
    return false;
  }
}

/** @param {EventTarget | null} target @returns {boolean} whether somebody types there */
function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

/** @param {HTMLElement} element what its letter does */
function act(element) {
  if (element.matches("summary")) {
    const details = /** @type {HTMLDetailsElement} */ (element.parentElement);
    details.open = true;
    const first = /** @type {HTMLElement | null} */ (details.querySelector("textarea, input:not([type=hidden]), select"));
    (first ?? element).focus();
  } else if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
}

/** @param {number} step how far along the walk, 1 or -1 */
function walk(step) {
  const stops = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-walk]")]);
  const here = stops.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
  const next = stops[here === -1 ? (step > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, here + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || isOff()) return;
  if (event.key === "j" || event.key === "k") {
    walk(event.key === "j" ? 1 : -1);
    return;
  }
  const element = /** @type {HTMLElement | undefined} */ (
    [...document.querySelectorAll("[data-key]")].find(
      (each) => /** @type {HTMLElement} */ (each).dataset.key === event.key.toLowerCase() && each.getClientRects().length > 0,
    )
  );
  if (!element) return;
  event.preventDefault();
  act(element);
});

for (const help of document.querySelectorAll("[data-keys-help]")) help.removeAttribute("hidden");
if (off) {
  off.checked = isOff();
  off.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, off.checked ? "1" : "0");
    } catch {
      // A browser that keeps nothing asks again on the next page.
    }
  });
}
