import type { DatabaseSync } from "node:sqlite";

/** Milliseconds SQLite itself waits for a lock; longer waits leave the event loop free. */
const LOCK_WAIT_MS = 2;

/** Pages of the write-ahead log after which a commit copies them, should nobody have done it. */
const CHECKPOINT_PAGES = 8_000;

/**
 * Sets a connection up as every writer of a log must have it: a commit is on the disk when it
 * returns, and nobody sits in SQLite for long because another process writes.
 * @param cacheKib Most kibibytes of pages that it keeps in memory.
 */
export function prepareConnection(db: DatabaseSync, cacheKib: number): void {
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.exec(`PRAGMA cache_size = -${cacheKib}`);
  db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
}
