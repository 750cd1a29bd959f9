import type { DatabaseSync } from "node:sqlite";
import { cellNumber, cellText, type SqlRow } from "./rows.ts";

/** Of the entries of a key: how many there are, and a sum that tells where they point. */
export type Sum = { count: number; places: number };

/**
 * What the entries of a log's indexes come to, in whatever order they are added. Sums that are equal
 * in the table and in its indexes hold these against each other for a fraction of what SQLite's own
 * check costs; where they differ, that check has the word.
 */
export class IndexSums {
  readonly types = new Map<string, Sum>();
  /** Each entry counts by its revision too. */
  readonly streams: Map<string, Sum>;
  ids = 0;

  constructor(streams = new Map<string, Sum>()) {
    this.streams = streams;
  }

  addType(type: string, count: number, places: number): void {
    add(this.types, type, count, places);
  }

  addStream(stream: string, count: number, places: number): void {
    add(this.streams, stream, count, places);
  }

  equals(other: IndexSums): boolean {
    return (
      this.ids === other.ids &&
      isEqual(this.types, other.types) &&
      isEqual(this.streams, other.streams)
    );
  }
}

/** What one event adds to the sum of a stream. */
export function placeInStream(revision: number, position: number): number {
  return (revision + 1) * (position % PLACES);
}

/** What one event adds to the sum of the ids, whatever the seed is; the same for both sides. */
export function placeOfId(id: string, position: number, seed: number): number {
  let mixed = seed ^ position;
  for (let at = 0; at < id.length; at += 1) mixed = Math.imul(mixed ^ id.charCodeAt(at), 16777619);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Keeps sums within what numbers hold exactly. */
const PLACES = 1_000_003;

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
  const grouped = (key: string, places: string) =>
    `SELECT ${key}, count(*), sum(${places}) ${from(`event_${key}`)}
     WHERE ${key} > ? ${within} GROUP BY ${key} ORDER BY ${key} LIMIT ${KEYS}`;
  const place = `(revision + 1) * (position % ${PLACES})`;
  const ids = `SELECT id, position ${from("event_id")} WHERE id > ? ${within} ORDER BY id LIMIT ${KEYS}`;
  eachRow(db, grouped("type", "position"), (row) =>
    sums.addType(cellText(row[0]), cellNumber(row[1]), cellNumber(row[2])),
  );
  eachRow(db, grouped("stream", place), (row) =>
    sums.addStream(cellText(row[0]), cellNumber(row[1]), cellNumber(row[2])),
  );
  eachRow(db, ids, (row) => {
    sums.ids += placeOfId(cellText(row[0]), cellNumber(row[1]), file.seed);
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

function add(sums: Map<string, Sum>, key: string, count: number, places: number): void {
  const sum = sums.get(key);
  if (!sum) return void sums.set(key, { count, places });
  sum.count += count;
  sum.places += places;
}

function isEqual(some: ReadonlyMap<string, Sum>, others: ReadonlyMap<string, Sum>): boolean {
  if (some.size !== others.size) return false;
  for (const [key, { count, places }] of some) {
    const other = others.get(key);
    if (other?.count !== count || other.places !== places) return false;
  }
  return true;
}
