// Forms with data-draft="key" keep what was typed in this browser, so that a lost log-in or a failed server loses nothing.
// Kept apart per person (data-owner of the page). Never kept: passwords, files, hidden fields, one-time codes, data-no-draft.
// When the form arrived the draft goes: the server's cookie draft_done says so (marketplace/core/drafts.py), or
// data-draft-done="key" on the page, or a message with the extra tag draft:key.

const words = document.getElementById("z-words")?.dataset ?? {};
const owner = document.body.dataset.owner || "0";
const DAYS = 14;

const nameOf = (key) => `draft:${owner}:${key}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(key)) ?? "null");
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(nameOf(key), JSON.stringify(draft));
  } catch {
    // A full or forbidden storage: the form works without a draft.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(nameOf(key));
  } catch {
    // Nothing was kept.
  }
}

// A field that the page seals itself has given its name away, so that its value is never sent (seal.js).
const nameOfField = (field) => field.name || field.dataset.name;

function kept(form) {
  return [...form.elements].filter(
    (field) =>
      nameOfField(field) &&
      !["password", "file", "hidden", "submit", "button", "reset", "image", "fieldset"].includes(field.type) &&
      !["one-time-code", "current-password", "new-password"].includes(field.autocomplete) &&
      !field.closest("[data-no-draft]"),
  );
}

// One value per control: a checkbox or radio by its own value, several fields of one name by their order.
function addresses(form) {
  const seen = new Map();
  return kept(form).map((field) => {
    const name = nameOfField(field);
    const base = ["checkbox", "radio"].includes(field.type) ? `${name}=${field.value}` : name;
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return [count ? `${base}#${count}` : base, field];
  });
}

function valueOf(field) {
  if (["checkbox", "radio"].includes(field.type)) return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value).join("\n");
  return field.value;
}

function setValue(field, value) {
  if (["checkbox", "radio"].includes(field.type)) field.checked = Boolean(value);
  else if (field.type === "select-multiple") {
    const chosen = new Set(String(value).split("\n"));
    for (const option of field.options) option.selected = chosen.has(option.value);
  } else field.value = value;
}

const valuesOf = (form) => Object.fromEntries(addresses(form).map(([address, field]) => [address, valueOf(field)]));

function tellRestored(form, key, served) {
  const note = document.createElement("div");
  note.className = "z-note z-n-ok z-draft-note";
  note.setAttribute("role", "status");
  const text = document.createElement("div");
  text.textContent = words.restored;
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "btn btn-light btn-sm";
  discard.textContent = words.discard;
  discard.addEventListener("click", () => {
    for (const [address, field] of addresses(form)) if (address in served) setValue(field, served[address]);
    forget(key);
    note.remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  note.append(text, discard);
  form.prepend(note);
}

// Only fields that the server sent as they were when the typing began are filled: newer values of the server win.
function restore(form, key, served) {
  const draft = read(key);
  if (!draft) return;
  if (Date.now() - draft.at > DAYS * 86_400_000) return forget(key);
  let changed = false;
  for (const [address, field] of addresses(form)) {
    if (!(address in draft.values) || draft.values[address] === served[address]) continue;
    if (address in draft.base && draft.base[address] !== served[address]) continue;
    setValue(field, draft.values[address]);
    changed = true;
  }
  if (!changed) return;
  tellRestored(form, key, served);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function watch(form) {
  const key = form.dataset.draft;
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: "draft_key", value: key });
  form.append(sent);
  const served = valuesOf(form);
  // A form that came back with errors holds what was typed already.
  if (!form.querySelector(".is-invalid, [aria-invalid=true]")) restore(form, key, served);
  let timer = null; // of what was typed and is not kept yet
  const rest = () => {
    clearTimeout(timer);
    timer = null;
  };
  const keep = () => {
    rest();
    write(key, { at: Date.now(), base: read(key)?.base ?? served, values: valuesOf(form) });
  };
  form.addEventListener("input", () => {
    rest();
    timer = setTimeout(keep, 400);
  });
  form.addEventListener("submit", keep);
  // The next page may run before this one hides: what was sent already is not written again, over its forgetting.
  window.addEventListener("pagehide", () => {
    if (timer !== null && read(key)) keep();
    rest();
  });
}

// The server names the form that arrived in a cookie, which is read once.
const arrived = /(?:^|; )draft_done=([\w-]+)/.exec(document.cookie)?.[1];
if (arrived) {
  forget(arrived);
  document.cookie = "draft_done=; Max-Age=0; Path=/; SameSite=Lax";
}
for (const done of document.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);
for (const message of document.querySelectorAll("[data-message-tags]")) {
  for (const tag of message.dataset.messageTags.split(" ")) if (tag.startsWith("draft:")) forget(tag.slice("draft:".length));
}
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);

// Leaving a shared computer: the log-out form may take the drafts along.
document.querySelector("form[data-draft-clear]")?.addEventListener("submit", (event) => {
  if (!event.target.elements.namedItem("forget_drafts")?.checked) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith(`draft:${owner}:`)) localStorage.removeItem(name);
});
