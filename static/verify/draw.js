// The draw, zjcs-draw/v1: hashes only.

import { byBytes, bytesOf, digest, joined, utf8 } from "./bytes.js";

const ALL_WORDS = 2 ** 32;

function wordsOf(seed) {
  let counter = 0;
  let block = null;
  let at = 8;
  const input = joined(seed, new Uint8Array(8));
  const view = new DataView(input.buffer);
  return () => {
    if (at === 8) {
      view.setUint32(input.length - 8, Math.floor(counter / ALL_WORDS));
      view.setUint32(input.length - 4, counter % ALL_WORDS);
      block = new DataView(digest(input).buffer);
      counter += 1;
      at = 0;
    }
    return block.getUint32(4 * at++);
  };
}

// Numbers from 0 to n − 1, each as likely.
export function numbersOf(seed) {
  const next = wordsOf(seed);
  return (n) => {
    if (!(n > 0 && n <= ALL_WORDS)) throw new RangeError("a word has no such numbers");
    const limit = Math.floor(ALL_WORDS / n) * n;
    for (;;) {
      const word = next();
      if (word < limit) return word % n;
    }
  };
}

export const sortedCodes = (codes) => [...codes].sort(byBytes);
export const listHash = (codes) => digest(utf8(sortedCodes(codes).join("\n")));

export function seedOf(tender, codes, nonce, beacon) {
  const parts = [utf8("zjcs-draw/v1"), [0], utf8(tender), [0], listHash(codes), bytesOf(nonce), bytesOf(beacon)];
  return digest(joined(...parts));
}

export const caseSeed = (c) => seedOf(c.tender, c.quotes.map((quote) => quote.agency), c.nonce, c.beacon);

export function drawOrder(codes, seed) {
  const order = sortedCodes(codes);
  const below = numbersOf(seed);
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export function placesOf(c) {
  const order = drawOrder(c.quotes.map((quote) => quote.agency), caseSeed(c));
  return new Map(order.map((code, place) => [code, place]));
}

export const labelled = (seed, label) => numbersOf(digest(joined(seed, utf8(label))));

// Without replacement: the number falls to the first of the remaining, in sorted order, whose running sum is greater.
export function weightedDraw(tickets, seed, count = tickets.size) {
  const left = sortedCodes(tickets.keys());
  const below = labelled(seed, "weighted");
  let total = [...tickets.values()].reduce((a, b) => a + b, 0);
  const picks = [];
  while (left.length && picks.length < count) {
    const number = below(total);
    let running = 0;
    const at = left.findIndex((code) => (running += tickets.get(code)) > number);
    const [code] = left.splice(at, 1);
    picks.push({ code, tickets: tickets.get(code), number, total });
    total -= tickets.get(code);
  }
  return picks;
}

// Of the source `shares`: an unreadable one counts as 32 zero bytes.
export function nonceOfShares(pairs) {
  const ordered = [...pairs].sort((a, b) => byBytes(a[0], b[0]));
  return digest(joined(...ordered.map(([, share]) => (share === null ? new Uint8Array(32) : bytesOf(share)))));
}
