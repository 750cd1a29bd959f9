import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainLog } from "./errors.ts";
import { LAST_POSITION } from "./layout.ts";
import { cellNumber, type SqlRow } from "./rows.ts";

/** Where a log ends, and up to where its events are settled, and are in its archive. */
export type LogState = {
  lastPosition: number;
  settledTo: number;
  archivedTo: number;
  /** The highest version of the events that it holds. */
  schemaVersion: number;
};

/** The one row of `log_state`. */
export class StateRow {
  readonly #path: string;
  readonly #select: StatementSync;

  constructor(db: DatabaseSync, path: string) {
    this.#path = path;
    this.#select = db.prepare(
      `SELECT ${LAST_POSITION}, settled_to, archived_to, schema_version FROM log_state`,
    );
    this.#select.setReturnArrays(true);
  }

  read(): LogState {
    try {
      const row: SqlRow = this.#select.get() ?? {};
      return {
        lastPosition: cellNumber(row[0]),
        settledTo: cellNumber(row[1]),
        archivedTo: cellNumber(row[2]),
        schemaVersion: cellNumber(row[3]),
      };
    } catch (error) {
      throw explainLog(error, this.#path);
    }
  }
}
