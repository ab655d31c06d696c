// What every page does with JavaScript on; without it everything still works.

const body = document.body;
const words = document.getElementById("z-words")?.dataset ?? {};

// The server's clock: its time at loading plus what has gone by since on a clock that nobody sets.
const servedAt = Date.parse(body.dataset.now);
const loadedAt = performance.now();
const serverNow = () => (Number.isNaN(servedAt) ? Date.now() : servedAt + (performance.now() - loadedAt));

function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function timeLeft(milliseconds) {
  const total = Math.floor(milliseconds / 1000);
  const values = {
    days: Math.floor(total / 86400),
    hours: Math.floor((total % 86400) / 3600),
    minutes: Math.floor((total % 3600) / 60),
    seconds: total % 60,
  };
  if (values.days) return fill(words.days, values);
  if (values.hours) return fill(words.hours, values);
  return fill(values.minutes ? words.minutes : words.seconds, values);
}

function tick() {
  const now = serverNow();
  for (const element of document.querySelectorAll("time[data-countdown]")) {
    const left = Date.parse(element.dateTime) - now;
    if (Number.isNaN(left)) continue;
    const text = left > 0 ? timeLeft(left) : element.dataset.after;
    if (text && element.textContent !== text) element.textContent = text;
  }
  for (const bar of document.querySelectorAll("progress[data-progress]")) {
    const start = Date.parse(bar.dataset.start);
    const end = Date.parse(bar.dataset.end);
    if (end > start) bar.value = Math.min(100, Math.max(0, ((now - start) / (end - start)) * 100));
  }
  for (const clock of document.querySelectorAll("time[data-clock]")) {
    clock.textContent = new Date(now).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  }
}

// Menus close on Escape and on a click elsewhere; the focus goes back to what opened them.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form is sent once. What the page gets back from the browser's memory can be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // After this turn: the pressed button's name and value belong to what is sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button]):not([type=reset]), input[type=submit]")) {
      button.disabled = true;
      if (form.dataset.busy && button === event.submitter) {
        button.dataset.words = button.textContent;
        button.textContent = form.dataset.busy;
        button.setAttribute("aria-busy", "true");
      }
      button.dataset.once = "1";
    }
  });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-once]")) {
    button.disabled = false;
    delete button.dataset.once;
    if (button.dataset.words) button.textContent = button.dataset.words;
    button.removeAttribute("aria-busy");
  }
});

// The error summary comes first; a link in it puts the focus into the field.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  if (words.error && !document.title.startsWith(words.error)) document.title = words.error + document.title;
  summary.focus();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  field.closest("details")?.setAttribute("open", "");
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

// A link to something inside a closed fold opens it, also when it comes from another page.
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
window.addEventListener("hashchange", openTarget);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href^='#']")) setTimeout(openTarget);
});
openTarget();

// The names of chosen files stand beside the place one drops them on.
document.addEventListener("change", (event) => {
  const shown = event.target.type === "file" && event.target.closest("[data-drop]")?.querySelector("[data-chosen]");
  if (shown) shown.textContent = fill(words.chosen, { names: [...event.target.files].map((file) => file.name).join("、") });
});

// A select with this mark sends its form by itself (its button is for pages without JavaScript).
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-send-on-change]")) event.target.form.requestSubmit();
});
for (const opener of document.querySelectorAll("[data-print]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => window.print());
}

tick();
setInterval(tick, 1000);
