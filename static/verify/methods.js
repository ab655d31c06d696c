// The ten ways to select, each a pure function from a case file to its outcome, by the text of the rules.

import { byBytes } from "./bytes.js";
import { caseSeed, labelled, placesOf, weightedDraw } from "./draw.js";
import {
  ZERO, HUNDRED, absolute, add, compare, display, exact, meanOf, meanScore, minus, over, ratio, sum, times,
} from "./fraction.js";

const MINIMUM = {
  lowest_price: [3, 1], average_price: [3, 1], reference_price: [3, 1], two_stage: [3, 1], draw: [3, 2],
  merit: [3, 2], proposal: [3, 2], credit_shortlist: [2, 2], rotation: [1, 1], direct: [1, 1],
};
const DEFAULT_WEIGHTS = { price: 30, credit: 20, qualification: 15, performance: 20, team: 15 };
const DROPPED = /^dropped_/;
const whole = (n) => ratio(BigInt(n));
const given = (value, otherwise) => (value === undefined || value === null ? otherwise : value);

export const methodNames = Object.keys(MINIMUM);

// --- what all share --------------------------------------------------------------------------------------------------
function reasonAgainst(quote, c) {
  if (given(quote.status, "ok") !== "ok") return quote.status;
  if (given(quote.price, null) !== null) {
    const price = exact(quote.price);
    if (compare(price, ZERO) <= 0) return "not_positive";
    if (given(c.ceiling, null) !== null && compare(price, exact(c.ceiling)) > 0) return "above_ceiling";
    if (given(c.floor, null) !== null && compare(price, exact(c.floor)) < 0) return "below_floor";
  }
  return quote.rejected ? "rejected" : null;
}

function judged(c) {
  const quotes = [...c.quotes].sort((a, b) => byBytes(a.agency, b.agency));
  const invalid = {};
  const valid = [];
  for (const quote of quotes) {
    const reason = reasonAgainst(quote, c);
    if (reason === null) valid.push(quote);
    else invalid[quote.agency] = reason;
  }
  return [valid, invalid];
}

export function leastOf(c) {
  const own = c.settings.minimum;
  if (given(own, null) !== null) return Number(own);
  const least = MINIMUM[c.method][c.funds === "private" ? 1 : 0];
  return c.attempt > 1 && c.funds === "public" ? Math.min(least, 2) : least;
}

const failedOutcome = (reason, invalid, ...explanation) => ({
  status: "failed", reason, winners: [], substitutes: [], ranking: [], invalid, alerts: {}, explanation,
});

function tooFew(c, valid, invalid) {
  const counted = valid.length + Object.values(invalid).filter((reason) => reason === "rejected").length;
  const minimum = leastOf(c);
  if (valid.length && counted >= minimum) return null;
  const reason = valid.length ? "too_few" : "no_valid_quote";
  return failedOutcome(reason, invalid, { rule: reason, counted, minimum, responses: c.quotes.length });
}

function chosen(c, ranking, invalid, explanation, alerts = {}, mayWin = ranking.length) {
  const able = ranking.slice(0, mayWin);
  const winners = able.slice(0, c.winners);
  const substitutes = able.slice(c.winners, c.winners + c.substitutes);
  return { status: "selected", reason: null, winners, substitutes, ranking, invalid, alerts, explanation };
}

function lowPrices(c, quotes) {
  const shares = given(c.settings.low_price, {});
  const ofMean = exact(given(shares.of_mean, "0.7"));
  const ofCeiling = exact(given(shares.of_ceiling, "0.6"));
  const prices = quotes.map((quote) => [quote.agency, exact(quote.price)]);
  const total = sum(prices.map(([, price]) => price));
  const limit = given(c.ceiling, null) === null ? null : times(ofCeiling, exact(c.ceiling));
  const alerts = {};
  for (const [code, price] of prices) {
    const others = prices.length - 1;
    const low = others > 0 && compare(times(price, whole(others)), times(ofMean, minus(total, price))) < 0;
    if (low || (limit !== null && compare(price, limit) < 0)) alerts[code] = ["low_price"];
  }
  return alerts;
}

// By keys (lists of fractions, least first), then by draw order; entries say how many were alike.
function ranked(quotes, keyOf, places, first = 1) {
  const compareKeys = (a, b) => {
    for (let n = 0; n < a.key.length; n++) {
      const found = compare(a.key[n], b.key[n]);
      if (found) return found;
    }
    return 0;
  };
  const keyed = quotes.map((quote) => ({ quote, key: keyOf(quote), place: places.get(quote.agency) }));
  keyed.sort((a, b) => compareKeys(a, b) || a.place - b.place);
  const found = [];
  for (let at = 0; at < keyed.length; ) {
    let end = at + 1;
    while (end < keyed.length && compareKeys(keyed[at], keyed[end]) === 0) end += 1;
    for (let n = at; n < end; n++) {
      const entry = { agency: keyed[n].quote.agency, rank: first + n };
      if (end - at > 1) Object.assign(entry, { tied: end - at, drawn: n - at + 1 });
      found.push({ quote: keyed[n].quote, entry });
    }
    at = end;
  }
  return found;
}

const codesOf = (pairs) => pairs.map(({ quote }) => quote.agency);

function byPrice(quotes, places) {
  const pairs = ranked(quotes, (quote) => [exact(quote.price)], places);
  const lowest = exact(pairs[0].quote.price);
  const entries = pairs.map(({ quote, entry }) => {
    const difference = minus(exact(quote.price), lowest);
    return { ...entry, ...(difference.n ? { rule: "above_lowest", difference: display(difference) } : { rule: "lowest" }) };
  });
  return [pairs, entries];
}

// --- prices ----------------------------------------------------------------------------------------------------------
function lowestPrice(c, valid, invalid) {
  const [pairs, entries] = byPrice(valid, placesOf(c));
  return chosen(c, codesOf(pairs), invalid, entries, lowPrices(c, valid));
}

function dropExtremes(valid, eachSide, places) {
  const dropped = new Map();
  let left = [...valid];
  for (const [rule, sign] of [["dropped_high", -1], ["dropped_low", 1]]) {
    if (!eachSide) break;
    left.sort((a, b) => sign * compare(exact(a.price), exact(b.price)) || places.get(b.agency) - places.get(a.agency));
    left.slice(0, eachSide).forEach((quote) => dropped.set(quote.agency, rule));
    left = left.slice(eachSide);
  }
  return [left, dropped];
}

function nearest(rule, target, valid, left, dropped, places) {
  const price = new Map(valid.map((quote) => [quote.agency, exact(quote.price)]));
  const apart = new Map(left.map(({ agency }) => [agency, absolute(minus(price.get(agency), target))]));
  const near = ranked(left, ({ agency }) => [apart.get(agency), price.get(agency)], places);
  const gone = ranked(valid.filter((q) => dropped.has(q.agency)), (q) => [price.get(q.agency)], places, near.length + 1);
  const entries = [];
  for (let at = 0; at < near.length; ) {
    // Those with the same distance stand together; where their prices differ, the lower one came first.
    const distance = apart.get(near[at].quote.agency);
    let end = at + 1;
    while (end < near.length && compare(apart.get(near[end].quote.agency), distance) === 0) end += 1;
    const [first, last] = [near[at], near[end - 1]].map(({ quote }) => price.get(quote.agency));
    const both = compare(first, last) === 0 ? {} : { by_price: true };
    for (; at < end; at++) entries.push({ ...near[at].entry, rule, distance: display(distance), ...both });
  }
  entries.push(...gone.map(({ quote, entry }) => ({ ...entry, rule: dropped.get(quote.agency) })));
  return [[...codesOf(near), ...codesOf(gone)], entries];
}

function averagePrice(c, valid, invalid) {
  const places = placesOf(c);
  const sides = c.settings.outliers ? (valid.length >= 5 ? 1 : 0) + (valid.length >= 10 ? 1 : 0) : 0;
  const [left, dropped] = dropExtremes(valid, sides, places);
  const mean = meanOf(left.map((quote) => exact(quote.price)));
  const [ranking, entries] = nearest("near_mean", mean, valid, left, dropped, places);
  entries.push({ rule: "mean", mean: display(mean), counted: left.length, dropped: dropped.size });
  return chosen(c, ranking, invalid, entries, lowPrices(c, valid), left.length);
}

function referencePrice(c, valid, invalid) {
  const places = placesOf(c);
  const [left, dropped] = dropExtremes(valid, valid.length >= 6 ? 1 : 0, places);
  const mean = meanOf(left.map((quote) => exact(quote.price)));
  const fixed = given(c.settings.base, null);
  const bases = given(c.settings.bases, [95, 96, 97, 98]);
  const base = fixed === null ? bases[labelled(caseSeed(c), "base")(bases.length)] : fixed;
  const reference = times(over(exact(base), HUNDRED), mean);
  const [ranking, entries] = nearest("near_reference", reference, valid, left, dropped, places);
  entries.push({
    rule: "reference", base: String(base), mean: display(mean), reference: display(reference),
    base_drawn: fixed === null, counted: left.length, dropped: dropped.size,
  });
  return chosen(c, ranking, invalid, entries, lowPrices(c, valid), left.length);
}

function twoStage(c, valid, invalid) {
  const places = placesOf(c);
  const k = Number(given(c.settings.k, 3));
  const byPlace = (a, b) => places.get(a) - places.get(b);
  const readable = c.quotes.filter((quote) => given(quote.status, "ok") === "ok").map((quote) => quote.agency);
  const stood = new Map(readable.sort(byPlace).map((code, n) => [code, n + 1]));
  const within = valid.filter((quote) => stood.get(quote.agency) <= k);
  if (!within.length) return failedOutcome("no_valid_quote", invalid, { rule: "none_of_drawn", k });
  const [pairs, priced] = byPrice(within, places);
  const entries = priced.map((entry) => ({ ...entry, rule: `${entry.rule}_of_drawn`, place: stood.get(entry.agency) }));
  const outside = valid.map((quote) => quote.agency).filter((code) => stood.get(code) > k).sort(byPlace);
  entries.push(...outside.map((agency) => ({ agency, rule: "not_among_drawn", place: stood.get(agency), k })));
  entries.push({ rule: "stage", k, among: readable.length, valid: within.length });
  return chosen(c, codesOf(pairs), invalid, entries, lowPrices(c, within));
}

// --- scores ----------------------------------------------------------------------------------------------------------
function merit(c, valid, invalid) {
  const s = c.settings;
  const required = Number(given(s.required_level, 1));
  const top = Number(given(s.top_level, 3));
  const cap = exact(given(s.performance_cap, 5));
  const weight = (name) => exact(given((s.weights ?? {})[name], DEFAULT_WEIGHTS[name]));
  const lowest = valid.map((quote) => exact(quote.price)).sort(compare)[0];
  const credit = (quote) => exact(given(quote.credit, 0));
  const parts = new Map(valid.map((quote) => {
    const level = Math.min(Number(given(quote.level, required)), top);
    const done = exact(given(quote.performance, 0));
    const shares = {
      price: over(lowest, exact(quote.price)),
      credit: over(credit(quote), HUNDRED),
      qualification: over(whole(level - required + 1), whole(top - required + 1)),
      performance: over(compare(done, cap) < 0 ? done : cap, cap),
      team: over(meanScore(given(quote.team, [0]).map(exact)), HUNDRED),
    };
    return [quote.agency, Object.entries(shares).map(([name, share]) => [name, times(weight(name), share)])];
  }));
  const total = (code) => sum(parts.get(code).map(([, points]) => points));
  const against = (value) => minus(ZERO, value);
  const pairs = ranked(valid, (quote) => [against(total(quote.agency)), against(credit(quote))], placesOf(c));
  const entries = pairs.map(({ quote: { agency }, entry }) => ({
    ...entry, rule: "points", total: display(total(agency)),
    ...Object.fromEntries(parts.get(agency).map(([name, points]) => [name, display(points)])),
  }));
  return chosen(c, codesOf(pairs), invalid, entries, lowPrices(c, valid));
}

function proposal(c, valid, invalid) {
  const score = (quote) => meanScore(Object.values(quote.scores).map(exact));
  const keyOf = (quote) => [minus(ZERO, score(quote)), given(quote.price, null) === null ? ZERO : exact(quote.price)];
  const pairs = ranked(valid, keyOf, placesOf(c));
  const entries = pairs.map(({ quote, entry }) => {
    const reviewers = Object.keys(quote.scores).length;
    return { ...entry, rule: "scored", score: display(score(quote)), reviewers, left_out: reviewers >= 5 ? 2 : 0 };
  });
  return chosen(c, codesOf(pairs), invalid, entries);
}

// --- draws and lists -------------------------------------------------------------------------------------------------
function ticketsOf(quotes) {
  const rounded = (quote) => {
    const { n, d } = add(exact(given(quote.credit, 0)), ratio(1n, 2n));
    return Math.max(1, Number(n >= 0n ? n / d : -1n));
  };
  return new Map(quotes.map((quote) => [quote.agency, rounded(quote)]));
}

const weightedEntry = (rule, n, { code, tickets, number, total }) => ({
  agency: code, rank: n + 1, rule, tickets, number, total,
});

function drawn(c, valid, invalid) {
  if (c.settings.weighted) {
    const entries = weightedDraw(ticketsOf(valid), caseSeed(c)).map((pick, n) => weightedEntry("drawn_weighted", n, pick));
    return chosen(c, entries.map((entry) => entry.agency), invalid, entries);
  }
  const places = placesOf(c);
  const ranking = valid.map((quote) => quote.agency).sort((a, b) => places.get(a) - places.get(b));
  const entries = ranking.map((agency, n) => ({
    agency, rank: n + 1, rule: "drawn", place: places.get(agency) + 1, of: places.size,
  }));
  return chosen(c, ranking, invalid, entries);
}

function creditShortlist(c, valid, invalid) {
  const big = Number(given(c.settings.big, 10));
  const small = Number(given(c.settings.small, 3));
  const credit = new Map(valid.map((quote) => [quote.agency, exact(given(quote.credit, 0))]));
  const pairs = ranked(valid, (quote) => [minus(ZERO, credit.get(quote.agency))], placesOf(c));
  const shownCredit = (code) => display(credit.get(code));
  let entries;
  if (valid.length <= small) {
    entries = pairs.map(({ quote, entry }) => ({ ...entry, rule: "listed", credit: shownCredit(quote.agency) }));
  } else {
    const ordered = pairs.map(({ quote }) => quote);
    const picks = weightedDraw(ticketsOf(ordered.slice(0, big)), caseSeed(c), small);
    entries = picks.map((pick, n) => ({ ...weightedEntry("shortlisted", n, pick), credit: shownCredit(pick.code) }));
    const taken = new Set(picks.map((pick) => pick.code));
    for (const [rule, quotes] of [["not_on_small_list", ordered.slice(0, big)], ["not_on_big_list", ordered.slice(big)]])
      for (const { agency } of quotes)
        if (!taken.has(agency)) entries.push({ agency, rule, credit: shownCredit(agency), big });
  }
  const ranking = entries.filter((entry) => "rank" in entry).map((entry) => entry.agency);
  return { ...chosen(c, ranking, invalid, entries), winners: [], substitutes: [] };
}

function rotation(c, valid, invalid) {
  const turn = new Map(c.settings.roster.map((code, n) => [code, n + 1]));
  const codes = valid.map((quote) => quote.agency);
  const ranking = codes.filter((code) => turn.has(code)).sort((a, b) => turn.get(a) - turn.get(b));
  if (!ranking.length) return failedOutcome("no_valid_quote", invalid, { rule: "roster_empty", valid: valid.length });
  const entries = ranking.map((agency, n) => ({ agency, rank: n + 1, rule: "in_turn", turn: turn.get(agency), of: turn.size }));
  entries.push(...codes.filter((code) => !turn.has(code)).map((agency) => ({ agency, rule: "not_on_roster" })));
  return chosen(c, ranking, invalid, entries);
}

function directChoice(c, valid, invalid) {
  const { agency } = c.decision;
  if (!c.quotes.some((quote) => quote.agency === agency)) throw new RangeError("decision.agency");
  if (agency in invalid) return failedOutcome("no_valid_quote", invalid, { rule: "chosen_invalid", agency });
  return chosen(c, [agency], invalid, [{ agency, rank: 1, rule: "chosen" }]);
}

const METHODS = {
  lowest_price: lowestPrice, average_price: averagePrice, reference_price: referencePrice, two_stage: twoStage,
  merit, proposal, credit_shortlist: creditShortlist, draw: drawn, rotation, direct: directChoice,
};

const done = new WeakMap(); // a record is looked at by two checks

// The outcome of a case; missing keys have the defaults of the case file.
export function carryOut(value) {
  if (!done.has(value)) done.set(value, outcomeOf(value));
  return done.get(value);
}

function outcomeOf(value) {
  const defaults = { attempt: 1, funds: "public", winners: 1, substitutes: 2, nonce: "00".repeat(32), beacon: "" };
  const c = { ...defaults, settings: {}, decision: {} };
  for (const [key, each] of Object.entries(value)) if (each !== null) c[key] = each;
  if (!Object.hasOwn(METHODS, c.method)) throw new RangeError(`method ${c.method}`);
  if (new Set(c.quotes.map((quote) => quote.agency)).size < c.quotes.length) throw new RangeError("an agency twice");
  const [valid, invalid] = judged(c);
  return tooFew(c, valid, invalid) ?? METHODS[c.method](c, valid, invalid);
}

// Who can come after a winner: the ranking without the dropped extremes.
export function ableOf(outcome) {
  const gone = new Set(outcome.explanation.filter((entry) => DROPPED.test(entry.rule)).map((entry) => entry.agency));
  return outcome.ranking.filter((code) => !gone.has(code));
}
