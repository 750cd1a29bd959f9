import type { DatabaseSync } from "node:sqlite";
import { cellNumber, cellText, type SqlRow } from "./rows.ts";

/** Of the entries of a type: how many there are, and the sum of their positions. */
export type TypeSum = { count: number; places: number };

/**
 * What the entries of a log's indexes come to, in whatever order they are added. Sums that are equal
 * in the table and in its indexes hold these against each other for a fraction of what SQLite's own
 * check costs; where they differ, that check has the word.
 */
export class IndexSums {
  readonly types = new Map<string, TypeSum>();
  /** Of `placeOfId` of all ids; modulo 2 ** 32, as more than numbers hold exactly comes together. */
  ids = 0;
  /** Of `placeInStream` of all events, each times the `keyOfStream` of its own; modulo 2 ** 32. */
  streams = 0;

  addType(type: string, count: number, places: number): void {
    const sum = this.types.get(type);
    if (!sum) return void this.types.set(type, { count, places });
    sum.count += count;
    sum.places += places;
  }

  /** @param place Of `placeOfId`. */
  addId(place: number): void {
    this.ids = (this.ids + place) >>> 0;
  }

  /** @param places What events of the stream come to, of which none was added before. */
  addStream(key: number, places: number): void {
    this.streams = (this.streams + Math.imul(key, places)) >>> 0;
  }

  /** What others were added to elsewhere. */
  add(other: IndexTotals): void {
    this.addId(other.ids);
    this.streams = (this.streams + other.streams) >>> 0;
    for (const [type, sum] of other.types) this.addType(type, sum.count, sum.places);
  }

  equals(other: IndexSums): boolean {
    if (this.ids !== other.ids || this.streams !== other.streams) return false;
    if (this.types.size !== other.types.size) return false;
    for (const [type, { count, places }] of this.types) {
      const sum = other.types.get(type);
      if (sum?.count !== count || sum.places !== places) return false;
    }
    return true;
  }
}

/** The same as it goes from thread to thread. */
export type IndexTotals = {
  types: ReadonlyMap<string, TypeSum>;
  ids: number;
  streams: number;
};

/** What one event adds to the sum of its stream, before it is taken modulo 2 ** 32. */
export function placeInStream(revision: number, position: number): number {
  return (revision + 1) * ((position % PLACES) + 1);
}

/** What a stream's sum counts by, whatever the seed is; never 0. */
export function keyOfStream(stream: string, seed: number): number {
  return mixed(stream, seed) | 1;
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

/** Keeps products within what numbers hold exactly. */
const PLACES = 1_000_003;
/** `placeInStream` in SQL, modulo 2 ** 32, so that JavaScript holds the sum of a stream exactly. */
const PLACE_IN_STREAM = `((revision + 1) * (position % ${PLACES} + 1) & ${2 ** 32 - 1})`;

/** Keys that one query returns. */
const KEYS = 5_000;

/**
 * Adds up one file's indexes, without a look at its table.
 * @param file.upTo Entries beyond this position are left out; null for none.
 * @throws Error where an index is not what it should be.
 */
export function addIndexes(
  sums: IndexSums,
  db: DatabaseSync,
  file: { schema: "main" | "archive"; upTo: number | null; seed: number },
): void {
  const within = file.upTo === null ? "" : `AND position <= ${file.upTo}`;
  const from = (index: string) => `FROM ${file.schema}.event INDEXED BY ${index}`;
  const grouped = (key: string, what: string) =>
    `SELECT ${key}, ${what} ${from(`event_${key}`)}
     WHERE ${key} > ? ${within} GROUP BY ${key} ORDER BY ${key} LIMIT ${KEYS}`;
  const ids = `SELECT id, position ${from("event_id")} WHERE id > ? ${within} ORDER BY id LIMIT ${KEYS}`;
  eachRow(db, grouped("type", "count(*), sum(position)"), (row) =>
    sums.addType(cellText(row[0]), cellNumber(row[1]), cellNumber(row[2])),
  );
  // What is no number counts as 0 in a sum, and is more than every number as the most.
  eachRow(db, grouped("stream", `sum(${PLACE_IN_STREAM}), max(revision)`), (row) => {
    cellNumber(row[2]);
    sums.addStream(keyOfStream(cellText(row[0]), file.seed), cellNumber(row[1]));
  });
  eachRow(db, ids, (row) => {
    sums.addId(placeOfId(cellText(row[0]), cellNumber(row[1]), file.seed));
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
