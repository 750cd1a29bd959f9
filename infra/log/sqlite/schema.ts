import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BadInput } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { cellNumber } from "./rows.ts";
import { explain } from "./errors.ts";

/** Layout of the file that is written now, kept in the file as SQLite's `user_version`. */
export const LOG_FORMAT = 1;
/** "Ngts": tells a log of ours from any other SQLite file. */
const APPLICATION_ID = 0x4e677473;
/** Milliseconds SQLite itself waits for a lock; longer waits leave the event loop free. */
const LOCK_WAIT_MS = 5;
/** Milliseconds an opening process waits for the lock while another makes the file. */
const OPEN_WAIT_MS = 5_000;

const TABLES = `
  CREATE TABLE event (
    position    INTEGER PRIMARY KEY,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    id          TEXT NOT NULL,
    type        TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    causation   TEXT,
    correlation TEXT,
    version     INTEGER NOT NULL,
    body        TEXT NOT NULL,
    hash        TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_stream ON event (stream, revision);
  CREATE UNIQUE INDEX event_id ON event (id);
  CREATE INDEX event_type ON event (type);
  CREATE TABLE log_state (
    only           INTEGER PRIMARY KEY CHECK (only = 1),
    last_position  INTEGER NOT NULL,
    schema_version INTEGER NOT NULL
  ) STRICT;
  INSERT INTO log_state VALUES (1, 0, ${SCHEMA_VERSION});
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LOG_FORMAT};
`;

/**
 * Opens the file of a log, and makes it where there is none; private to its owner.
 * @throws BadInput for a file that is no log, is of a newer version, or cannot be written.
 * @throws Unavailable when the disk fails.
 */
export function openLogFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, "a", 0o600));
    db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS, defensive: true });
    checkFormat(db, path);
    db.exec("PRAGMA journal_mode = WAL");
    db.exec("PRAGMA synchronous = FULL");
    db.exec("PRAGMA cache_size = -16000");
    makeTables(db);
    db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/**
 * Opens a log to read it alone, whatever its rows hold.
 * @throws BadInput where there is no log, or one of a newer version.
 */
export function openLogToRead(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: OPEN_WAIT_MS });
    checkFormat(db, path);
    if (pragma(db, "application_id") === 0) throw notOurs(path);
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/** @throws BadInput for a file that is not ours to read. */
function checkFormat(db: DatabaseSync, path: string): void {
  const tables = cellNumber(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  if (tables === 0) return;
  if (pragma(db, "application_id") !== APPLICATION_ID) throw notOurs(path);
  const format = pragma(db, "user_version");
  if (format > LOG_FORMAT) throw tooNew(path, `format ${format}`, `format ${LOG_FORMAT}`);
  const state = db.prepare("SELECT schema_version AS n FROM log_state").get();
  const version = cellNumber(state?.["n"]);
  if (version > SCHEMA_VERSION) {
    throw tooNew(path, `events of version ${version}`, `version ${SCHEMA_VERSION}`);
  }
}

/** Of processes that open a new file at once, one makes the tables. */
function makeTables(db: DatabaseSync): void {
  if (pragma(db, "application_id") === APPLICATION_ID) return;
  db.exec("BEGIN IMMEDIATE");
  if (pragma(db, "application_id") !== APPLICATION_ID) db.exec(TABLES);
  db.exec("COMMIT");
}

function pragma(db: DatabaseSync, name: string): number {
  return cellNumber(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function notOurs(path: string): BadInput {
  return new BadInput("this is no Night Shift log", path, `mv '${path}' '${path}.other'`);
}

function tooNew(path: string, found: string, known: string): BadInput {
  const message = `a newer Night Shift wrote this log: ${found}, here ${known} is the latest`;
  return new BadInput(message, path, "git pull (update Night Shift), then run it again");
}
