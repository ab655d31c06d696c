// Checks a bidder's own copy, or a receipt alone, against what the site has signed. The file is read here, sent nowhere.

import { canonicalBytes, fromBase64, signatureHolds } from "./envelope.js";
import { sha256 } from "./sha256.js";

const MOST_BYTES = 200_000;
const page = document.querySelector("[data-receipt-check]");
const words = page.dataset;

// Lines of the report: [fits, fails or note, which words].
function check(value) {
  const { receipt, envelope, ciphertext } = value;
  const line = (name, fits) => [fits ? "fits" : "fails", fits ? name : `not${name[0].toUpperCase()}${name.slice(1)}`];
  const lines = [line("signature", signatureHolds(receipt))];
  lines.push(receipt.key === words.siteKey ? ["fits", "key"] : ["note", "notKey"]);
  if (words.expects) lines.push(line("expected", receipt.commitment === words.expects));
  if (!envelope) return [...lines, ["note", "noEnvelope"]];
  lines.push(line("commitment", sha256(canonicalBytes(envelope)) === receipt.commitment));
  lines.push(line("tender", envelope.tender === receipt.tender));
  if (ciphertext !== undefined) lines.push(line("ciphertext", sha256(fromBase64(ciphertext)) === receipt.ciphertext_sha256));
  return lines;
}

function part(kind, sentence) {
  const made = page.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
  made.querySelector("[data-words]").textContent = sentence;
  return made;
}

function facts(receipt, envelope) {
  const at = new Date(receipt.at);
  const told = {
    act: words[receipt.act] ?? receipt.act,
    tender: receipt.tender,
    at: Number.isNaN(at.getTime()) ? receipt.at : at.toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }),
    amendment: receipt.amendment || null,
    sealed_by: words[receipt.sealed_by] ?? receipt.sealed_by,
    commitment: receipt.commitment,
  };
  if (words.expects) lines.push(line("expected", receipt.commitment === words.expects));
  if (!envelope) return told;
  const { price, days, team, note } = envelope;
  return { ...told, computed: sha256(canonicalBytes(envelope)), price, days, team: (team ?? []).join("、"), note };
}

function showFacts(receipt, envelope) {
  const list = page.querySelector("[data-facts]");
  const labels = page.querySelector("template[data-labels]").content;
  list.replaceChildren();
  for (const [name, value] of Object.entries(facts(receipt, envelope))) {
    if (value === null || value === undefined || value === "") continue;
    const term = document.createElement("dt");
    term.textContent = labels.querySelector(`[data-label=${name}]`).textContent;
    const told = document.createElement("dd");
    told.textContent = String(value);
    if (["commitment", "computed"].includes(name)) told.className = "z-code";
    list.append(term, told);
  }
  const link = page.querySelector("[data-result]");
  link.hidden = !/^[A-Za-z0-9-]{1,20}$/.test(receipt.tender);
  link.href = `/tenders/${receipt.tender}/result/`;
}

function report(lines) {
  const bad = lines.some(([kind]) => kind === "fails");
  const verdict = page.querySelector("[data-verdict]");
  verdict.textContent = bad ? words.some : words.all;
  verdict.className = bad ? "z-bad" : "z-ver";
  page.querySelector("[data-list]").replaceChildren(...lines.map(([kind, name]) => part(kind, words[name])));
  page.querySelector("[data-results]").hidden = false;
}

async function open(file) {
  page.querySelector("[data-facts]").replaceChildren();
  page.querySelector("[data-result]").hidden = true;
  try {
    if (file.size > MOST_BYTES) throw new RangeError("too large");
    const value = JSON.parse(await file.text());
    const receipt = value.withdrawal ?? value.receipt;
    if (typeof receipt?.commitment !== "string" || typeof receipt.signature !== "string") throw new TypeError("no receipt");
    const lines = check({ ...value, receipt });
    showFacts(receipt, value.envelope);
    report([["fits", "json"], ...lines]);
  } catch {
    report([["fails", "notJson"]]);
  }
}

document.getElementById("receipt-file").addEventListener("change", (event) => {
  if (event.target.files[0]) void open(event.target.files[0]);
});
