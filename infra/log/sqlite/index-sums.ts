import type { DatabaseSync } from "node:sqlite";
import { cellNumber, cellText, type SqlRow } from "./rows.ts";

/**
 * What the entries of a log's indexes come to, in whatever order they are added; each sum modulo
 * 2 ** 32, as more comes together than numbers hold exactly. Sums that are equal in the table and in
 * its indexes hold these against each other, whatever their order.
 */
export class IndexSums {
  /** Of `placeOfId` of all ids. */
  ids = 0;
  /** Of `placeInStream` of all events, each times the key of its stream. */
  streams = 0;
  /** Of `placeInType` of all events, each times the key of its type. */
  types = 0;

  /** @param place Of `placeOfId`. */
  addId(place: number): void {
    this.ids = (this.ids + place) >>> 0;
  }

  /** @param places What events of the stream come to, of which none was added before. */
  addStream(key: number, places: number): void {
    this.streams = (this.streams + Math.imul(key, places)) >>> 0;
  }

  /** @param places What events of the type come to, of which none was added before. */
  addType(key: number, places: number): void {
    this.types = (this.types + Math.imul(key, places)) >>> 0;
  }

  /** What others were added to elsewhere. */
  add({ ids, streams, types }: IndexTotals): void {
    this.ids = (this.ids + ids) >>> 0;
    this.streams = (this.streams + streams) >>> 0;
    this.types = (this.types + types) >>> 0;
  }

  /** The indexes that do not come to the same. */
  differences({ ids, streams, types }: IndexTotals): string[] {
    return [
      ...(this.ids === ids ? [] : ["by_id"]),
      ...(this.streams === streams ? [] : ["by_stream"]),
      ...(this.types === types ? [] : ["by_type"]),
    ];
  }
}

/** The same as it goes from thread to thread. */
export type IndexTotals = { ids: number; streams: number; types: number };

/** What one event adds to the sum of its stream, before it is taken modulo 2 ** 32. */
export function placeInStream(revision: number, position: number): number {
  return (revision + 1) * position;
}

/** What one event adds to the sum of its type; of several, for the sum of their positions. */
export function placeInType(positions: number, count = 1): number {
  return positions * 65_537 + count;
}

/**
 * What a stream's or a type's sum counts by, whatever the seed is; never 0.
 * @param text Where its name stands, at the places from `from` to before `to`.
 */
export function keyOf(text: string, seed: number, from = 0, to = text.length): number {
  return mixed(text, seed, from, to) | 1;
}

/**
 * What one event adds to the sum of the ids, whatever the seed is; the same for both sides.
 * @param text Where the id stands, at the places from `from` to before `to`.
 */
export function placeOfId(
  text: string,
  position: number,
  seed: number,
  [from, to]: readonly [number, number] = [0, text.length],
): number {
  const bits = mixed(text, seed ^ position, from, to);
  return (bits ^ (bits >>> 15)) >>> 0;
}

function mixed(text: string, seed: number, from = 0, to = text.length): number {
  let bits = seed;
  for (let at = from; at < to; at += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(at), 16777619);
  }
  return bits;
}

/**
 * The sum of `placeInStream` in SQL, modulo 2 ** 32, so that JavaScript holds it exactly. A stream of
 * some two million events is more than SQLite adds up: it says so, and its own check has the word.
 */
const PLACES_IN_STREAM = `sum((revision + 1) * position) & ${2 ** 32 - 1}`;

/** Keys that one query returns. */
const KEYS = 5_000;

/** Where the entries of each index are: a log's in tables of our own, which a view may stand for. */
export const IN_LOG = { stream: "by_stream", id: "by_id", type: "by_type" };
export const IN_ARCHIVE = {
  stream: "archive.event INDEXED BY event_stream",
  id: "archive.event INDEXED BY event_id",
  type: "archive.event INDEXED BY event_type",
};

/**
 * Adds up one file's indexes, without a look at its events.
 * @param how.upTo Entries beyond this position are left out; null for none.
 * @throws Error where an index is not what it should be.
 */
export function addIndexes(
  sums: IndexSums,
  db: DatabaseSync,
  places: typeof IN_LOG,
  { upTo, seed }: { upTo: number | null; seed: number },
): void {
  const within = upTo === null ? "" : `AND position <= ${upTo}`;
  const grouped = (key: "stream" | "type", what: string) =>
    `SELECT ${key}, ${what} FROM ${places[key]}
     WHERE ${key} > ? ${within} GROUP BY ${key} ORDER BY ${key} LIMIT ${KEYS}`;
  const ids = `SELECT id, position FROM ${places.id}
    WHERE id > ? ${within} ORDER BY id LIMIT ${KEYS}`;
  eachRow(db, grouped("type", "sum(position), count(*)"), (row) => {
    const sum = placeInType(cellNumber(row[1]), cellNumber(row[2]));
    sums.addType(keyOf(cellText(row[0]), seed), sum);
  });
  // What is no number counts as 0 in a sum, and is more than every number as the most.
  eachRow(db, grouped("stream", `${PLACES_IN_STREAM}, max(revision)`), (row) => {
    cellNumber(row[2]);
    sums.addStream(keyOf(cellText(row[0]), seed), cellNumber(row[1]));
  });
  eachRow(db, ids, (row) => {
    sums.addId(placeOfId(cellText(row[0]), cellNumber(row[1]), seed));
  });
}

/** Runs a query of keys page by page: each begins after the last key of the one before. */
function eachRow(db: DatabaseSync, sql: string, take: (row: SqlRow) => void): void {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  for (let after = ""; ;) {
    const rows = statement.all(after);
    for (const row of rows) take(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < KEYS) return;
    after = cellText(Object.values(last)[0]);
  }
}
