// The documents envelope, as marketplace/tenders/documents.py describes it: files under a key of their own, and that key
// in a sealed box to the tender's.

import { canonicalBytes, fromHex } from "./envelope.js";
import { sha256 } from "./sha256.js";

const VERSION = "zjcs-documents/v1";

async function packed(files) {
  const header = canonicalBytes({ version: VERSION, files: files.map(({ name, size }) => ({ name: name.toWellFormed?.() ?? name, size })) });
  const plain = new Uint8Array(4 + header.length + files.reduce((sum, file) => sum + file.size, 0));
  new DataView(plain.buffer).setUint32(0, header.length);
  plain.set(header, 4);
  let at = 4 + header.length;
  for (const file of files) {
    plain.set(new Uint8Array(await file.arrayBuffer()), at);
    at += file.size;
  }
  return plain;
}

// What is sent, and the hash that the price envelope carries; null without files.
export async function sealDocuments(publicKey, files) {
  if (!files.length) return null;
  const { secretbox, randomBytes } = window.nacl;
  const key = randomBytes(secretbox.keyLength);
  const nonce = randomBytes(secretbox.nonceLength);
  const box = secretbox(await packed(files), nonce, key);
  const ciphertext = new Uint8Array(nonce.length + box.length);
  ciphertext.set(nonce);
  ciphertext.set(box, nonce.length);
  const sealedKey = window.sealedBox.seal(key, fromHex(publicKey));
  key.fill(0);
  return { ciphertext, sealedKey, sha256: sha256(ciphertext) };
}
