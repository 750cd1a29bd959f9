import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { CHAIN_START, linkHashLike, type Link } from "../chain.ts";
import { ChainRange, linkOf } from "./chain-range.ts";
import { FORMATS, INDEXES_FOLLOW } from "./layout.ts";
import type { SqlRow } from "./rows.ts";

/**
 * Makes a log that nobody has open what it was in an older format, hashes and all; for tests. Where
 * indexes follow, they have not come to its last event yet.
 */
export function toFormat(path: string, format: 1 | 2 | 3): void {
  const db = new DatabaseSync(path);
  const all = db.prepare("SELECT * FROM event ORDER BY position");
  all.setReturnArrays(true);
  const rows: SqlRow[] = all.all();
  const chain = new ChainRange(db, 0);
  const links = rows.map((row) => linkOf(chain.at(Number(row[0])) ?? row));
  for (const table of ["event", "by_stream", "by_id", "by_type", "log_state"]) {
    db.exec(`DROP TABLE ${table}`);
  }
  db.exec(FORMATS.slice(0, format).join(""));
  const isFollowing = format >= INDEXES_FOLLOW;
  const last = isFollowing ? "settled_to" : "last_position";
  const settledTo = isFollowing ? rows.length - 1 : rows.length;
  db.prepare(`INSERT INTO log_state (only, ${last}, schema_version) VALUES (1, ?, ?)`).run(
    settledTo,
    SCHEMA_VERSION,
  );
  const insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const [index, hash] of hashesBefore4(links).entries()) {
    insert.run(...Object.values(rows[index] ?? {}).slice(0, -1), hash);
  }
  if (isFollowing) {
    for (const of of ["stream, revision", "id", "type"]) {
      const table = `by_${of.split(",")[0]}`;
      const settled = `position FROM event WHERE position <= ${settledTo}`;
      db.exec(`INSERT INTO ${table} SELECT ${of}, ${settled}`);
    }
  }
  db.exec(`PRAGMA user_version = ${format}`);
  db.close();
}

/** Hashes were written in hexadecimal: those of all events, in their order. */
function hashesBefore4(links: readonly Link[]): string[] {
  const heads = new Map<string, string>();
  return links.map((link) => {
    const hash = linkHashLike(CHAIN_START, heads.get(link.stream) ?? CHAIN_START, link);
    heads.set(link.stream, hash);
    return hash;
  });
}
