// The checks of a selection record, zjcs-record/v1, in their order. Knows nothing of a page.

import { alike, byBytes, bytesOf, canon, digestOf, digestOfText, hexOf, utf8 } from "./bytes.js";
import { nonceOfShares } from "./draw.js";
import { compare, exact } from "./fraction.js";
import { leafOf, proofProblem, signedHeads } from "./log.js";
import { carryOut, leastOf, methodNames } from "./methods.js";
import { checkSeed, checkSource, OFFERED_DAYS } from "./source.js";
import { Story, Wrong, must } from "./story.js";

const RECORD_KEYS = "attempt,chain,entries,key,ocid,responses,tender,version";
const RESPONSE_KEYS = "agency,commitment,failing,status,text";
const TOLD = ["agency", "commitment", "failing", "status"];
const TOLD_KEYS = TOLD.join();
const ENVELOPE_KEYS = "agency,days,documents,nonce,note,price,share,team,tender";
const STATUSES = ["ok", "ineligible", "unreadable", "sealed"];
const BY_THE_SITE = ["credit", "level", "performance", "team"];
const AT_ONCE = 200; // texts that are looked at before others get their turn
const IN_ORDER = [
  "tender.publish", "tender.amended", "tender.commitments", "tender.unconfirmed", "tender.waiting", "tender.source_missed",
  "tender.seed", "tender.opened", "tender.direct_accepted", "tender.award", "tender.contracted",
];
const REVIEWED = ["tender.commitments", "tender.review_begun", "tender.sheets", "tender.opened"];
const PROBLEMS = {
  malformed: ["格式不对", "is malformed"],
  leaf_hash: ["内容与叶子哈希不符", "does not have its leaf hash"],
  number: ["编号不符", "has another number"],
  not_included: ["不在签名头的树中", "is not in the tree of the signed head"],
  signature: ["签名头的签名无效", "stands under a head that is not signed with this key"],
};
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const isHash64 = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const namesOf = (value) => (isObject(value) ? Object.keys(value).sort().join() : "");

// Whether a text is the canonical one of its value, whose own names are in order; what they hold is looked at afterwards.
const isCanonical = (value, text) => (/\\ud[89a-f]/.test(text) ? canon(value) : JSON.stringify(value)) === text;

// Most envelopes: one without a team, whose words need no escape. A text of this form is canonical, and all in it fits.
const WORD = '"([^"\\\\\\x00-\\x1f\\ud800-\\udfff]*)"';
const HASH = '"([0-9a-f]{64})"';
const PLAIN = new RegExp(
  `^\\{"agency":${WORD},"days":([1-9][0-9]{0,3}),"documents":(?:null|${HASH}),"nonce":${HASH},"note":${WORD},` +
    `"price":(?:null|"((?:0|[1-9][0-9]{0,11})\\.[0-9]{2})"),"share":${HASH},"team":\\[\\],"tender":${WORD}\\}$`,
);

// What is in an envelope, or null for a text that holds none.
function envelopeOf(text) {
  if (text.length > 1365 && utf8(text).length > 4096) return null;
  const plain = PLAIN.exec(text);
  if (plain) {
    const [, agency, days, documents = null, nonce, note, price = null, share, tender] = plain;
    return { agency, days: Number(days), documents, nonce, note, price, share, team: [], tender };
  }
  let value;
  try {
    value = JSON.parse(text);
    if (!isObject(value) || Object.keys(value).join() !== ENVELOPE_KEYS || !isCanonical(value, text)) return null;
  } catch {
    return null;
  }
  const { tender, agency, note, team, days, price, nonce, share, documents } = value;
  const fits =
    Array.isArray(team) && team.length <= 30 && [tender, agency, note, ...team].every((t) => isText(t) && !t.includes("\0")) &&
    team.every((member) => member.length <= 80 || [...member].length <= 80) && Number.isInteger(days) && days > 0 && days < 32768 &&
    (price === null || (isText(price) && /^(0|[1-9][0-9]{0,11})\.[0-9]{2}$/.test(price))) &&
    isHash64(nonce) && isHash64(share) && (documents === null || isHash64(documents));
  return fits ? value : null;
}

// A moment in microseconds; it must name its zone.
function momentOf(text) {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const seconds = found ? Date.parse(found[1] + found[3]) : NaN;
  must(!Number.isNaN(seconds), `时间 ${text} 写法不对。`, `${text} is no moment.`);
  return BigInt(seconds) * 1000n + BigInt((found[2] ?? "").padEnd(6, "0"));
}

class Reading {
  constructor(record, pause) {
    this.record = record;
    this.pause = pause;
    this.envelopes = new Map();
    this.leaves = []; // of each entry, a promise
  }

  get entries() {
    return this.record.entries.map((proof) => proof.entry);
  }

  dataOf(...actions) {
    return this.entries.find((entry) => actions.includes(entry.action))?.data ?? null;
  }

  // The announcement as it was last amended.
  get announcement() {
    const amended = this.entries.filter((entry) => entry.action === "tender.amended");
    return amended.length ? amended.at(-1).data.announcement : this.entries[0].data;
  }
}

// --- the checks ------------------------------------------------------------------------------------------------------
function checkShape(reading) {
  const { record } = reading;
  const at = (holds, key) => must(holds, `键 ${key} 缺少、多余或写法不对。`, `The key ${key} is missing, one too many, or malformed.`);
  at(namesOf(record) === RECORD_KEYS, "record");
  at(record.version === "zjcs-record/v1", "version");
  for (const key of ["ocid", "tender", "chain"]) at(isText(record[key]), key);
  at(Number.isInteger(record.attempt), "attempt");
  at(isHash64(record.key), "key");
  at(Array.isArray(record.entries) && record.entries.length > 0, "entries");
  record.entries.forEach((proof, n) => {
    at(isObject(proof) && isObject(proof.entry) && isObject(proof.entry.data), `entries[${n}]`);
    at(["action", "at", "subject"].every((key) => isText(proof.entry[key])), `entries[${n}].entry`);
  });
  reading.leaves = record.entries.map((proof) => leafOf(proof.entry)); // the browser hashes while we look on
  reading.leaves.forEach((leaf) => leaf.catch(() => null)); // what is wrong with one is told where it is needed
  at(Array.isArray(record.responses), "responses");
  record.responses.forEach((response, n) => {
    const key = malformedKey(response);
    if (key !== null) at(false, `responses[${n}]${key}`);
  });
}

// Which key of a response is not as it must be, or null.
function malformedKey(response) {
  if (!isObject(response) || (Object.keys(response).join() !== RESPONSE_KEYS && namesOf(response) !== RESPONSE_KEYS)) return "";
  const { status, agency, text, failing, commitment } = response;
  if (!isHash64(commitment)) return ".commitment";
  if (!STATUSES.includes(status)) return ".status";
  if (!(status === "sealed" ? agency === null : isText(agency))) return ".agency";
  if (!(status === "ok" || status === "ineligible" ? isText(text) : text === null)) return ".text";
  const count = Array.isArray(failing) && failing.every(isText) ? failing.length : -1;
  if (!(count >= 0 && (count === 0 || (status !== "ok" && status !== "sealed")))) return ".failing";
  return status !== "ineligible" || count > 0 ? null : ".failing";
}

async function checkProofs(reading) {
  const { record, entries } = reading;
  const isSigned = signedHeads(bytesOf(record.key));
  let before = 0;
  for (const [n, proof] of record.entries.entries()) {
    const name = `${n + 1}（${proof.entry.action}）`;
    const problem = await proofProblem(proof, isSigned, reading.leaves[n]);
    if (problem) throw new Wrong(`第 ${name} 条：${PROBLEMS[problem][0]}`, `Entry ${n + 1} (${proof.entry.action}) ${PROBLEMS[problem][1]}.`);
    must(proof.number > before && proof.entry.log === "public", `第 ${name} 条的编号没有递增，或不在公开日志中。`, `Entry ${n + 1} is out of turn, or not of the public log.`);
    must(proof.entry.subject === entries[0].subject, `第 ${name} 条说的是另一个项目。`, `Entry ${n + 1} is about another tender.`);
    before = proof.number;
    await reading.pause();
  }
}

function checkAnnouncement(reading) {
  const { record, entries, announcement } = reading;
  const actions = entries.map((entry) => entry.action);
  must(actions[0] === "tender.publish" && actions.lastIndexOf("tender.publish") === 0, "第一条须是唯一的采购公告。", "The first entry must be the only announcement.");
  for (const said of [entries[0].data, announcement])
    for (const [ours, theirs] of [["tender", "number"], ["ocid", "ocid"], ["chain", "chain"], ["attempt", "attempt"]])
      must(alike(record[ours], said[theirs]), `${ours} 与公告不符。`, `${ours} is not the announcement's.`);
  for (const said of [entries[0].data, announcement]) checkSource(said, momentOf);
  for (const key of ["public_key", "draw_source", "ruleset", "buyer", "method"])
    must(alike(entries[0].data[key], announcement[key]), `变更公告改动了 ${key}。`, `An amendment changed ${key}.`);
  must(methodNames.includes(announcement.method), "不认识的选取方式。", "The method is unknown.");
  if (announcement.draw_source === "lottery")
    must(alike(entries[0].data.draw, announcement.draw), "变更公告改动了 draw。", "An amendment changed draw.");
}

function checkOrder({ entries, announcement }) {
  const at = new Map(entries.map((entry) => [entry.action, momentOf(entry.at)]));
  const place = new Map(entries.map((entry, n) => [entry.action, n]));
  if (announcement.closes_at !== null) {
    const closes = momentOf(announcement.closes_at);
    must(at.get("tender.publish") < closes, "公告晚于截止时间。", "It was announced after its close.");
    for (const action of ["tender.amended", "tender.cancelled"])
      must(!at.has(action) || at.get(action) < closes, "截止以后又变更或取消。", "It was amended or cancelled after the close.");
    for (const action of ["tender.commitments", "tender.opened"])
      must(!at.has(action) || at.get(action) >= closes, "截止以前就冻结名单或开标。", "The list was frozen, or opened, before the close.");
  }
  for (const order of [IN_ORDER, REVIEWED]) {
    const had = order.filter((action) => at.has(action));
    had.slice(1).forEach((other, n) => {
      const one = had[n];
      must(at.get(one) <= at.get(other), `${one} 的时间晚于 ${other}。`, `${one} is later than ${other}.`);
      must(place.get(one) < place.get(other), `${one} 排在 ${other} 之后。`, `${one} stands behind ${other}.`);
    });
  }
  must(!at.has("tender.opened") || at.has("tender.commitments"), "开标以前没有公布承诺清单。", "No list of commitments was published before the opening.");
}

function checkList(reading) {
  const { responses } = reading.record;
  const frozen = reading.dataOf("tender.commitments")?.commitments ?? [];
  const ours = responses.map((response) => response.commitment).sort();
  must(alike(ours, frozen), "响应与截止时冻结的承诺清单不符。", "The responses are not the list that was frozen at the close.");
  const opened = reading.dataOf("tender.opened");
  if (!opened) {
    must(responses.every(({ status }) => status === "sealed"), "没有开标，却公布了响应的内容。", "Nothing was opened, and yet there is something to read.");
    return;
  }
  const same = (told, n) =>
    namesOf(told) === TOLD_KEYS && TOLD.every((key) => alike(responses[n][key], told[key]));
  const told = Array.isArray(opened.responses) && opened.responses.length === responses.length && opened.responses.every(same);
  must(told, "响应的机构、承诺、资格与开标条目不符。", "Agencies, commitments or eligibility are not those of the opening.");
  const late = responses.filter(({ failing }) => failing.includes("confirmed")).map(({ commitment }) => commitment).sort();
  const unconfirmed = reading.dataOf("tender.unconfirmed")?.commitments ?? [];
  must(alike(late, unconfirmed), "变更后未确认的响应与公布的不符。", "The unconfirmed responses are not the published ones.");
}

async function checkTexts(reading) {
  const { record, envelopes } = reading;
  const { responses } = record;
  const { days } = reading.announcement;
  for (let at = 0; at < responses.length; at += AT_ONCE) {
    for (const { agency, commitment, failing, text } of responses.slice(at, at + AT_ONCE)) {
      if (text === null) continue;
      must(hexOf(digestOfText(text)) === commitment, `${agency} 的原文与承诺不符。`, `The text of ${agency} is not what it committed to.`);
      const envelope = envelopeOf(text);
      must(envelope, `${agency} 的原文不是规范的报价。`, `The text of ${agency} is no canonical envelope.`);
      const own = envelope.tender === record.tender && envelope.agency === agency;
      must(own, `${agency} 的原文属于另一个项目或机构。`, `The text of ${agency} belongs to another tender or agency.`);
      const longer = days !== null && envelope.days > days;
      must(longer === failing.includes(OFFERED_DAYS), `${agency} 的承诺工作日与公告的服务期限相比，结论不符。`, `The days of ${agency} are not judged by the announced limit.`);
      envelopes.set(agency, envelope);
    }
    await reading.pause(at / responses.length);
  }
}

function announcedCase(said) {
  const { method, number, attempt, funds, ceiling, floor, selection } = said;
  return { method, tender: number, attempt, funds, ceiling, floor, ...selection };
}

// A sheet's points for one response, in hundredths, as text with two places.
function sumOf(entries, criteria) {
  must(entries.length === criteria.length, "评分与公告的标准不符。", "A sheet does not have the announced criteria.");
  let sum = 0n;
  entries.forEach(({ points }, n) => {
    const fits = isText(points) && /^(0|[1-9][0-9]{0,2})\.[0-9]{2}$/.test(points) && compare(exact(points), exact(criteria[n].weight)) <= 0;
    must(fits, "评分超出了该项的权重，或写法不对。", "Points exceed their criterion's weight, or are malformed.");
    sum += BigInt(points.replace(".", ""));
  });
  return `${sum / 100n}.${`${sum % 100n}`.padStart(2, "0")}`;
}

// What the sheets give each reviewed response, seat by seat.
function scoresOf(reading) {
  const { announcement, record } = reading;
  const said = reading.dataOf("tender.sheets");
  const found = new Map();
  if (announcement.method !== "proposal") {
    must(!said, "这种选取方式没有评分表。", "This method has no scoring sheets.");
    return found;
  }
  must(said, "没有公布评分表。", "The scoring sheets were not published.");
  const { criteria, reviewers } = announcement.selection.settings;
  const seats = Array.from({ length: reviewers }, (_seat, n) => `r${n + 1}`);
  must(namesOf(said.reviewers) === [...seats].sort().join(), "评审人数与公告不符。", "The reviewers are not as many as announced.");
  const letters = Object.values(said.letters);
  const fits = namesOf(said.letters) === namesOf(said.sheets) && new Set(letters).size === letters.length;
  must(fits, "代号与评分表不符。", "The letters do not fit the sheets.");
  const reviewed = record.responses.every(({ agency, status }) => status !== "ok" || agency in said.letters);
  must(reviewed, "有的有效响应没有评分。", "A valid response was not scored.");
  for (const [code, sheets] of Object.entries(said.sheets)) {
    must(namesOf(sheets) === [...seats].sort().join(), "有的评审人没有评分。", "A reviewer's sheet is missing.");
    found.set(code, Object.fromEntries(seats.map((seat) => [seat, sumOf(sheets[seat], criteria)])));
  }
  return found;
}

function openedCase(reading, published) {
  const scores = scoresOf(reading);
  const known = new Map(published.quotes.map((quote) => [quote.agency, quote]));
  const { responses } = reading.record;
  const shares = responses.map(({ agency }) => [agency, reading.envelopes.get(agency)?.share ?? null]);
  const quotes = [...responses].sort((a, b) => byBytes(a.agency, b.agency)).map(({ agency, status }) => {
    const quote = { agency, price: reading.envelopes.get(agency)?.price ?? null, status };
    const theirs = known.get(agency) ?? {};
    if (scores.has(agency)) quote.scores = scores.get(agency);
    for (const key of BY_THE_SITE) if (key in theirs) quote[key] = theirs[key];
    return quote;
  });
  const seed = reading.dataOf("tender.seed");
  const nonce = seed ? seed.nonce : hexOf(nonceOfShares(shares));
  return { ...announcedCase(reading.announcement), nonce, beacon: seed ? seed.beacon : "", decision: {}, quotes };
}

function directCase({ announcement }) {
  const { chosen, settings } = announcement;
  const quotes = [{ agency: chosen, price: settings.price, status: "ok" }];
  return { ...announcedCase(announcement), nonce: "00".repeat(32), beacon: "", decision: { agency: chosen }, quotes };
}

function checkCase(reading) {
  const said = reading.dataOf("tender.opened", "tender.direct_accepted");
  if (!said) return;
  const made = reading.dataOf("tender.opened") ? openedCase(reading, said.case) : directCase(reading);
  for (const key of new Set([...Object.keys(made), ...Object.keys(said.case)]))
    must(alike(made[key], said.case[key]), `案卷的 ${key} 与公告、原文、资格得出的不符。`, `${key} of the case does not follow from announcement, texts and eligibility.`);
}

async function checkOutcome(reading) {
  const said = reading.dataOf("tender.opened", "tender.direct_accepted");
  if (!said) return;
  const made = carryOut(said.case);
  await reading.pause();
  for (const key of new Set([...Object.keys(made), ...Object.keys(said.outcome)]))
    must(alike(made[key], said.outcome[key]), `重新计算的 ${key} 与公布的不同。`, `${key}, recomputed, is not the published one.`);
}

async function checkNotice(reading, data) {
  const envelope = reading.envelopes.get(data.agency_code);
  const { announcement, entries, record } = reading;
  const price = envelope ? envelope.price ?? announcement.settings.price : announcement.settings.price;
  must(data.tender === record.tender, "通知书属于另一个项目。", "The notice belongs to another tender.");
  must(isText(data.price) && compare(exact(data.price), exact(price)) === 0, "通知书的价格与中选报价不符。", "The notice has another price.");
  must(alike(data.days, envelope ? envelope.days : announcement.days), "通知书的服务期限与中选报价不符。", "The notice has another duration.");
  const changing = ["tender.picked", "tender.judged_again", "tender.reselected", "tender.given_up", "tender.direct_accepted"];
  if (entries.some((entry) => changing.includes(entry.action))) return;
  const { case: file, outcome } = reading.dataOf("tender.opened");
  const hash = hexOf(await digestOf(utf8(canon({ case: file, outcome }))));
  must(hash === data.record_sha256, "通知书上的记录哈希与案卷不符。", "The record's hash on the notice is not that of the case.");
}

function checkFailure({ announcement, record }, data) {
  const { method, attempt, funds, selection } = announcement;
  const least = leastOf({ method, attempt, funds, settings: selection.settings });
  const { responses, eligible, minimum, opened, reason } = data;
  const fits = responses === record.responses.length && minimum === least && opened === false &&
    reason === (eligible ? "too_few" : "no_valid_quote") && eligible >= 0 && eligible < least && eligible <= responses;
  must(fits, "流标的数字与名单或公告不符。", "The numbers of the failure do not fit the list or the announcement.");
}

async function checkAward(reading) {
  const story = new Story();
  for (const { action, data } of reading.entries) {
    story.tell(action, data);
    if (action === "tender.award") await checkNotice(reading, data);
    if (action === "tender.failed" && "opened" in data) checkFailure(reading, data);
  }
}

export const CHECKS = [
  ["shape", "格式是 zjcs-record/v1", "The format is zjcs-record/v1", checkShape],
  ["proofs", "每一条都在签名的公开日志中，没有改动", "Every entry stands unchanged in the signed public log", checkProofs],
  ["announcement", "记录属于公告的项目", "The record belongs to the announced tender", checkAnnouncement],
  ["order", "公告、截止、冻结名单、开标、中选的先后正确", "Announcement, close, frozen list, opening and award came in this order", checkOrder],
  ["list", "响应就是截止时冻结的名单", "The responses are the list that was frozen at the close", checkList],
  ["texts", "每份原文与承诺一致，属于本项目和该机构", "Every text is what was committed to, for this tender and by this agency", checkTexts],
  ["seed", "随机数来自公告写明的来源，此前名单和评定依据已经冻结", "The randomness is the announced one; list and standing were fixed before it", (reading) => checkSeed(reading, momentOf)],
  ["case", "案卷由公告、原文、资格得出，随机数由各份额合成，或是公布的那一个", "The case follows from announcement, texts and eligibility, the nonce from the shares or the published value", checkCase],
  ["outcome", "重新计算的抽取、排名、中选与公布的一致", "Draw, ranking and winner, recomputed, are the published ones", checkOutcome],
  ["award", "之后的评定、递补、通知书都由选取结果得出", "Later judgements, succession and the notice follow from the selection", checkAward],
];

// Carries out all checks; `told` hears of each as {key, zh, en, trouble (null or {zh, en}), skipped}. Whether all hold.
export async function verifyRecord(record, told = () => {}, progress = () => {}) {
  let rested = performance.now();
  let done = 0;
  const pause = async (share = 0) => {
    if (performance.now() - rested < 40) return;
    progress((done + share) / CHECKS.length);
    await (globalThis.scheduler?.yield ? scheduler.yield() : new Promise((resolve) => setTimeout(resolve)));
    rested = performance.now();
  };
  const reading = new Reading(record, pause);
  let holds = true;
  let malformed = false;
  for (const [key, zh, en, look] of CHECKS) {
    let trouble = null;
    if (!malformed) {
      try {
        await look(reading);
      } catch (error) {
        const what = `${error.message}`.slice(0, 200);
        trouble = error instanceof Wrong ? error.words : { zh: `缺少内容或格式不对：${what}`, en: `Something is missing or malformed: ${what}` };
      }
    }
    told({ key, zh, en, trouble, skipped: malformed });
    holds = holds && !trouble && !malformed;
    if (key === "shape" && trouble) malformed = true;
    done += 1;
    await pause();
  }
  progress(1);
  return holds;
}
