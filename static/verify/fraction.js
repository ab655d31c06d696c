// Exact fractions of whole numbers without limit; money and scores never meet a floating-point number.

// Denominators stay above 0. Nothing is reduced: sums of one denominator keep it, and no way here is long.
export function ratio(n, d = 1n) {
  if (d === 0n) throw new RangeError("division by zero");
  return d < 0n ? { n: -n, d: -d } : { n, d };
}

const known = new Map(); // the same prices are read many times while they are sorted

// A number by its decimal text, or a JSON number.
export function exact(value) {
  const text = typeof value === "boolean" ? "" : String(value);
  if (!known.has(text)) known.set(text, readNumber(text));
  return known.get(text);
}

function readNumber(text) {
  const found = /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,2}))?$/.exec(text);
  if (!found || !(found[2] + found[3])) throw new RangeError(`not a number: ${text}`);
  const [, sign, whole, part, power = "0"] = found;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${part}`);
  const places = part.length - Number(power);
  return places >= 0 ? ratio(digits, 10n ** BigInt(places)) : ratio(digits * 10n ** BigInt(-places));
}

export const add = (a, b) => (a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d });
export const minus = (a, b) => add(a, { n: -b.n, d: b.d });
export const times = (a, b) => ratio(a.n * b.n, a.d * b.d);
export const over = (a, b) => ratio(a.n * b.d, a.d * b.n);
export const absolute = (a) => ({ n: a.n < 0n ? -a.n : a.n, d: a.d });
export const compare = (a, b) => {
  const left = a.d === b.d ? a.n : a.n * b.d;
  const right = a.d === b.d ? b.n : b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
};
export const ZERO = ratio(0n);
export const HUNDRED = ratio(100n);
export const sum = (list) => (list.length ? list.reduce(add) : ZERO);
export const meanOf = (list) => over(sum(list), ratio(BigInt(list.length)));

// Scores: from five on without one highest and one lowest.
export function meanScore(list) {
  const ordered = [...list].sort(compare);
  return meanOf(ordered.length >= 5 ? ordered.slice(1, -1) : ordered);
}

// For people: two places, rounded half up, away from zero.
export function display({ n, d }) {
  const hundredths = ((n < 0n ? -n : n) * 200n + d) / (2n * d);
  const sign = n < 0n && hundredths ? "-" : "";
  return `${sign}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
}
