import type { DatabaseSync } from "node:sqlite";
import { archivePathOf, mustBeThere, seesArchive } from "./archive.ts";
import { explainLog } from "./errors.ts";
import { INDEXES_FOLLOW, LAST_POSITION } from "./layout.ts";
import { cellNumber } from "./rows.ts";
import { logFormat, openLogToRead } from "./schema.ts";

/** How often it looks again where the archive is made at this very moment. */
const TRIES_MAX = 3;

export type Snapshot = {
  db: DatabaseSync;
  lastPosition: number;
  /** Events up to here are in the indexes. */
  settledTo: number;
  /** Events up to here are in the archive. */
  archivedTo: number;
};

/**
 * Opens one state of a log and its archive to read it by SQL, whoever writes meanwhile. The file
 * keeps what was overwritten for as long as it is open: close it soon.
 * @throws BadInput where there is no log, one of a newer version, or its archive is missing.
 */
export function openSnapshot(path: string): Snapshot {
  for (let tries = 1; ; tries += 1) {
    const db = openLogToRead(path);
    try {
      db.exec("BEGIN");
      const state = stateIn(db);
      if (state.archivedTo === 0 || seesArchive(db)) return { db, ...state };
      mustBeThere(archivePathOf(path));
      if (tries === TRIES_MAX) throw new Error(`${path}: its archive cannot be read`);
    } catch (error) {
      db.close();
      throw explainLog(error, path);
    }
    db.close();
  }
}

/** A log of format 1 knows no archive, and one of format 2 has everything settled. */
function stateIn(db: DatabaseSync): Omit<Snapshot, "db"> {
  const format = logFormat(db);
  const last =
    format < INDEXES_FOLLOW
      ? "last_position AS last, last_position"
      : `${LAST_POSITION} AS last, settled_to`;
  const archived = format === 1 ? "0 AS archived_to" : "archived_to";
  const row = db.prepare(`SELECT ${last} AS settled, ${archived} FROM log_state`).get();
  return {
    lastPosition: cellNumber(row?.["last"]),
    settledTo: cellNumber(row?.["settled"]),
    archivedTo: cellNumber(row?.["archived_to"]),
  };
}
