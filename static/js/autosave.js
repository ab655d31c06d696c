// Forms with data-autosave are sent by themselves after 1.5 s without typing (header X-Autosave: 1), and say when.
// Files wait for the real submit; fields inside data-no-autosave (sealed prices) never leave the browser this way.
// data-autosave="/address/" sends there instead of to the form's own action.

const words = document.getElementById("z-words")?.dataset ?? {};
const servedAt = Date.parse(document.body.dataset.now);
const loadedAt = performance.now();
const serverNow = () => (Number.isNaN(servedAt) ? Date.now() : servedAt + (performance.now() - loadedAt));
const QUIET = 1500;
const AGAIN = 15_000;

function statusOf(form) {
  const id = form.id && document.querySelector(`[data-autosave-status="${CSS.escape(form.id)}"]`);
  const found = id || form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status='']");
  if (found) return found;
  const status = document.createElement("p");
  status.className = "z-meta z-autosave";
  status.setAttribute("role", "status");
  form.append(status);
  return status;
}

function dataOf(form) {
  const data = new FormData(form);
  for (const field of form.elements) {
    if (field.name && (field.type === "file" || field.type === "password" || field.closest("[data-no-autosave]"))) data.delete(field.name);
  }
  return data;
}

function say(status, tone, sentence, values = {}) {
  status.dataset.tone = tone;
  status.textContent = (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A field that the server took now is no longer shown as wrong.
function mark(form, wrong) {
  for (const field of form.querySelectorAll(".is-invalid, [aria-invalid=true]")) {
    if (wrong.includes(field.name)) continue;
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
    const place = field.closest(".z-err");
    place?.classList.remove("z-err");
    for (const told of place?.querySelectorAll(".z-msg") ?? []) told.remove();
  }
}

function watch(form) {
  const status = statusOf(form);
  let timer;
  let running = false;
  let dirty = false;

  async function save() {
    if (running) return later(QUIET);
    running = true;
    dirty = false;
    say(status, "busy", words.saving);
    try {
      const answer = await fetch(form.dataset.autosave || form.action, {
        method: "POST",
        body: dataOf(form),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        credentials: "same-origin",
      });
      if (answer.redirected && /\/accounts\/login\//.test(answer.url)) say(status, "bad", words.expired);
      else if (answer.status === 403 && !(answer.headers.get("Content-Type") ?? "").includes("json")) say(status, "bad", words.expired);
      else if (answer.ok) {
        const at = new Date(serverNow());
        const time = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
        say(status, "ok", words.saved, { time });
        const told = await answer.json().catch(() => ({}));
        mark(form, Array.isArray(told.wrong) ? told.wrong : Object.keys(told.errors ?? {}));
        form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
      } else throw new Error(String(answer.status));
    } catch {
      say(status, "bad", words.unsaved);
      if (!dirty) later(AGAIN);
    } finally {
      running = false;
    }
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  const changed = (event) => {
    if (event.target.type === "file" || event.target.closest?.("[data-no-autosave]")) return;
    dirty = true;
    later(QUIET);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => clearTimeout(timer));
}

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
