import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { BadInput } from "@nightshift/protocol/errors";
import { explainLog } from "./errors.ts";
import { AS_TODAY, WHOLE_LOG } from "./layout.ts";
import { realPathOf } from "./real-path.ts";
import { Shelf } from "./shelf.ts";

/** "Ngta": an archive is no log of its own, so that nothing is ever appended to it. */
export const ARCHIVE_ID = 0x4e677461;
/** Milliseconds a reader waits while another process adds to the archive. */
const LOCK_WAIT_MS = 5_000;

/** The file beside a log that holds the events of closed shifts. */
export function archivePathOf(log: string): string {
  return `${realPathOf(log).replace(/\.sqlite$/, "")}.archive.sqlite`;
}

/**
 * Reads what was moved out of a log into its archive; opened when it is first asked. An event is
 * there before the log says that it is, and never changes, so it needs no transaction with the log.
 */
export class Archive {
  readonly #log: string;
  #db: DatabaseSync | undefined;
  #shelf: Shelf | undefined;

  constructor(log: string) {
    this.#log = log;
  }

  /** @throws BadInput when it is gone, Unavailable when it cannot be read now. */
  get shelf(): Shelf {
    this.#shelf ??= this.#open();
    return this.#shelf;
  }

  close(): void {
    this.#shelf = undefined;
    this.#db?.close();
    this.#db = undefined;
  }

  #open(): Shelf {
    const path = archivePathOf(this.#log);
    mustBeThere(path);
    try {
      this.#db = new DatabaseSync(path, { readOnly: true, timeout: LOCK_WAIT_MS });
      this.#db.exec(AS_TODAY);
      return new Shelf(this.#db, path, { isSettled: true });
    } catch (error) {
      throw explainLog(error, path);
    }
  }
}

/**
 * Lets a connection that reads a log see its archive, where there is one by now: who reads `event`
 * then reads both.
 */
export function attachArchive(db: DatabaseSync, log: string): void {
  const path = archivePathOf(log);
  if (!existsSync(path)) return;
  db.prepare("ATTACH ? AS archive").run(path);
  const id = db.prepare("PRAGMA archive.application_id").get()?.["application_id"];
  // Before its first events are in, it is an empty file.
  if (id === ARCHIVE_ID) db.exec(WHOLE_LOG);
}

/** Whether a connection sees an archive with its log. */
export function seesArchive(db: DatabaseSync): boolean {
  const view = db.prepare("SELECT 1 FROM temp.sqlite_schema WHERE name = 'event'").get();
  return view !== undefined;
}

/** @throws BadInput where a log says that events are in its archive, and there is none. */
export function mustBeThere(archive: string): void {
  if (existsSync(archive)) return;
  const mend = `put it back beside the log, from a backup: cp <backup> '${archive}'`;
  throw new BadInput("the archive of this log is missing", archive, mend);
}
