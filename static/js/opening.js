// The opening: waits for it by asking for a small JSON, shows the stages when they come, and plays them again.
//
// Everything stands on the page without this; here rows are only hidden until their turn, so what is shown is always
// what the server wrote. Times are the server's: what has gone by is measured on a clock that nobody sets.

const root = document.querySelector("[data-opening]");
const FIRST = 1500, SLOWEST = 30_000, BEFORE = 30_000; // milliseconds between two questions
const STEP = 900, LONGEST = 25_000; // milliseconds a step takes, and a long list of steps altogether
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const servedAt = Date.parse(document.body.dataset.now);
const loadedAt = performance.now();
const serverNow = () => (Number.isNaN(servedAt) ? Date.now() : servedAt + (performance.now() - loadedAt));

/** @param {string} text */
function say(text) {
  const line = root.querySelector("[data-say]");
  if (line.textContent !== text) line.textContent = text;
}

/** @param {string} sentence @param {Record<string, string | number>} values */
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name] ?? ""));

// --- replay ----------------------------------------------------------------------------------------------------------

/** Plays the frames of one stage area. Frame by frame in the order of the document; the finale comes last. */
class Player {
  /** @param {HTMLElement} area */
  constructor(area) {
    this.area = area;
    this.frames = /** @type {HTMLElement[]} */ ([...area.querySelectorAll("[data-frame]")]);
    this.finale = /** @type {HTMLElement | null} */ (area.querySelector("[data-finale]"));
    this.bar = /** @type {HTMLElement | null} */ (area.querySelector("[data-player]"));
    this.at = this.last = this.frames.length; // how many frames are shown; `last` shows the finale, too
    this.timer = 0;
    if (!this.bar || this.frames.length < 2) return;
    this.bar.hidden = false;
    this.bar.addEventListener("click", (event) => this.press(event));
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.tabIndex = -1;
    this.show();
  }

  get isPlaying() {
    return this.timer !== 0;
  }

  /** @param {MouseEvent} event */
  press(event) {
    const act = /** @type {HTMLElement} */ (event.target).closest("[data-act]")?.getAttribute("data-act");
    if (act === "play") this.toggle();
    if (act === "back") this.step(-1);
    if (act === "next") this.step(1);
    if (act === "end") this.go(this.last);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("select, input, a")) return;
    const acts = {
      " ": () => this.toggle(),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      Home: () => this.go(0),
      End: () => this.go(this.last),
      "+": () => this.faster(1),
      "=": () => this.faster(1),
      "-": () => this.faster(-1),
    };
    const act = acts[event.key];
    if (!act || (event.key === " " && target.matches("button"))) return; // a button's own space presses it
    event.preventDefault();
    act();
  }

  /** @param {number} by */
  faster(by) {
    const speed = this.bar.querySelector("select");
    speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (this.at >= this.last) this.at = 0;
    this.show();
    this.next();
  }

  next() {
    const speed = Number(this.bar.querySelector("select").value);
    const each = Math.min(STEP, LONGEST / this.last) / speed;
    this.timer = setTimeout(() => {
      this.at += 1;
      if (this.at >= this.last) this.timer = 0;
      this.show(true);
      if (this.at < this.last) this.next();
    }, each);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.show();
  }

  /** @param {number} by */
  step(by) {
    this.go(Math.max(0, Math.min(this.last, this.at + by)));
  }

  /** @param {number} at */
  go(at) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.at = at;
    this.show(true);
  }

  /** @param {boolean} [follow] whether the view goes along */
  show(follow = false) {
    this.frames.forEach((frame, n) => {
      frame.hidden = n >= this.at;
      frame.toggleAttribute("data-now", n === this.at - 1 && this.at < this.last && !frame.dataset.stage);
    });
    const isOver = this.at >= this.last;
    if (this.finale) this.finale.hidden = !isOver;
    const current = this.frames[this.at - 1];
    this.tell(isOver, current);
    if (!follow) return;
    const target = isOver ? this.finale ?? this.bar : current;
    target?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }

  /** @param {boolean} isOver @param {HTMLElement | undefined} current */
  tell(isOver, current) {
    const button = this.bar.querySelector("[data-act=play]");
    button.querySelector("span").textContent = button.dataset[this.isPlaying ? "pause" : this.at >= this.last ? "replay" : "play"];
    button.querySelector("use").setAttribute(
      "href",
      button.querySelector("use").getAttribute("href").replace(/#.*/, this.isPlaying ? "#i-player-pause" : "#i-player-play"),
    );
    this.bar.querySelector("progress").value = (100 * this.at) / this.last;
    this.bar.querySelector("[data-step]").textContent = fill(root.dataset.wordsStep, { n: this.at, all: this.last });
    this.bar.querySelector("[data-act=back]").disabled = this.at === 0;
    this.bar.querySelector("[data-act=next]").disabled = isOver;
    if (isOver) {
      const sentence = this.area.querySelector("[data-sentence]")?.textContent;
      if (this.hasMoved && sentence) say(`${this.area.querySelector("#won")?.textContent ?? ""} ${sentence}`);
    } else if (current?.dataset.stage) say(current.dataset.stage);
    this.hasMoved = true;
  }
}

// --- live ------------------------------------------------------------------------------------------------------------

/** Asks until the opening is over: rarely before the close, then at once and ever more slowly; not while hidden. */
class Watch {
  constructor() {
    this.version = root.dataset.version;
    this.closes = Date.parse(root.dataset.closes);
    this.wait = FIRST;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.ask()));
    this.plan();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  plan() {
    this.stop();
    if (this.isOver || document.hidden) return;
    const left = this.closes - serverNow();
    const spread = Math.random() * 1000; // not everybody in the same moment
    const wait = left > 0 ? Math.min(BEFORE, left + 200) : this.wait;
    this.timer = setTimeout(() => this.ask(), wait + spread);
  }

  /** @param {string} address */
  address(address) {
    return root.dataset.own ? `${address}?agency=${root.dataset.own}` : address;
  }

  async ask() {
    if (this.isOver || this.isAsking) return;
    this.isAsking = true;
    try {
      const answer = await fetch(this.address(root.dataset.json), { credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (found.closes_at) this.closes = Date.parse(found.closes_at);
      if (found.version !== this.version) await this.take(found);
      else if (this.closes < serverNow()) this.wait = Math.min(SLOWEST, this.wait * 1.5);
      this.isOver = found.over;
      root.querySelector("[data-trouble]").hidden = true;
    } catch {
      this.wait = Math.min(SLOWEST, this.wait * 2);
      const trouble = root.querySelector("[data-trouble]");
      trouble.textContent = root.dataset.wordsLost;
      trouble.hidden = false;
    }
    this.isAsking = false;
    this.plan();
  }

  /** @param {{version: string, state: string, closes_at: string | null}} found */
  async take(found) {
    const answer = await fetch(this.address(root.dataset.stages), { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    const area = /** @type {HTMLElement} */ (root.querySelector("[data-stage-area]"));
    area.innerHTML = await answer.text(); // our own server's page, with every value escaped there
    this.version = found.version;
    this.wait = FIRST;
    const chip = area.querySelector("template[data-chip]");
    const shown = document.querySelector("main .z-title .z-st");
    if (chip && shown) shown.replaceWith(chip.content.cloneNode(true));
    if (found.state === "waiting") {
      for (const time of root.querySelectorAll("[data-countdown-card] time")) time.dateTime = found.closes_at;
      return;
    }
    root.querySelector("[data-countdown-card]")?.remove();
    say(root.dataset.wordsLive);
    const player = new Player(area);
    if (player.bar && !player.bar.hidden && !calm.matches) player.play();
  }
}

if (root) {
  new Player(root.querySelector("[data-stage-area]"));
  if (!("over" in root.dataset)) new Watch();
}
