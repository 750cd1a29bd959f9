import type { DatabaseSync } from "node:sqlite";
import { archivePathOf, mustBeThere } from "./archive.ts";
import { explainLog } from "./errors.ts";
import { cellNumber } from "./rows.ts";
import { openLogToRead } from "./schema.ts";

/** How often it looks again where the archive is made at this very moment. */
const TRIES_MAX = 3;

export type Snapshot = {
  db: DatabaseSync;
  lastPosition: number;
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
      const state = db.prepare("SELECT * FROM log_state").get();
      const lastPosition = cellNumber(state?.["last_position"]);
      // A log of format 1 knows no archive.
      const archivedTo = cellNumber(state?.["archived_to"] ?? 0);
      const isWhole = archivedTo === 0 || seesArchive(db);
      if (isWhole) return { db, lastPosition, archivedTo };
      mustBeThere(archivePathOf(path));
      if (tries === TRIES_MAX) throw new Error(`${path}: its archive cannot be read`);
    } catch (error) {
      db.close();
      throw explainLog(error, path);
    }
    db.close();
  }
}

/** Whether a connection of `openLogToRead` reads an archive with its log. */
export function seesArchive(db: DatabaseSync): boolean {
  const view = db.prepare("SELECT 1 FROM temp.sqlite_schema WHERE name = 'event'").get();
  return view !== undefined;
}
