// Where the randomness comes from: as announced, at the announced time, and proved; and that what is judged was fixed before.

import { alike, byBytes, bytesOf, canon, digest, hexOf, utf8 } from "./bytes.js";
import { must } from "./story.js";

const CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const SCHEME = "bls-unchained-g1-rfc9380";
const PUBLIC_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2" +
  "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const SECOND = 1000000n; // moments are microseconds
const GENESIS = 1692803367n * SECOND;
const PERIOD = 3n * SECOND;
const MARGIN = 60n * SECOND;
const HOUR = 3600n * SECOND;
const WAITS = { drand: 24n * HOUR, lottery: 20n * HOUR };
const NO_NONCE = "00".repeat(32);
const PROOF = { drand: ["round", "signature", "randomness"], lottery: ["lottery", "issue", "digits"] };
const SEED = ["source", "nonce", "beacon", "is_successor"];
const namesAre = (value, names) =>
  value !== null && typeof value === "object" && Object.keys(value).sort().join() === [...names].sort().join();
const isWord = (value) => typeof value === "string" && value.trim() === value && value !== "";
const roundAfter = (moment) => (moment < GENESIS ? 1n : (moment - GENESIS) / PERIOD + 2n);
const timeOf = (round) => GENESIS + (BigInt(round) - 1n) * PERIOD;

const DRAND_KEYS = ["source", "chain", "scheme", "round", "successor", "due_at", "successor_at"];
const LOTTERY_KEYS = ["source", "lottery", "issue", "next_issue", "next_drawn_at", "due_at", "successor_at"];

// Whether an announcement names a source that is known, and just the value that the rules give for its close.
export function checkSource(said, momentOf) {
  const known = said.draw_source === "shares" || Object.hasOwn(PROOF, said.draw_source);
  must(known, "不认识的随机数来源。", "The source of randomness is unknown.");
  const right = said.draw_source === "shares" || said.closes_at === null ? said.draw === null : isRight(said, momentOf);
  must(right, "公告的随机源不是截止时间按规则对应的那一个。", "The announced value is not the one that the rules give for the close.");
}

function isRight({ draw, draw_source: source, closes_at: closesAt }, momentOf) {
  if (!namesAre(draw, source === "drand" ? DRAND_KEYS : LOTTERY_KEYS) || draw.source !== source) return false;
  const closes = momentOf(closesAt);
  const due = momentOf(draw.due_at);
  if (momentOf(draw.successor_at) !== due + WAITS[source]) return false;
  if (source === "drand") {
    const round = roundAfter(closes + MARGIN);
    return (
      draw.chain === CHAIN && draw.scheme === SCHEME && BigInt(draw.round) === round &&
      draw.successor === draw.round + 1 && due === timeOf(round)
    );
  }
  const named = [draw.lottery, draw.issue, draw.next_issue].every(isWord) && draw.issue !== draw.next_issue;
  return named && due > closes && momentOf(draw.next_drawn_at) > due + WAITS.lottery;
}

const sameDraw = (one, other, momentOf) =>
  namesAre(one, Object.keys(other)) &&
  Object.keys(other).every((name) =>
    name.endsWith("_at") && other[name] !== null && one[name] !== null
      ? momentOf(one[name]) === momentOf(other[name]) : alike(one[name], other[name]));

// What counts when the announced value could not be had: as JSON, moments in microseconds.
function successorOf(draw, momentOf) {
  if (draw.source === "drand") return { source: "drand", round: draw.successor, due: timeOf(draw.successor) };
  return { source: "lottery", lottery: draw.lottery, issue: draw.next_issue, due: momentOf(draw.next_drawn_at) };
}

// The randomness from outside as {nonce, beacon}, or null where the shares give it or nothing was opened.
export async function checkSeed(reading, momentOf) {
  const [waiting, missed, seed, opened] = ["waiting", "source_missed", "seed", "opened"].map((name) =>
    reading.dataOf(`tender.${name}`));
  const { announcement, entries } = reading;
  const at = new Map(entries.map((entry) => [entry.action, momentOf(entry.at)]));
  if (announcement.draw_source === "shares") {
    must(!waiting && !missed && !seed, "随机数来自各份额，却又有别的随机源。", "The shares give the randomness, and yet there is another source.");
    must(!opened || !("salt" in opened), "没有冻结评定依据，却公布了它的盐值。", "A salt is published although nothing was frozen.");
    return null;
  }
  must(!opened || seed, "开标以前没有公布随机数。", "No randomness was published before the opening.");
  if (!waiting) {
    must(!missed && !seed && !opened, "没有冻结名单，却公布了随机数。", "Randomness was published although nothing was frozen.");
    return null;
  }
  const { draw } = announcement;
  must(sameDraw(waiting.draw, draw, momentOf), "等待的不是公告写明的随机源。", "What was awaited is not what was announced.");
  let due = { ...draw, due: momentOf(draw.due_at) };
  if (missed) {
    must(at.get("tender.source_missed") >= momentOf(draw.successor_at), "没有等到期满就改用了后备随机源。", "The successor was taken before its time.");
    due = successorOf(draw, momentOf);
    const follows = missed.draw;
    const right = sameDraw(missed.missed, draw, momentOf) && follows.source === due.source &&
      follows.round === due.round && follows.lottery === due.lottery && follows.issue === due.issue &&
      momentOf(follows.due_at) === due.due;
    must(right, "改用的不是公告写明的后备随机源。", "What was taken instead is not the announced successor.");
    const { reasons } = missed;
    const explained = Array.isArray(reasons) && reasons.length >= 2 && reasons.every((one) => typeof one === "string" && one.trim());
    must(explained, "改用后备随机源没有两人的说明。", "Two people did not say why the successor was taken.");
  }
  if (!seed) return null;
  must(seed.is_successor === Boolean(missed), "改用后备随机源与公布的不符。", "Whether the successor counts is not as published.");
  must(at.get("tender.seed") >= due.due, "随机数公布得比它产生还早。", "The randomness was published before it existed.");
  must(namesAre(seed, [...SEED, ...PROOF[draw.source]]) && seed.source === draw.source, "公布的随机数缺少内容或多了内容。", "The published randomness lacks something or says too much.");
  const beacon = draw.source === "drand" ? drandBeacon(due, seed) : lotteryBeacon(due, seed);
  must(seed.nonce === NO_NONCE && seed.beacon === beacon, "公布的随机数与它的证明不符。", "The published randomness does not follow from its proof.");
  await reading.pause();
  if (opened) checkFrozen(reading, waiting, opened);
  return seed;
}

function drandBeacon(due, { round, signature, randomness }) {
  must(round === due.round, "这不是公告中写明的轮次。", "This is not the announced round.");
  must(typeof signature === "string" && /^[0-9a-f]{96}$/.test(signature), "签名写法不对。", "The signature is malformed.");
  must(isSigned(round, signature), `第 ${round} 轮的签名不成立，不是 drand 产生的。`, `Round ${round} is not signed by drand.`);
  const found = hexOf(digest(bytesOf(signature)));
  must(randomness === found, "随机数（randomness）与签名不符。", "The randomness is not the hash of the signature.");
  return found;
}

// quicknet: signature in G1 over SHA-256 of the round as 8 bytes big-endian, public key in G2.
function isSigned(round, signature) {
  const { shortSignatures } = globalThis.nobleBls;
  const number = new DataView(new ArrayBuffer(8));
  number.setBigUint64(0, BigInt(round));
  const message = shortSignatures.hash(digest(new Uint8Array(number.buffer)), DST);
  try {
    return shortSignatures.verify(bytesOf(signature), message, bytesOf(PUBLIC_KEY));
  } catch {
    return false; // no point of the group
  }
}

function lotteryBeacon(due, { lottery, issue, digits }) {
  const right = lottery === due.lottery && issue === due.issue && typeof digits === "string" && /^[0-9]{1,100}$/.test(digits);
  must(right, "这不是公告中写明的彩票期号，或号码写法不对。", "This is not the announced issue, or its digits are malformed.");
  return hexOf(digest(utf8(digits)));
}

export const OFFERED_DAYS = "offered_days"; // the one rule that only the opened response can fail

// What the case says of the agencies was fixed, by a salted hash, before the randomness existed.
function checkFrozen({ record }, waiting, opened) {
  const quotes = new Map(opened.case.quotes.map((quote) => [quote.agency, quote]));
  const known = ["agency", "credit", "level", "performance", "team"];
  const agencies = [...record.responses].sort((a, b) => byBytes(a.agency, b.agency)).map(({ agency, failing }) => {
    const quote = quotes.get(agency);
    const kept = Object.fromEntries(known.filter((name) => name in quote).map((name) => [name, quote[name]]));
    return { ...kept, failing: failing.filter((key) => key !== OFFERED_DAYS) };
  });
  const hash = hexOf(digest(utf8(canon({ salt: opened.salt, agencies }))));
  must(hash === waiting.frozen, "评定依据与截止时冻结的不符。", "What was judged by is not what was frozen at the close.");
}
