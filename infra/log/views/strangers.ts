import type { DatabaseSync } from "node:sqlite";
import { eventTypes } from "@nightshift/protocol/events";
import { seesArchive } from "../sqlite/archive.ts";
import { INDEXES_FOLLOW } from "../sqlite/layout.ts";
import { logFormat, openLogToRead } from "../sqlite/schema.ts";

/** A type of event that nobody knows here, and where the log holds the first of it. */
export type Stranger = { type: string; position: bigint };

/** Most of them that are told. */
const STRANGERS_MAX = 20;

/**
 * The types of a log file that no view is ever shown, because nothing here knows them: a newer Night
 * Shift wrote them, or another program. Steps from type to type over the index, and reads no event.
 */
export function strangersIn(path: string): Stranger[] {
  const db = openLogToRead(path);
  try {
    const found = [...lastTypes(db), ...placesIn(db).flatMap((place) => [...typesIn(db, place)])];
    const strangers = found.filter(({ type }) => !eventTypes.has(type));
    const byType = new Map(strangers.map((one) => [one.type, one]));
    return [...byType.values()].slice(0, STRANGERS_MAX);
  } finally {
    db.close();
  }
}

/** More types than that no log of ours holds; a foreign one may be read no further. */
const TYPES_MAX = 10_000;

/** Of what is in both, the archive's are the first: it comes last. */
function placesIn(db: DatabaseSync): string[] {
  return seesArchive(db) ? ["by_type", "archive.event"] : ["by_type"];
}

/** Of events that the index does not know yet: few. */
function lastTypes(db: DatabaseSync): Stranger[] {
  if (logFormat(db) < INDEXES_FOLLOW) return [];
  const rows = db
    .prepare(
      `SELECT type, CAST(min(position) AS TEXT) AS position FROM main.event
       WHERE position > (SELECT settled_to FROM main.log_state) GROUP BY type`,
    )
    .all();
  return rows.map(({ type, position }) => ({
    type: String(type),
    position: BigInt(String(position)),
  }));
}

function* typesIn(db: DatabaseSync, place: string): Generator<Stranger> {
  const next = db.prepare(`SELECT min(type) AS type FROM ${place} WHERE type > ?`);
  const first = db.prepare(`SELECT min(position) AS position FROM ${place} WHERE type = ?`);
  first.setReadBigInts(true);
  let type = "";
  for (let count = 0; count < TYPES_MAX; count += 1) {
    const found = next.get(type)?.["type"];
    if (typeof found !== "string") return;
    type = found;
    yield { type, position: BigInt(String(first.get(type)?.["position"])) };
  }
}
