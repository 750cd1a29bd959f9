import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Cell, Row } from "@nightshift/projections/history";
import { explain } from "../sqlite/errors.ts";
import { cellNumber, cellText } from "../sqlite/rows.ts";
import { BUILDS } from "./builds.ts";

const LOCK_WAIT_MS = 5_000;
/** Layout of the file; tables that another layout describes are made anew. */
const FORMAT = 2;

/**
 * Opens the file of the history tables. It holds nothing that the log does not: deleted, it is
 * filled again from the beginning. Several processes may hold it open.
 * @throws BadInput, Unavailable as `openLog` does.
 */
export function openTables(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000");
    prepareFile(db);
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/** Rows of a query; `parameters` stand for its question marks. */
export function queryRows(db: DatabaseSync, sql: string, parameters: readonly Cell[] = []): Row[] {
  const rows = db.prepare(sql).all(...parameters);
  return rows.map((row) => {
    return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cell(value)]));
  });
}

/** Work that happens as a whole or not at all. @throws as `explain` tells it. */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  try {
    db.exec("BEGIN IMMEDIATE");
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw explain(error, db.location() ?? "the history tables");
  }
}

function prepareFile(db: DatabaseSync): void {
  const format = () => cellNumber(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (format() === FORMAT) return;
  inTransaction(db, () => {
    if (format() === FORMAT) return;
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) db.exec(`DROP TABLE "${cellText(name)}"`);
    db.exec(BUILDS);
    db.exec(`PRAGMA user_version = ${FORMAT}`);
  });
}

function cell(value: unknown): Cell {
  return typeof value === "number" || typeof value === "string" ? value : null;
}
