// The verifier for people: opens a record, shows each check as it is done. The same in the site's page and in the file.

import { verifyRecord } from "./record.js";

const WORDS = {
  open: ["打开记录文件（JSON）", "Open a record (JSON)"],
  choose: ["选择文件，或拖到这里", "Choose a file, or drop it here"],
  local: ["文件只在这个页面里计算，不会发送到任何地方。", "The file is computed on in this page only and sent nowhere."],
  working: ["正在验证……", "Verifying …"],
  right: ["全部成立：这份记录没有被改动，结果由它得出", "Everything holds: the record is unchanged, and the result follows from it"],
  wrong: ["不成立：有不符之处", "It does not hold"],
  unread: ["这个文件不是 JSON，或已损坏。", "This file is no JSON, or is damaged."],
  unreachable: ["取不到这个项目的记录。", "The record of this tender could not be fetched."],
  skipped: ["未进行", "not tried"],
  tender: ["项目编号", "Tender"],
  ocid: ["OCDS 编号", "OCID"],
  entries: ["公开日志条目", "Entries of the public log"],
  responses: ["响应（份）", "Responses"],
  result: ["结果", "Result"],
  awarded: ["已发中选通知书", "award noticed"],
  selected: ["已选出，尚未发出通知书", "selected, not noticed yet"],
  failed: ["流标", "failed"],
  waiting: ["中选机构放弃，等待递补", "the winner gave up, a substitute is awaited"],
  cancelled: ["取消", "cancelled"],
  winner: ["中选", "Winner"],
  head: ["签名头", "Signed head"],
  key: ["本站公钥（请与别处得到的核对）", "The site's key (compare it with one you have from elsewhere)"],
  other: ["English", "中文"],
};

const box = document.querySelector("[data-verify]");
let language = (box.dataset.language ?? "zh").startsWith("en") ? 1 : 0;
let report = null; // what was found last, to be shown again in the other language
let turn = 0;

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const say = (key) => WORDS[key][language];
const label = made("label", { for: "record-file" });
const input = made("input", { type: "file", id: "record-file", accept: ".json,application/json" });
const words = made("p", { class: "z-drop-words", "aria-hidden": "true" });
const hint = made("p", { class: "z-meta" });
const toggle = made("button", { class: "btn btn-light btn-sm", type: "button" });
const bar = made("progress", { max: "1", value: "0", class: "v-bar" });
const verdict = made("h3", { "data-verdict": "" });
const list = made("ul", { class: "z-plain z-flow", "data-checks": "" });
const facts = made("dl", { class: "z-kv", "data-facts": "" });
const results = made("div", { class: "z-flow", role: "status", "aria-live": "polite" }, verdict, bar, list, facts);
results.hidden = true;

function line({ key, zh, en, trouble, skipped }) {
  const tone = skipped ? "z-meta" : trouble ? "z-bad" : "z-ver";
  const sign = skipped ? "－" : trouble ? "✗" : "✓";
  const words = made("span", {}, language ? en : zh);
  const item = made("li", { "data-check": key, "data-holds": String(!trouble && !skipped) });
  item.append(made("span", { class: tone, "aria-hidden": "true" }, sign), " ", words);
  const detail = skipped ? say("skipped") : trouble && (language ? trouble.en : trouble.zh);
  if (detail) item.append(made("br"), made("span", { class: tone, "data-trouble": "" }, detail));
  return item;
}

function told(record) {
  const ends = { "tender.award": "awarded", "tender.failed": "failed", "tender.cancelled": "cancelled", "tender.given_up": "waiting" };
  const last = [...record.entries].reverse().find((proof) => proof.entry.action in ends)?.entry;
  const result = last ? ends[last.action] : "selected";
  const { head } = record.entries[0];
  return [
    ["tender", record.tender], ["ocid", record.ocid], ["result", say(result)], ["winner", last?.data.agency_code ?? "—"],
    ["responses", record.responses.length], ["entries", record.entries.map((proof) => `#${proof.number}`).join(" ")],
    ["head", `${head.size} · ${head.timestamp} · ${head.root}`], ["key", record.key],
  ];
}

function show() {
  document.title = box.dataset.titled ? (language ? "Verify a selection" : "验证选取结果") : document.title;
  label.textContent = say("open");
  words.textContent = say("choose");
  hint.textContent = say("local");
  toggle.textContent = say("other");
  toggle.lang = language ? "zh" : "en";
  if (box.dataset.titled) document.documentElement.lang = language ? "en" : "zh-CN";
  document.querySelectorAll("[data-zh]").forEach((each) => (each.textContent = language ? each.dataset.en : each.dataset.zh));
  if (!report) return;
  results.hidden = false;
  bar.hidden = report.state !== "working";
  verdict.textContent = say(report.state);
  verdict.className = { right: "z-ver", wrong: "z-bad", unread: "z-bad", unreachable: "z-bad" }[report.state] ?? "";
  verdict.dataset.verdict = report.state;
  list.replaceChildren(...report.checks.map(line));
  const terms = report.state === "right" ? told(report.record) : [];
  facts.replaceChildren(
    ...terms.flatMap(([name, value]) => [made("dt", {}, say(name)), made("dd", { class: "z-code" }, String(value))]),
  );
}

async function verifyText(text) {
  turn += 1;
  const mine = turn;
  report = { state: "working", checks: [], record: null };
  bar.value = 0;
  try {
    report.record = JSON.parse(text);
  } catch {
    report.state = "unread";
    show();
    return;
  }
  show();
  const found = report;
  const holds = await verifyRecord(
    report.record,
    (check) => {
      if (mine !== turn) return;
      found.checks.push(check);
      list.append(line(check));
    },
    (share) => (bar.value = share),
  );
  if (mine !== turn) return;
  report.state = holds ? "right" : "wrong";
  show();
}

// A file's text by the older reader, which is a fifth quicker than file.text() with many megabytes.
function textOf(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsText(file);
  });
}

async function fetchRecord(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    await verifyText(await answer.text());
  } catch {
    report = { state: "unreachable", checks: [], record: null };
    show();
  }
}

input.addEventListener("change", async () => {
  const [file] = input.files;
  if (!file) return;
  const text = await textOf(file);
  input.value = ""; // or choosing the same file again, changed, would be no change
  await verifyText(text);
});
toggle.addEventListener("click", () => {
  language = 1 - language;
  show();
});
box.append(made("div", { class: "z-field" }, label, made("div", { class: "z-drop" }, words, input), hint), results, made("p", {}, toggle));
show();
if (box.dataset.record) fetchRecord(box.dataset.record);
