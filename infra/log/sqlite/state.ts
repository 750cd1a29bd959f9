import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainLog } from "./errors.ts";
import { cellNumber } from "./rows.ts";

/** Where a log ends, and up to where its events are in its archive. */
export type LogState = { lastPosition: number; archivedTo: number };

/** The one row of `log_state`: written in the transaction of what it tells about. */
export class StateRow {
  readonly #path: string;
  readonly #select: StatementSync;
  readonly #advance: StatementSync;

  constructor(db: DatabaseSync, path: string) {
    this.#path = path;
    this.#select = db.prepare("SELECT last_position, archived_to FROM log_state");
    this.#advance = db.prepare(
      "UPDATE log_state SET last_position = ?, schema_version = max(schema_version, ?)",
    );
  }

  read(): LogState {
    try {
      const row = this.#select.get();
      return {
        lastPosition: cellNumber(row?.["last_position"]),
        archivedTo: cellNumber(row?.["archived_to"]),
      };
    } catch (error) {
      throw explainLog(error, this.#path);
    }
  }

  /** @param schemaVersion Of the events that were written now. */
  advance(lastPosition: number, schemaVersion: number): void {
    this.#advance.run(lastPosition, schemaVersion);
  }
}
