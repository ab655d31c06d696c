// The price envelope, byte for byte as the server makes it (marketplace/tenders/sealing.py): canonical JSON, its
// commitment, padding, and the sealed box to the tender's key. Knows nothing of the page.

import { sha256 } from "./sha256.js";

export const MOST_BYTES = 4096;
const BLOCK = 512;

// RFC 8785: JSON.stringify writes numbers and texts as it wants them; names go by their UTF-16 units, as sort() does.
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("not a number of JSON");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!isWellFormed(value)) throw new RangeError("half of a character");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

// Whether every surrogate has its other half.
export const isWellFormed = (text) => !/\p{Surrogate}/u.test(text);

export const canonicalBytes = (value) => new TextEncoder().encode(canonical(value));

// ISO/IEC 7816-4: a mark, then zeros up to the next whole block.
export function pad(bytes) {
  const padded = new Uint8Array((Math.floor(bytes.length / BLOCK) + 1) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const randomHex = () => toHex(crypto.getRandomValues(new Uint8Array(32)));

// The version 4 UUID of RFC 9562; crypto.randomUUID is missing on a plain http address.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// An offer with its secrets: nonce and share are made here and nowhere else.
export function makeEnvelope({ tender, agency, price, days, note, team, documents = null }) {
  return { tender, agency, price, days, note, team, documents, nonce: randomHex(), share: randomHex() };
}

// RangeError beyond 4 kB. `publicKey` in hexadecimal.
export function seal(publicKey, envelope) {
  const text = canonicalBytes(envelope);
  if (text.length > MOST_BYTES) throw new RangeError("too long");
  const key = fromHex(publicKey);
  if (key.length !== 32) throw new RangeError("not a public key");
  return { ciphertext: window.sealedBox.seal(pad(text), key), commitment: sha256(text) };
}

// What a receipt says, without its signature; and whether the key in it has signed that.
export function signatureHolds(receipt) {
  const { key, signature, ...statement } = receipt;
  try {
    return window.nacl.sign.detached.verify(canonicalBytes(statement), fromHex(signature), fromHex(key));
  } catch {
    return false;
  }
}
