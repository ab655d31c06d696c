// Bytes, hexadecimal, SHA-256 (FIPS 180-4) and canonical JSON (RFC 8785). Nothing of the site's own code is used here.

const encoder = new TextEncoder();
export const utf8 = (text) => encoder.encode(text);
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hexOf(bytes) {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

export function bytesOf(hex) {
  if (typeof hex !== "string" || !/^([0-9a-f]{2})*$/.test(hex)) throw new RangeError("not hexadecimal");
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (digitOf(hex, 2 * at) << 4) | digitOf(hex, 2 * at + 1);
  return bytes;
}

function digitOf(hex, at) {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87; // 0-9, a-f
}

export function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// --- SHA-256 ---------------------------------------------------------------------------------------------------------
function roots() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  return [primes.map((p) => fraction(Math.cbrt(p))), primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)))];
}
const [ROUND, START] = roots().map((list) => Int32Array.from(list));
const schedule = new Int32Array(64);
const state = new Int32Array(8);

function digestBlock(bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + ROUND[i] + w[i]) | 0; // g ^ (e & (f ^ g)): f where e has a 1, else g
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0; // what most of a, b, c have
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// The hash of the first `length` bytes; there is room behind them for the padding of at most 72, which is written there.
function digestIn(bytes, length) {
  const end = ((length + 72) >> 6) << 6;
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(end - 8, Math.floor(length / 2 ** 29));
  view.setUint32(end - 4, (length << 3) >>> 0);
  state.set(START);
  for (let at = 0; at < end; at += 64) digestBlock(bytes, at);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, n) => out.setInt32(4 * n, word));
  return new Uint8Array(out.buffer);
}

export function digest(bytes) {
  const padded = new Uint8Array(bytes.length + 72);
  padded.set(bytes);
  return digestIn(padded, bytes.length);
}

// The hash of a text's UTF-8. Of a short one at once and in one place: to wait for the browser's takes longer.
const place = new Uint8Array(4096 + 72);
export function digestOfText(text) {
  const { read, written: length } = encoder.encodeInto(text, place.subarray(0, 4096));
  return read === text.length ? digestIn(place, length) : digest(utf8(text));
}

// The same by the browser, where it lets us (not on a plain http address): for much at once.
export async function digestOf(bytes) {
  const native = globalThis.crypto?.subtle;
  return native ? new Uint8Array(await native.digest("SHA-256", bytes)) : digest(bytes);
}

// --- canonical JSON --------------------------------------------------------------------------------------------------
// What was read from canonical JSON has its names in order already; then the browser's own writer does it, many times faster.
export function canon(value) {
  if (inOrder(value)) {
    const text = JSON.stringify(value);
    if (!/\\ud[89a-f]/.test(text)) return text;
  }
  return written(value);
}

// Its UTF-8, after some bytes of a prefix. Part by part, so that one Chinese word doesn't make a text of megabytes two
// bytes wide, and each part once into its place.
export function canonBytes(value, prefix = []) {
  const parts = [...partsOf(value, 2)];
  let bytes = new Uint8Array(prefix.length + parts.reduce((sum, part) => sum + part.length, 0) + 1024);
  bytes.set(prefix);
  let at = prefix.length;
  for (const part of parts) {
    let { read, written: wrote } = encoder.encodeInto(part, bytes.subarray(at));
    if (read < part.length) {
      bytes = joined(bytes.subarray(0, at), new Uint8Array(bytes.length - at + 3 * part.length));
      ({ read, written: wrote } = encoder.encodeInto(part, bytes.subarray(at)));
    }
    at += wrote;
  }
  return bytes.subarray(0, at);
}

function* partsOf(value, depth) {
  if (!depth || value === null || typeof value !== "object" || Array.isArray(value)) {
    yield canon(value);
    return;
  }
  yield "{";
  for (const [n, name] of Object.keys(value).sort().entries()) {
    yield `${n ? "," : ""}${canon(name)}:`;
    yield* partsOf(value[name], depth - 1);
  }
  yield "}";
}

function inOrder(value) {
  if (value === null || typeof value !== "object") return typeof value !== "number" || Number.isFinite(value);
  if (Array.isArray(value)) return value.every(inOrder);
  let before = null;
  for (const name in value) {
    if ((before !== null && before >= name) || !inOrder(value[name])) return false;
    before = name;
  }
  return true;
}

function written(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("no number of JSON");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new RangeError("half of a character");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object") throw new RangeError("no value of JSON");
  return `{${Object.keys(value).sort().map((name) => `${written(name)}:${written(value[name])}`).join(",")}}`;
}

// Whether two values are the same JSON.
export function alike(one, other) {
  if (one === other) return one !== undefined;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (Array.isArray(one)) {
    if (one.length !== other.length) return false;
    for (let n = 0; n < one.length; n++) if (!alike(one[n], other[n])) return false;
    return true;
  }
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  for (const name of names) if (!Object.hasOwn(other, name) || !alike(one[name], other[name])) return false;
  return true;
}

// Texts in the order of their UTF-8 bytes.
export function byBytes(one, other) {
  const least = Math.min(one.length, other.length);
  let same = 0;
  while (same < least && one.charCodeAt(same) === other.charCodeAt(same)) same += 1;
  if (same === least) return one.length - other.length;
  const [x, y] = [one.charCodeAt(same), other.charCodeAt(same)];
  if (x < 0xd800 && y < 0xd800) return x - y; // below the surrogates UTF-16 has the order of UTF-8
  const a = utf8(one);
  const b = utf8(other);
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}
