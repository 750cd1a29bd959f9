import type { DatabaseSync } from "node:sqlite";
import { hashOf, idKey } from "./id-key.ts";
import { IDS_KEYED, INDEXES_FOLLOW } from "./layout.ts";
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

  /** @param place Of `placeOfId`, of one id or of several. */
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
  return hashOf(text, seed, from, to) | 1;
}

/**
 * What one event adds to the sum of the ids, whatever the seed is: another for any one bit that is
 * another in the key or the position.
 * @param key Of `idKey`.
 */
export function placeOfId(key: number, position: number, seed: number): number {
  return (Math.imul(key ^ seed, 2 * position + 1) + position) >>> 0;
}

const BITS = 2 ** 32 - 1;

/** The sum of `placeOfId` in SQL, which has no exclusive or. */
function placesOfIds(seed: number): string {
  const mixed = `((key | ${seed}) - (key & ${seed}))`;
  return `coalesce(sum((${mixed} * (2 * position + 1) + position) & ${BITS}), 0) & ${BITS}`;
}

/**
 * The sum of `placeInStream` in SQL, modulo 2 ** 32, so that JavaScript holds it exactly. A stream of
 * some two million events is more than SQLite adds up: it says so, and its own check has the word.
 */
const PLACES_IN_STREAM = `sum((revision + 1) * position) & ${BITS}`;

/** Keys that one query returns. */
const KEYS = 5_000;

/** Where the entries of each index are: `ids` where they are texts, `keys` where they are keys. */
type Places = { streams: string; types: string } & ({ ids: string } | { keys: string });

const native = (file: string): Places => ({
  streams: `${file}.event INDEXED BY event_stream`,
  types: `${file}.event INDEXED BY event_type`,
  ids: `${file}.event INDEXED BY event_id`,
});
export const IN_ARCHIVE = native("archive");

/** @param format Of the log. */
export function inLog(format: number): Places {
  if (format < INDEXES_FOLLOW) return native("main");
  const places = { streams: "by_stream", types: "by_type" };
  return format < IDS_KEYED ? { ...places, ids: "by_id" } : { ...places, keys: "by_id" };
}

/**
 * Adds up one file's indexes, without a look at its events.
 * @param how.upTo Entries beyond this position are left out; null for none.
 * @throws Error where an index is not what it should be.
 */
export function addIndexes(
  sums: IndexSums,
  db: DatabaseSync,
  places: Places,
  { upTo, seed }: { upTo: number | null; seed: number },
): void {
  const within = upTo === null ? "" : `AND position <= ${upTo}`;
  const grouped = (key: "stream" | "type", what: string) =>
    `SELECT ${key}, ${what} FROM ${places[`${key}s`]}
     WHERE ${key} > ? ${within} GROUP BY ${key} ORDER BY ${key} LIMIT ${KEYS}`;
  eachRow(db, grouped("type", "sum(position), count(*)"), (row) => {
    const sum = placeInType(cellNumber(row[1]), cellNumber(row[2]));
    sums.addType(keyOf(cellText(row[0]), seed), sum);
  });
  // What is no number counts as 0 in a sum, and is more than every number as the most.
  eachRow(db, grouped("stream", `${PLACES_IN_STREAM}, max(revision)`), (row) => {
    cellNumber(row[2]);
    sums.addStream(keyOf(cellText(row[0]), seed), cellNumber(row[1]));
  });
  if ("keys" in places) {
    const row = db.prepare(`SELECT ${placesOfIds(seed)} AS places FROM ${places.keys}`).get();
    return sums.addId(cellNumber(row?.["places"]));
  }
  const ids = `SELECT id, position FROM ${places.ids}
    WHERE id > ? ${within} ORDER BY id LIMIT ${KEYS}`;
  eachRow(db, ids, (row) => {
    sums.addId(placeOfId(idKey(cellText(row[0])), cellNumber(row[1]), seed));
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
