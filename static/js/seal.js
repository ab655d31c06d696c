// The bid page: the offer is checked, sealed to the tender's key and sent as a sealed box. The figures never leave the
// browser: from the moment this module runs their fields have no name, so that no way of sending the form takes them.
// Where this module can't run, the form is sent as it is and the server seals at once; the receipt says which it was.

import { sealDocuments } from "./documents.js";
import { isWellFormed, makeEnvelope, newKey, seal, signatureHolds, toBase64 } from "./envelope.js";
import { sha256 } from "./sha256.js";

const TRIES = 6;
const PATIENCE = 20_000; // milliseconds for one answer, and more for documents
const SLOWEST = 20; // bytes of documents in a millisecond
const PAUSES = [1000, 2000, 4000, 8000, 15_000]; // before each further try
const ORNAMENT = /[¥￥,，\s元]/g;

const form = document.querySelector("form[data-seal]");

// An amount as people write it: { price: "60000.00" }, or { wrong: which word }. As the server's MoneyField reads it.
export function readPrice(text, { ceiling, floor }) {
  const plain = text.normalize("NFKC").replace(ORNAMENT, "");
  if (!plain) return { wrong: "required" };
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!parts || !(parts[2] || parts[3])) return { wrong: "invalid" };
  const decimals = parts[3] ?? "";
  const whole = parts[2].replace(/^0+(?=\d)/, "") || "0";
  const price = `${whole}.${decimals.padEnd(2, "0")}`;
  if (parts[1] === "-") return { wrong: "not_positive" };
  if (decimals.length > 2) return { wrong: "decimals" };
  if (whole.length > 12) return { wrong: "digits" };
  const fen = fenOf(price);
  if (fen <= 0n) return { wrong: "not_positive" };
  if (ceiling !== null && fen > fenOf(ceiling)) return { wrong: "above_ceiling" };
  if (floor !== null && fen < fenOf(floor)) return { wrong: "below_floor" };
  return { price };
}

function fenOf(amount) {
  const [whole, decimals = ""] = amount.split(".");
  return BigInt(whole + decimals.padEnd(2, "0").slice(0, 2));
}

function readDays(text, most) {
  const plain = text.normalize("NFKC").trim();
  if (!plain) return { wrong: "required" };
  if (!/^[+-]?\d+$/.test(plain)) return { wrong: "whole" };
  const days = Number(plain);
  return days >= 1 && days <= most ? { days } : { wrong: "days" };
}

class Bid {
  constructor(form) {
    this.form = form;
    this.facts = JSON.parse(form.dataset.seal);
    this.words = JSON.parse(form.dataset.words);
    this.status = form.querySelector("[data-seal-status]");
    this.button = form.querySelector("button[type=submit]");
    this.sealed = null; // what was sealed from the present figures, and not answered yet
    for (const field of this.figures()) {
      field.dataset.name = field.name;
      field.removeAttribute("name");
    }
    this.packName = `pack:${document.body.dataset.owner || "0"}:${this.facts.agency}`;
    if (!form.querySelector("[aria-invalid=true]")) this.takePack();
    for (const part of document.querySelectorAll("[data-sealed-by]")) part.hidden = part.dataset.sealedBy !== "browser";
    form.addEventListener("input", () => this.forgetSeal());
    form.addEventListener("change", () => this.forgetSeal());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  figures() {
    const names = ["price", "days", "note", "team", "library", "documents"];
    return [...this.form.elements].filter((field) => names.includes(field.name || field.dataset.name));
  }

  files() {
    return [...(this.field("documents")?.files ?? [])];
  }

  papers() {
    return this.figures().filter((field) => field.dataset.name === "library" && field.checked);
  }

  // The chosen papers of the agency's own register, fetched here and sealed like the files.
  async fetched() {
    const answers = this.papers().map(async (box) => {
      const response = await fetch(box.dataset.url, { credentials: "same-origin" });
      if (!response.ok || response.redirected) throw new Error("paper");
      return new File([await response.arrayBuffer()], box.dataset.file);
    });
    return Promise.all(answers);
  }

  field(name) {
    return this.figures().find((field) => field.dataset.name === name) ?? this.form.elements.namedItem(name);
  }

  // A changed figure is another offer: it gets another seal and another key.
  forgetSeal() {
    if (!this.sealed || this.isBusy) return;
    this.sealed = null;
    this.form.elements.namedItem("key").value = newKey();
  }

  async submit() {
    if (this.isBusy) return;
    this.clearErrors();
    this.busy(true);
    try {
      if (!this.sealed && !(await this.sealNow())) return;
      this.say("sending");
      await this.send();
    } finally {
      this.busy(false);
    }
  }

  // Whether there is something to send. Says what is wrong otherwise, at its field.
  async sealNow() {
    const read = this.read();
    if (read === null) return false;
    this.say("sealing");
    await new Promise((shown) => setTimeout(shown, 30));
    const { tender, agency, publicKey } = this.facts;
    let papers;
    try {
      papers = await this.fetched();
    } catch {
      this.say("");
      this.wrong("library", this.words.papers);
      return false;
    }
    try {
      const enclosed = await sealDocuments(publicKey, [...papers, ...this.files()]);
      const envelope = makeEnvelope({ tender, agency, ...read, documents: enclosed?.sha256 ?? null });
      this.sealed = { envelope, enclosed, ...seal(publicKey, envelope) };
    } catch (error) {
      this.say("");
      if (error instanceof RangeError && error.message === "too long") this.wrong("note", this.words.too_long);
      else this.say("broken", "bad");
      return false;
    }
    return true;
  }

  // The offer as it will be sealed, or null when a figure can't be.
  read() {
    const price = this.facts.asksPrice ? readPrice(this.field("price").value, this.facts) : { price: null };
    const days = readDays(this.field("days").value, this.facts.mostDays);
    const note = this.field("note").value.trim();
    const team = this.figures().filter((field) => field.dataset.name === "team" && field.checked);
    const problems = [
      price.wrong && ["price", this.words[price.wrong]],
      days.wrong && ["days", this.words[days.wrong]],
      [...note].length > this.facts.mostNote && ["note", this.words.long_note],
      (!isWellFormed(note) || note.includes("\0")) && ["note", this.words.characters],
      team.length > 30 && ["team", this.words.team],
      this.isTooMuch() && ["documents", this.words.documents],
      !this.form.elements.namedItem("no_collusion").checked && ["no_collusion", this.words.declare],
    ].filter(Boolean);
    problems.reverse().forEach(([name, sentence]) => this.wrong(name, sentence));
    if (problems.length) return null;
    return { price: price.price, days: days.days, note, team: team.map((field) => field.value) };
  }

  isTooMuch() {
    const files = this.files();
    const papers = this.papers();
    const sizes = [...files.map((file) => file.size), ...papers.map((box) => Number(box.dataset.size))];
    const size = sizes.reduce((sum, each) => sum + each, 0);
    return sizes.length > this.facts.mostFiles || size > this.facts.mostFileBytes;
  }

  // The same bytes with the same key until there is an answer: the server gives the same receipt to each of them.
  async send() {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "key"]) body.set(name, this.form.elements.namedItem(name).value);
    body.set("no_collusion", "on");
    body.set("ciphertext", toBase64(this.sealed.ciphertext));
    body.set("commitment", this.sealed.commitment);
    if (this.sealed.enclosed) {
      body.set("documents", new Blob([this.sealed.enclosed.ciphertext]), "documents.sealed");
      body.set("documents_key", toBase64(this.sealed.enclosed.sealedKey));
    }
    for (let tried = 0; tried < TRIES; tried++) {
      if (tried) {
        this.say("retrying", "warn", { n: tried });
        await new Promise((done) => setTimeout(done, PAUSES[tried - 1]));
      }
      const answer = await this.post(body);
      if (answer) return this.answered(answer);
    }
    this.say("unsent", "bad");
  }

  // The server's answer; null when none came, or only from what stands between.
  async post(body) {
    const options = { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } };
    try {
      const patience = PATIENCE + (this.sealed.enclosed?.ciphertext.length ?? 0) / SLOWEST;
      const signal = AbortSignal.timeout?.(Math.ceil(patience));
      const response = await fetch(this.form.action || location.href, { ...options, signal });
      if ([429, 500, 502, 503, 504].includes(response.status)) return null;
      const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
      return { status: response.status, redirected: response.redirected, value: isJson ? await response.json() : null };
    } catch {
      return null;
    }
  }

  answered({ status, redirected, value }) {
    if (value?.receipt) return this.received(value);
    if (value === null) return this.say(status === 403 || redirected ? "expired" : "refused", "bad");
    this.say("");
    if (value.error === "offer_changed") {
      this.sealed = null;
      this.form.elements.namedItem("key").value = newKey();
    }
    this.wrong(value.field, value.message);
  }

  // Trust nothing: the receipt must be about these bytes, and signed.
  received({ id, url, receipt }) {
    const { envelope, ciphertext, commitment } = this.sealed;
    const fits =
      receipt.commitment === commitment && receipt.ciphertext_sha256 === sha256(ciphertext) &&
      receipt.documents_sha256 === envelope.documents && receipt.tender === this.facts.tender && signatureHolds(receipt);
    if (!fits) return this.say("mismatch", "bad");
    const copy = { version: "zjcs-copy/v1", envelope, ciphertext: toBase64(ciphertext), receipt };
    try {
      sessionStorage.setItem(`copy:${id}`, JSON.stringify(copy));
    } catch {
      // Without storage there is no own copy; the receipt stands on the server.
    }
    try {
      localStorage.removeItem(`draft:${document.body.dataset.owner || "0"}:${this.form.dataset.draft}`);
    } catch {
      // Then nothing was kept either.
    }
    this.keepPack();
    this.sealed = null;
    location.assign(url);
  }

  // Which papers went along, for the next response; in this browser only.
  keepPack() {
    try {
      localStorage.setItem(this.packName, JSON.stringify(this.papers().map((box) => box.value)));
    } catch {
      // Then they are chosen anew.
    }
  }

  takePack() {
    try {
      const chosen = new Set(JSON.parse(localStorage.getItem(this.packName) ?? "[]"));
      for (const box of this.figures()) if (box.dataset.name === "library") box.checked = chosen.has(box.value);
    } catch {
      // Nothing was kept.
    }
  }

  // --- what is said -------------------------------------------------------------------------------------------------

  busy(is) {
    this.isBusy = is;
    this.button.disabled = is;
    for (const box of this.form.querySelectorAll(".z-field")) box.inert = is;
    this.form.setAttribute("aria-busy", String(is));
  }

  say(word, tone = "", values = {}) {
    this.status.textContent = (this.words[word] ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    this.status.className = tone ? `z-${tone}` : "z-meta";
  }

  wrong(name, sentence) {
    const field = name && this.field(name);
    if (!field) {
      this.status.textContent = sentence;
      this.status.className = "z-bad";
      this.status.scrollIntoView({ block: "center" });
      return;
    }
    const box = field.closest(".z-field");
    const control = box.matches("fieldset") ? box : field;
    const shown = this.form.querySelector("template[data-seal-error]").content.firstElementChild.cloneNode(true);
    shown.id = `id_${name}_sealing`;
    shown.querySelector("[data-words]").textContent = sentence;
    (control === box ? box.querySelector("legend") : box.querySelector("label")).insertAdjacentElement(
      box.querySelector(".z-check") ? "beforebegin" : "afterend",
      shown,
    );
    box.classList.add("z-err");
    box.dataset.sealWrong = control.getAttribute("aria-describedby") ?? "";
    control.setAttribute("aria-describedby", `${shown.id} ${box.dataset.sealWrong}`.trim());
    if (control !== box) {
      control.setAttribute("aria-invalid", "true");
      control.classList.add("is-invalid");
    }
    box.inert = false; // it is while the form is busy, and would take no focus
    control.focus();
  }

  clearErrors() {
    this.say("");
    for (const box of this.form.querySelectorAll(".z-err")) {
      box.classList.remove("z-err");
      for (const control of box.querySelectorAll("[aria-invalid]")) {
        control.removeAttribute("aria-invalid");
        control.classList.remove("is-invalid");
      }
      for (const sentence of box.querySelectorAll("[data-seal-said], .z-msg")) sentence.remove();
      const described = box.querySelector("[aria-describedby]") ?? box;
      if (box.dataset.sealWrong) described.setAttribute("aria-describedby", box.dataset.sealWrong);
      delete box.dataset.sealWrong;
    }
  }
}

function canSeal() {
  return Boolean(window.nacl?.box && window.sealedBox && window.crypto?.getRandomValues && window.fetch && window.BigInt);
}

if (form && canSeal()) new Bid(form);
