import { accessSync, closeSync, constants, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BadInput } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { attachArchive } from "./archive.ts";
import { prepareConnection } from "./connection.ts";
import { Damaged, explainLog } from "./errors.ts";
import { knowIdKeys } from "./id-key.ts";
import { AS_TODAY, FORMATS, INDEXES_FOLLOW } from "./layout.ts";
import { cellNumber } from "./rows.ts";

/** Layout of the file that is written now, kept in the file as SQLite's `user_version`. */
export const LOG_FORMAT = 4;
/** "Ngts": tells a log of ours from any other SQLite file. */
const APPLICATION_ID = 0x4e677473;
/** Milliseconds an opening process waits for the lock while another makes the file. */
const OPEN_WAIT_MS = 5_000;
/**
 * Pages that a connection of ours keeps in memory, in kibibytes: few enough to stay in the caches of
 * a processor while a log is read that has many more.
 */
const PAGE_CACHE_KIB = 4_000;

/**
 * Opens the file of a log, and makes it where there is none; private to its owner.
 * @throws BadInput for a file that is no log, is of a newer version, or cannot be written.
 * @throws Unavailable when the disk fails.
 */
export function openLogFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makeFile(path);
    db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS, defensive: true });
    checkFormat(db, path);
    makeTables(db);
    prepareConnection(db, PAGE_CACHE_KIB);
    return db;
  } catch (error) {
    db?.close();
    throw explainLog(error, path);
  }
}

/**
 * Opens a log to read it by SQL, whatever its rows hold. Where it has an archive by now, the table
 * `event` holds the archive's events too; where it is of an older format, it has today's indexes.
 * @throws BadInput where there is no log, or one of a newer version.
 */
export function openLogToRead(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: OPEN_WAIT_MS });
    checkFormat(db, path);
    if (pragma(db, "application_id") === 0) throw notOurs(path);
    attachArchive(db, path);
    if (logFormat(db) < INDEXES_FOLLOW) db.exec(AS_TODAY);
    return db;
  } catch (error) {
    db?.close();
    throw explainLog(error, path);
  }
}

/**
 * A file that is there is only asked about, never opened and closed: the close would take away every
 * lock that connections of this process hold on it (so POSIX has it), and others would take the log
 * for one that nobody uses.
 */
export function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "ax", 0o600));
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!isThere) throw error;
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** @throws BadInput for a file that is not ours to read. */
function checkFormat(db: DatabaseSync, path: string): void {
  const tables = cellNumber(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  if (tables === 0) return;
  if (pragma(db, "application_id") !== APPLICATION_ID) throw notOurs(path);
  const format = logFormat(db);
  if (format < 1) throw new Damaged(path, `its format is said to be ${format}`);
  if (format > LOG_FORMAT) throw tooNew(path, `format ${format}`, `format ${LOG_FORMAT}`);
  const last = format < INDEXES_FOLLOW ? "last_position" : "settled_to";
  const columns = ["schema_version", last, ...(format === 1 ? [] : ["archived_to"])];
  const state = db.prepare(`SELECT ${columns.join(", ")} FROM log_state`).get() ?? {};
  const odd = columns.find((column) => typeof state[column] !== "number");
  if (odd !== undefined) throw new Damaged(path, `its ${odd} is no number`);
  const version = cellNumber(state["schema_version"]);
  if (version > SCHEMA_VERSION) {
    throw tooNew(path, `events of version ${version}`, `version ${SCHEMA_VERSION}`);
  }
}

/** Of processes that open a new or an old file at once, one makes or changes the tables. */
function makeTables(db: DatabaseSync): void {
  if (pragma(db, "user_version") === LOG_FORMAT) return;
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("BEGIN IMMEDIATE");
  const format = pragma(db, "user_version");
  knowIdKeys(db);
  for (const lift of FORMATS.slice(format)) db.exec(lift);
  if (format === 0) {
    db.exec(`INSERT INTO log_state VALUES (1, 0, ${SCHEMA_VERSION}, 0)`);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  }
  db.exec(`PRAGMA user_version = ${LOG_FORMAT}; COMMIT`);
}

/** The layout of a file, as it says itself. */
export function logFormat(db: DatabaseSync): number {
  return pragma(db, "user_version");
}

function pragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return cellNumber(Object.values(row ?? {})[0]);
}

function notOurs(path: string): BadInput {
  return new BadInput("this is no Night Shift log", path, `mv '${path}' '${path}.other'`);
}

function tooNew(path: string, found: string, known: string): BadInput {
  const message = `a newer Night Shift wrote this log: ${found}, here ${known} is the latest`;
  return new BadInput(message, path, "git pull (update Night Shift), then run it again");
}
