import type { DatabaseSync } from "node:sqlite";
import { cellText } from "./rows.ts";

/** What FNV-1a of 32 bits begins with, and multiplies by. */
const FNV_BASIS = 2_166_136_261;
const FNV_PRIME = 16_777_619;

/**
 * What the index of ids knows an id by, a whole number of 32 bits with its sign: with UUIDs the index
 * is three times as large, and entering them takes twice as long. Two ids may have the same.
 * @param text Where the id stands, at the places from `from` to before `to`.
 */
export function idKey(text: string, from = 0, to = text.length): number {
  const bits = hashOf(text, FNV_BASIS, from, to);
  return bits ^ (bits >>> 15);
}

/** FNV-1a over the characters of a text, from wherever it begins. */
export function hashOf(text: string, basis: number, from: number, to: number): number {
  let bits = basis;
  for (let at = from; at < to; at += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(at), FNV_PRIME);
  }
  return bits;
}

/** Lets a connection ask for `id_key(id)` in SQL: whoever settles, archives or lifts does. */
export function knowIdKeys(db: DatabaseSync): void {
  const deterministic = { deterministic: true, directOnly: true };
  db.function("id_key", deterministic, (id) => idKey(cellText(id)));
}
