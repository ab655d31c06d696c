// A proof that an entry stands in the public log: zjcs-log/v2 (RFC 9162 inclusion, a head signed with Ed25519).

import { bytesOf, canonBytes, digest, digestOf, hexOf, joined, utf8 } from "./bytes.js";

const LOG_VERSION = "zjcs-log/v2";
const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const keysAre = (value, keys) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).sort().join() === keys;
export const leafOf = async (entry) => digestOf(canonBytes(entry, [0]));
const nodeOf = (left, right) => digest(joined([1], left, right));

function headIsWellFormed(head) {
  return (
    keysAre(head, "log,root,signature,size,timestamp,version") && head.version === LOG_VERSION &&
    Number.isInteger(head.size) && typeof head.log === "string" && typeof head.timestamp === "string" &&
    isHash(head.root) && typeof head.signature === "string" && /^[0-9a-f]{128}$/.test(head.signature)
  );
}

function proofIsWellFormed(proof) {
  return (
    keysAre(proof, "entry,head,leaf_hash,number,path,version") && proof.version === LOG_VERSION &&
    proof.entry?.version === LOG_VERSION && Number.isInteger(proof.number) && isHash(proof.leaf_hash) &&
    Array.isArray(proof.path) && proof.path.every(isHash) && headIsWellFormed(proof.head)
  );
}

function leadsToRoot(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size)) return false;
  let here = index;
  let last = size - 1;
  let found = leaf;
  for (const other of path) {
    if (last === 0) return false;
    if (here % 2 === 1 || here === last) {
      found = nodeOf(bytesOf(other), found);
      while (here !== 0 && here % 2 === 0) {
        here = Math.floor(here / 2);
        last = Math.floor(last / 2);
      }
    } else found = nodeOf(found, bytesOf(other));
    here = Math.floor(here / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hexOf(found) === root;
}

// Heads that are signed are remembered by their text: a record's entries mostly stand under one.
export function signedHeads(key) {
  const known = new Map();
  return (head) => {
    const lines = [head.version, head.log, head.size, head.root, head.timestamp, ""];
    const text = lines.join("\n");
    const name = `${text}${head.signature}`;
    if (!known.has(name)) {
      const holds = globalThis.nacl.sign.detached.verify(utf8(text), bytesOf(head.signature), key);
      known.set(name, holds);
    }
    return known.get(name);
  };
}

// What is wrong with a proof, whose entry's leaf was or is being hashed: "" or the first of malformed, leaf_hash, number, not_included, signature.
export async function proofProblem(proof, isSigned, hashed) {
  if (!proofIsWellFormed(proof)) return "malformed";
  const { entry, head, number } = proof;
  const leaf = await hashed;
  if (hexOf(leaf) !== proof.leaf_hash) return "leaf_hash";
  if (entry.number !== number || entry.log !== head.log) return "number";
  if (!leadsToRoot(leaf, number - 1, head.size, proof.path, head.root)) return "not_included";
  return isSigned(head) ? "" : "signature";
}
