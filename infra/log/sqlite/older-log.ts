import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { CHAIN_START, linkHashLike } from "../chain.ts";
import { FORMATS, INDEXES_FOLLOW } from "./layout.ts";
import { cellNumber, cellText, cellTextOrNull, type SqlRow } from "./rows.ts";

/**
 * Makes a log that nobody has open what it was in an older format, hashes and all; for tests. Where
 * indexes follow, they have not come to its last event yet.
 */
export function toFormat(path: string, format: 1 | 2 | 3): void {
  const db = new DatabaseSync(path);
  const all = db.prepare("SELECT * FROM event ORDER BY position");
  all.setReturnArrays(true);
  const rows: SqlRow[] = all.all();
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
  const heads = new Map<string, string>();
  for (const row of rows) {
    const hash = hashBefore4(row, heads);
    insert.run(...Object.values(row).slice(0, -1), hash);
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

/** Hashes were written in hexadecimal. */
function hashBefore4(row: SqlRow, heads: Map<string, string>): string {
  const stream = cellText(row[1]);
  const link = {
    stream,
    revision: cellNumber(row[2]),
    id: cellText(row[3]),
    type: cellText(row[4]),
    atMs: cellNumber(row[5]),
    actor: cellText(row[6]),
    causation: cellTextOrNull(row[7]),
    correlation: cellTextOrNull(row[8]),
    version: cellNumber(row[9]),
    body: cellText(row[10]),
  };
  const hash = linkHashLike(CHAIN_START, heads.get(stream) ?? CHAIN_START, link);
  heads.set(stream, hash);
  return hash;
}
