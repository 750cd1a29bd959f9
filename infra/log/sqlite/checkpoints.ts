import type { DatabaseSync, StatementSync } from "node:sqlite";
import { cellNumber } from "./rows.ts";

/** Bytes of the write-ahead log after which they are copied to their places: some 3 milliseconds. */
const BYTES = 2_800_000;

/**
 * Copies the write-ahead log into the file of the log. SQLite would do it within the commit that
 * makes it long enough, so that whoever shares the event loop waits for both at once.
 */
export class Checkpoints {
  readonly #pages: number;
  readonly #length: StatementSync;
  readonly #copy: StatementSync;

  constructor(db: DatabaseSync) {
    const size = db.prepare("PRAGMA page_size").get()?.["page_size"];
    this.#pages = Math.ceil(BYTES / cellNumber(size));
    this.#length = db.prepare("PRAGMA wal_checkpoint(NOOP)");
    this.#copy = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Whether it is time for one; it costs a microsecond to know, outside of a transaction. */
  get isDue(): boolean {
    try {
      const { log, checkpointed } = this.#length.get() ?? {};
      return cellNumber(log) - cellNumber(checkpointed) >= this.#pages;
    } catch {
      return false;
    }
  }

  /** Copies what no reader still needs where it is; what is left is copied with the next. */
  copy(): void {
    try {
      this.#copy.get();
    } catch {
      // Nothing is lost by it: what was not copied is read where it is, and tried again.
    }
  }
}
