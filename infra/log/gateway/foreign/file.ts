import { DatabaseSync } from "node:sqlite";
import { BadInput } from "@nightshift/protocol/errors";
import { explain, isBusy } from "../../sqlite/errors.ts";
import { realPathOf } from "../../sqlite/real-path.ts";
import { cellNumber } from "../../sqlite/rows.ts";
import { makeFile } from "../../sqlite/schema.ts";

/** "Ngtf": no log of the director's, so that nothing takes it for one. */
const APPLICATION_ID = 0x4e677466;
const FORMAT = 1;
const PAGE_BYTES = 4_096;
/** Milliseconds a gateway waits for the one before it to end. */
const OPEN_WAIT_MS = 5_000;

const TABLES = `
  CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
    at_ms INTEGER NOT NULL, content_type TEXT NOT NULL, metadata BLOB NOT NULL, data BLOB NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX event_id ON event (stream, id);
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, next INTEGER NOT NULL, metadata TEXT NOT NULL, is_gone INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE consumer_group (
    source TEXT NOT NULL, name TEXT NOT NULL, log TEXT NOT NULL, owner TEXT NOT NULL,
    settings TEXT NOT NULL, reached INTEGER NOT NULL,
    PRIMARY KEY (source, name, log)
  ) STRICT;
  CREATE TABLE parked (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, name TEXT NOT NULL, log TEXT NOT NULL,
    place INTEGER NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX parked_of ON parked (source, name, log, seq);
`;

/** The file beside a log that holds the streams of others, and what groups have read of any. */
export function foreignPathOf(log: string): string {
  return `${realPathOf(log).replace(/\.sqlite$/, "")}.foreign.sqlite`;
}

/**
 * Opens the file, and makes it where there is none; private to its owner. Whoever has it open holds
 * it alone until it closes it or dies: one gateway a log.
 * @throws BadInput while another gateway has it, and for a file that is none of ours.
 */
export function openForeignFile(path: string, bytesMax: number): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makeFile(path);
    db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS, defensive: true });
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    db.exec(`PRAGMA max_page_count = ${Math.floor(bytesMax / PAGE_BYTES)}`);
    db.exec("BEGIN IMMEDIATE");
    makeTables(db, path);
    db.exec("COMMIT");
    return db;
  } catch (error) {
    db?.close();
    if (isBusy(error)) throw servedAlready(path, error);
    throw explain(error, path);
  }
}

function makeTables(db: DatabaseSync, path: string): void {
  const tables = cellNumber(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  if (tables === 0) {
    db.exec(TABLES);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
    return;
  }
  const id = cellNumber(db.prepare("PRAGMA application_id").get()?.["application_id"]);
  const format = cellNumber(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (id === APPLICATION_ID && format === FORMAT) return;
  const what = id === APPLICATION_ID ? "a newer Night Shift wrote it" : "not what a gateway keeps";
  throw new BadInput(what, path, `mv '${path}' '${path}.other'`);
}

function servedAlready(path: string, cause: unknown): BadInput {
  const what = "another gateway serves this log: streams of others have one keeper";
  return new BadInput(what, path, "end the other nightshift serve first", { cause });
}
