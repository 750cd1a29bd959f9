import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { failpoint } from "../failpoint.ts";
import { ARCHIVE_ID, archivePathOf, mustBeThere } from "./archive.ts";
import { explainLog, isBusy } from "./errors.ts";
import { ARCHIVE_TABLES, UNSETTLE } from "./layout.ts";
import { cellNumber, type Cells } from "./rows.ts";
import { makeFile, openLogFile } from "./schema.ts";
import { Settling } from "./settling.ts";
import { letRowsBeTaken, takenRows, takingRows } from "./taken-rows.ts";

/** Most events that are moved in one step: writers wait while it lasts, some 50 ms. */
const STEP_EVENTS = 1_000;
const COLUMNS = `position, stream, revision, id, type, at_ms, actor, causation, correlation, version,
  hash, body`;
/** Milliseconds between two steps, for whoever waits to write. */
const STEP_PAUSE_MS = 10;
/** How often a step is tried, and milliseconds between tries, while others write. */
const BUSY_TRIES_MAX = 500;
const BUSY_PAUSE_MS = 10;
/** A log of more pages than this is not rewritten to make it smaller: writers would wait too long. */
const SHRINK_PAGES_MAX = 25_000;
/** Milliseconds a step waits for those who read the archive. */
const READERS_WAIT_MS = 5_000;

/**
 * Moves the oldest events of a log into the file beside it, up to and including a position, while
 * others read and write. Positions and chains stay as they are. Step by step: events are copied and
 * on the disk before the log, in one transaction, deletes them and says that they are in the archive.
 * A process that dies in between leaves copies that nobody reads, and the next archiver makes anew.
 * @returns How many events were moved now, and up to where the archive goes.
 * @throws BadInput, Unavailable as `openLog` does; what was moved by then stays moved.
 */
export async function archiveTo(
  path: string,
  upTo: number,
): Promise<{ moved: number; archivedTo: number }> {
  const archiver = new Archiver(path);
  try {
    let moved = 0;
    for (;;) {
      const step = await patiently(() => archiver.step(upTo));
      moved += step.moved;
      if (step.archivedTo >= upTo || step.moved === 0) {
        archiver.shrink();
        return { moved, archivedTo: step.archivedTo };
      }
      await sleep(STEP_PAUSE_MS);
    }
  } catch (error) {
    throw explainLog(error, path);
  } finally {
    archiver.close();
  }
}

async function patiently<Result>(work: () => Result): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || tries === BUSY_TRIES_MAX) throw error;
      await sleep(BUSY_PAUSE_MS);
    }
  }
}

class Archiver {
  readonly #log: DatabaseSync;
  readonly #archive: DatabaseSync;
  readonly #oldest: StatementSync;
  readonly #settling: Settling;

  constructor(path: string) {
    this.#log = openLogFile(path);
    const archive = archivePathOf(path);
    try {
      if (this.#archivedTo() > 0) mustBeThere(archive);
      this.#archive = openArchiveFile(archive);
    } catch (error) {
      this.#log.close();
      throw explainLog(error, archive);
    }
    this.#settling = new Settling(this.#log);
    letRowsBeTaken(this.#log);
    const oldest = `event WHERE position <= ? ORDER BY position LIMIT ${STEP_EVENTS}`;
    this.#oldest = this.#log.prepare(takingRows(COLUMNS, oldest));
  }

  /** Moves the next events. Holds the log's lock, so that nobody else archives meanwhile. */
  step(upTo: number): { moved: number; archivedTo: number } {
    this.#log.exec("BEGIN IMMEDIATE");
    try {
      this.#settling.run();
      const archivedTo = this.#archivedTo();
      const { rows } = takenRows(this.#oldest, upTo);
      const last = rows.at(-1);
      const end = last ? cellNumber(last[0]) : archivedTo;
      if (rows.length > 0) {
        this.#copy(archivedTo, rows);
        failpoint("archive:copied");
        for (const unsettle of UNSETTLE) this.#log.prepare(unsettle).run(end);
        this.#log.prepare("DELETE FROM event WHERE position <= ?").run(end);
        this.#log.prepare("UPDATE log_state SET archived_to = ?").run(end);
      }
      this.#log.exec("COMMIT");
      failpoint("archive:moved");
      return { moved: rows.length, archivedTo: end };
    } catch (error) {
      if (this.#archive.isTransaction) this.#archive.exec("ROLLBACK");
      if (this.#log.isTransaction) this.#log.exec("ROLLBACK");
      throw error;
    }
  }

  /** Gives back the room that was freed, unless somebody is using the file just now. */
  shrink(): void {
    const pages = (name: string) =>
      Object.values(this.#log.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const live = Number(pages("page_count")) - Number(pages("freelist_count"));
    if (live > SHRINK_PAGES_MAX) return;
    try {
      this.#log.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // What stays free inside the file is used by the next events.
      if (!isBusy(error)) throw error;
    }
  }

  close(): void {
    this.#archive.close();
    this.#log.close();
  }

  #archivedTo(): number {
    const row = this.#log.prepare("SELECT archived_to FROM log_state").get();
    return cellNumber(row?.["archived_to"]);
  }

  #copy(archivedTo: number, rows: readonly Cells[]): void {
    this.#archive.exec("BEGIN IMMEDIATE");
    // What a process that died left behind.
    this.#archive.prepare("DELETE FROM event WHERE position > ?").run(archivedTo);
    const marks = COLUMNS.replaceAll(/\w+/g, "?");
    const insert = this.#archive.prepare(`INSERT INTO event (${COLUMNS}) VALUES (${marks})`);
    for (const row of rows) insert.run(...Object.values(row));
    this.#archive.exec("COMMIT");
  }
}

/** Opens an archive to add to it. It is no write-ahead log: at rest it is one file. */
function openArchiveFile(path: string): DatabaseSync {
  makeFile(path);
  const db = new DatabaseSync(path, { timeout: READERS_WAIT_MS, defensive: true });
  // EXTRA: the end of the journal is on the disk too, or a power cut could take a commit back.
  db.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA");
  db.exec("BEGIN IMMEDIATE");
  const id = db.prepare("PRAGMA application_id").get()?.["application_id"];
  if (id === ARCHIVE_ID) db.exec("ROLLBACK");
  else {
    db.exec(`${ARCHIVE_TABLES} PRAGMA application_id = ${ARCHIVE_ID}; COMMIT`);
    syncFolder(dirname(path));
  }
  return db;
}

/** A new file is only found again after a power cut when its folder is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
