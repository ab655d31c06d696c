// Lists: a changed filter is applied at once, and the agencies chosen for comparison are kept from page to page.

const MOST = 5; // to be asked for quotes; the comparison shows the first four
const KEY = "compare";
const wide = window.matchMedia("(min-width: 60rem)");

// On a narrow screen the filters cover the hits: there one applies them together, by the button.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-live] form");
  if (form && wide.matches) form.requestSubmit();
});

// What is empty says nothing in an address.
document.addEventListener("htmx:configRequest", (event) => {
  const { formData } = event.detail;
  if (event.detail.verb !== "get" || !formData) return;
  for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
});

// The box says what the address says, also after Back; and whoever pressed something that is gone stands at the results.
function follow() {
  const box = document.querySelector("form[data-suggest] input[name=q]");
  const words = new URLSearchParams(location.search).get("q") ?? "";
  if (box && (box !== document.activeElement || box.value.trim() === words)) box.value = words;
}
document.addEventListener("htmx:historyRestore", () => {
  follow();
  show();
});
document.addEventListener("htmx:pushedIntoHistory", follow);
document.addEventListener("htmx:afterSettle", (event) => {
  const results = document.getElementById("results");
  if (event.detail.target?.id === "found" && document.activeElement === document.body) results?.focus({ preventScroll: true });
});

function chosen() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function keep(agencies) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(agencies));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function show() {
  const said = document.querySelector("[data-compare-said]");
  const form = document.querySelector("[data-compare-form]");
  if (!said || !form) return;
  const agencies = chosen();
  form.closest(".z-tray").hidden = !agencies.length;
  const codes = agencies.map((agency) => agency.code);
  const boxes = [...document.querySelectorAll("input[data-compare]")];
  for (const box of boxes) {
    box.checked = codes.includes(box.value);
    box.disabled = !box.checked && codes.length >= MOST;
  }
  const names = agencies.map((agency) => agency.title).join("、");
  said.textContent = codes.length ? `${said.dataset.some.replace("{n}", codes.length)}：${names}` : said.dataset.none;
  if (codes.length >= MOST) said.textContent += ` · ${said.dataset.full}`;
  form.querySelector("[data-compare-clear]").hidden = !codes.length;
  for (const old of form.querySelectorAll("input[data-kept]")) old.remove();
  for (const code of codes.filter((each) => !boxes.some((box) => box.value === each))) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "a", value: code });
    input.dataset.kept = "1";
    form.append(input);
  }
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches?.("input[data-compare]")) return;
  const others = chosen().filter((agency) => agency.code !== box.value);
  keep(box.checked ? [...others, { code: box.value, title: box.dataset.compare }].slice(0, MOST) : others);
  show();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-compare-clear]")) return;
  keep([]);
  show();
});
document.addEventListener("htmx:afterSettle", show);
window.addEventListener("pageshow", show);
