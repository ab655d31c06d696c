// The search box as a combobox (ARIA 1.2): suggestions while one types, and what was last searched in this browser.
// Without it the box is a plain form. Nothing is asked while an input method composes; an answer that comes too late is dropped.

const KEY = "searches";
const KEPT = 8; // recent searches, in this browser only
const PAUSE = 150; // milliseconds of stillness before asking
const ANSWERS = 40; // remembered while the page lasts

/** @returns {string[]} */
function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string" && text).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** @param {string[]} texts */
function keep(texts) {
  try {
    if (texts.length) localStorage.setItem(KEY, JSON.stringify(texts.slice(0, KEPT)));
    else localStorage.removeItem(KEY);
  } catch {
    // A full or forbidden storage: searching works without.
  }
}

/** @param {string} text */
function remember(text) {
  const words = text.trim().slice(0, 200);
  if (words) keep([words, ...recent().filter((each) => each !== words)]);
}

class Box {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=search]"));
    this.said = /** @type {HTMLElement} */ (form.querySelector("[data-said]"));
    /** @type {Map<string, string>} */
    this.answers = new Map();
    /** @type {AbortController | null} */
    this.asking = null;
    this.timer = 0;
    this.active = -1;
    this.typed = this.input.value;
    this.composing = false;
    this.make();
    this.listen();
    if (this.input.defaultValue) remember(this.input.defaultValue);
  }

  make() {
    this.panel = document.createElement("div");
    this.panel.className = "z-suggest";
    this.panel.hidden = true;
    this.title = document.createElement("p");
    this.title.className = "z-meta";
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}-list`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.words.list ?? "");
    this.clear = document.createElement("button");
    this.clear.type = "button";
    this.clear.className = "btn btn-light btn-sm";
    this.clear.textContent = this.words.clear ?? "";
    this.panel.append(this.title, this.list, this.clear);
    this.input.after(this.panel);
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
  }

  listen() {
    const { input, panel } = this;
    input.addEventListener("compositionstart", () => {
      this.composing = true;
      this.stop();
    });
    input.addEventListener("compositionend", () => {
      this.composing = false;
      this.changed();
    });
    input.addEventListener("input", () => this.changed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("focus", () => this.showRecent());
    input.addEventListener("click", () => panel.hidden && (input.value.trim() ? this.changed() : this.showRecent()));
    // The focus stays in the box while one points at a line.
    panel.addEventListener("mousedown", (event) => event.target !== this.clear && event.preventDefault());
    panel.addEventListener("click", (event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
      if (line) this.choose(/** @type {HTMLElement} */ (line));
    });
    this.clear.addEventListener("click", () => {
      keep([]);
      input.focus();
      this.close();
    });
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(/** @type {Node | null} */ (event.relatedTarget))) this.close();
    });
    this.form.addEventListener("submit", () => {
      remember(input.value);
      this.close();
    });
    window.addEventListener("pagehide", () => this.close());
  }

  lines() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = null;
  }

  changed() {
    if (this.composing) return;
    this.stop();
    this.typed = this.input.value;
    const text = this.typed.trim();
    if (!text) return this.showRecent();
    if (!this.title.hidden) this.panel.hidden = true; // what was searched before is no answer to this
    const known = this.answers.get(text);
    if (known !== undefined) return this.show(known);
    this.timer = setTimeout(() => this.ask(text), PAUSE);
    if (this.panel.hidden) this.input.setAttribute("aria-expanded", "false");
  }

  /** @param {string} text */
  async ask(text) {
    const asking = (this.asking = new AbortController());
    const asked = new URLSearchParams(/** @type {any} */ (new FormData(this.form)));
    asked.set("q", text);
    try {
      // Without cookies: the lines are the same for everybody, and the server looks up nobody.
      const answer = await fetch(`${this.words.suggest}?${asked}`, { signal: asking.signal, credentials: "omit" });
      if (!answer.ok) return this.close();
      const lines = await answer.text();
      if (asking.signal.aborted || this.composing) return;
      if (this.answers.size >= ANSWERS) this.answers.clear();
      this.answers.set(text, lines);
      this.show(lines);
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") this.close();
    }
  }

  showRecent() {
    const texts = this.input.value.trim() ? [] : recent();
    if (!texts.length) return this.close();
    this.list.replaceChildren(
      ...texts.map((text) => {
        const line = document.createElement("li");
        line.setAttribute("role", "option");
        line.dataset.text = text;
        line.append(Object.assign(document.createElement("span"), { textContent: text }));
        return line;
      }),
    );
    this.open(true);
  }

  /** @param {string} lines HTML of our own server, in which every text is escaped */
  show(lines) {
    if (document.activeElement !== this.input) return;
    const held = document.createElement("template");
    held.innerHTML = lines;
    this.list.replaceChildren(held.content);
    for (const text of [...this.list.childNodes]) if (text.nodeType === Node.TEXT_NODE) text.remove();
    const count = this.lines().length;
    if (count) this.open(false);
    else this.close();
    this.say(count ? (this.words.some ?? "").replace("{n}", String(count)) : (this.words.none ?? ""));
  }

  /** @param {boolean} isRecent */
  open(isRecent) {
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    for (const [place, line] of this.lines().entries()) {
      line.id = `${this.list.id}-${place}`;
      line.setAttribute("aria-selected", "false");
    }
    this.title.textContent = isRecent ? (this.words.recent ?? "") : "";
    this.title.hidden = this.clear.hidden = !isRecent;
    this.panel.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (isRecent) this.say("");
  }

  close() {
    this.stop();
    this.panel.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {string} text */
  say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  /** @param {number} place of the line to light up; -1 is the box itself with what was typed */
  light(place) {
    const lines = this.lines();
    this.active = place;
    for (const [at, line] of lines.entries()) line.setAttribute("aria-selected", String(at === place));
    if (place < 0) {
      this.input.removeAttribute("aria-activedescendant");
    } else {
      this.input.setAttribute("aria-activedescendant", lines[place].id);
      lines[place].scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    // Keys of an input method are its own: 229 is what browsers say where isComposing comes too late.
    if (event.isComposing || this.composing || event.keyCode === 229) return;
    const isOpen = !this.panel.hidden;
    const last = this.lines().length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.altKey && event.key === "ArrowUp") return this.close();
      event.preventDefault();
      if (!isOpen) return this.changed();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = this.active + step;
      this.light(next > last ? -1 : next < -1 ? last : next);
    } else if (isOpen && event.key === "Escape") {
      event.preventDefault(); // the first Escape closes the list and leaves what was typed
      this.close();
    } else if (isOpen && this.active >= 0 && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      this.light(event.key === "Home" ? 0 : last);
    } else if (isOpen && this.active >= 0 && event.key === "Enter") {
      event.preventDefault();
      this.choose(this.lines()[this.active]);
    }
  }

  /** @param {HTMLElement} line */
  choose(line) {
    if (line.dataset.url) {
      remember(this.typed);
      this.close();
      location.assign(line.dataset.url);
      return;
    }
    this.input.value = line.dataset.text ?? "";
    this.close();
    this.form.requestSubmit();
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) new Box(/** @type {HTMLFormElement} */ (form));
