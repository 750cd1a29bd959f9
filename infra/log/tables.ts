import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Cell, HistoryView, Row, RowChange, TableSpec } from "@nightshift/projections/history";
import { checkChange } from "@nightshift/projections/memory-tables";
import type { LogReader } from "@nightshift/projections/runner";
import type { Recorded } from "@nightshift/protocol/envelope";
import { cellNumber, cellText } from "./sqlite/rows.ts";
import { explain } from "./sqlite/errors.ts";

/** Most events whose row changes share a transaction. */
const BLOCK_EVENTS = 1_000;
const LOCK_WAIT_MS = 5_000;

const CHECKPOINTS = `
  CREATE TABLE IF NOT EXISTS history_view (
    name TEXT PRIMARY KEY,
    made_by TEXT NOT NULL,
    checkpoint INTEGER NOT NULL
  ) STRICT
`;

/**
 * Opens the file of the history tables. It holds nothing that the log does not: deleted, it is
 * filled again from the beginning. Several processes may hold it open.
 * @throws BadInput, Unavailable as `openLog` does.
 */
export function openTables(path: string): DatabaseSync {
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec(CHECKPOINTS);
    return db;
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * Shows the tables all that the log holds by now. A view whose version or tables changed, or whose
 * checkpoint lies beyond the log, is filled from the beginning. Row changes and checkpoint are one
 * transaction, so a crash or another process between two blocks repeats and loses nothing.
 * @returns The position up to which the tables have seen everything.
 */
export async function catchUpTables(
  store: LogReader,
  db: DatabaseSync,
  views: readonly HistoryView[],
): Promise<bigint> {
  const head = Number(await store.head());
  const writers = new Map(views.map((view) => [view, new TableWriter(db, view)]));
  inTransaction(db, () => views.forEach((view) => prepareView(db, view, head)));
  // Views that stand at the same place are read for together, from the hindmost on.
  for (;;) {
    const at = new Map(views.map((view) => [view, checkpointOf(db, view)]));
    const from = Math.min(head, ...at.values());
    if (from === head) return BigInt(head);
    const group = views.filter((view) => at.get(view) === from);
    const to = Math.min(head, ...[...at.values()].filter((position) => position > from));
    await advance(store, db, group, writers, { from, to });
  }
}

/** Rows of a query; `parameters` stand for its question marks. */
export function queryRows(db: DatabaseSync, sql: string, parameters: readonly Cell[] = []): Row[] {
  return db
    .prepare(sql)
    .all(...parameters)
    .map((row) => {
      return Object.fromEntries(
        Object.entries(row).map(([column, value]) => [column, cell(value)]),
      );
    });
}

/** One block: read, then written at once if the views still stand where they stood. */
async function advance(
  store: LogReader,
  db: DatabaseSync,
  group: readonly HistoryView[],
  writers: ReadonlyMap<HistoryView, TableWriter>,
  range: { from: number; to: number },
): Promise<void> {
  const types = [...new Set(group.flatMap(({ reads }) => reads))];
  const block: Recorded[] = [];
  const options = { after: BigInt(range.from), upTo: BigInt(range.to), types };
  for await (const recorded of store.readAll(options)) {
    block.push(recorded);
    if (block.length === BLOCK_EVENTS) break;
  }
  const last = block.length === BLOCK_EVENTS ? Number(block.at(-1)?.position) : range.to;
  inTransaction(db, () => {
    // Another process that was faster leaves nothing to do here.
    if (group.some((view) => checkpointOf(db, view) !== range.from)) return;
    for (const view of group) {
      const wanted = new Set<string>(view.reads);
      for (const recorded of block) {
        if (!wanted.has(recorded.event.type)) continue;
        for (const change of view.apply(recorded)) writers.get(view)?.write(change);
      }
      db.prepare("UPDATE history_view SET checkpoint = ? WHERE name = ?").run(last, view.name);
    }
  });
}

/** Makes the tables of a view, anew where what is there was made otherwise. */
function prepareView(db: DatabaseSync, view: HistoryView, head: number): void {
  const madeBy = JSON.stringify([view.version, view.reads, view.tables]);
  const row = db.prepare("SELECT * FROM history_view WHERE name = ?").get(view.name);
  const usable = row && row["made_by"] === madeBy && cellNumber(row["checkpoint"]) <= head;
  if (usable) return;
  if (row) for (const name of tablesIn(cellText(row["made_by"]))) db.exec(`DROP TABLE ${name}`);
  for (const spec of view.tables) db.exec(tableSql(spec));
  db.prepare("INSERT OR REPLACE INTO history_view VALUES (?, ?, 0)").run(view.name, madeBy);
}

function tablesIn(madeBy: string): string[] {
  const [, , tables]: [number, string[], TableSpec[]] = JSON.parse(madeBy);
  return tables.map(({ name }) => identifier(name));
}

function tableSql(spec: TableSpec): string {
  const columns = Object.entries(spec.columns).map(([column, type]) => {
    const isKey = spec.key.includes(column) ? " NOT NULL" : "";
    return `${identifier(column)} ${type.toUpperCase()}${isKey}`;
  });
  const name = identifier(spec.name);
  const indexes = (spec.indexes ?? []).map((list, index) => {
    const columns = list.map((column) => identifier(column)).join(", ");
    return `CREATE INDEX ${identifier(`${spec.name}_by_${index}`)} ON ${name} (${columns})`;
  });
  const key = `PRIMARY KEY (${spec.key.map(identifier).join(", ")})`;
  return [`CREATE TABLE ${name} (${[...columns, key].join(", ")}) STRICT`, ...indexes].join(";\n");
}

/** Writes the row changes of one view, each shape of change prepared once. */
class TableWriter {
  readonly #db: DatabaseSync;
  readonly #tables: ReadonlyMap<string, TableSpec>;
  readonly #statements = new Map<string, (values: readonly SQLInputValue[]) => void>();

  constructor(db: DatabaseSync, view: HistoryView) {
    this.#db = db;
    this.#tables = new Map(view.tables.map((spec) => [spec.name, spec]));
  }

  write(change: RowChange): void {
    const spec = this.#tables.get(change.table);
    if (!spec) throw new Error(`no table ${change.table} in the view`);
    checkChange(spec, change);
    const columns = Object.keys(change.values ?? {});
    const shape = `${change.op} ${change.table} ${columns.join(" ")}`;
    let run = this.#statements.get(shape);
    if (!run) {
      const statement = this.#db.prepare(changeSql(spec, change.op, columns));
      run = (values) => statement.run(...values);
      this.#statements.set(shape, run);
    }
    const key = spec.key.map((column) => change.key[column] ?? null);
    run([...key, ...Object.values(change.values ?? {})]);
  }
}

function changeSql(spec: TableSpec, op: RowChange["op"], columns: readonly string[]): string {
  const table = identifier(spec.name);
  const key = spec.key.map(identifier);
  if (op === "delete") {
    return `DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(" AND ")}`;
  }
  const values = columns.map(identifier);
  const sets = values.map((column) => {
    const sum = `coalesce(${table}.${column}, 0) + excluded.${column}`;
    return `${column} = ${op === "increment" ? sum : `excluded.${column}`}`;
  });
  const all = [...key, ...values];
  const then = sets.length > 0 ? `UPDATE SET ${sets.join(", ")}` : "NOTHING";
  return `INSERT INTO ${table} (${all.join(", ")}) VALUES (${all.map(() => "?").join(", ")})
    ON CONFLICT (${key.join(", ")}) DO ${then}`;
}

function identifier(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`no name for a table or column: ${name}`);
  return `"${name}"`;
}

function checkpointOf(db: DatabaseSync, view: HistoryView): number {
  const row = db.prepare("SELECT checkpoint FROM history_view WHERE name = ?").get(view.name);
  return cellNumber(row?.["checkpoint"]);
}

function cell(value: unknown): Cell {
  return typeof value === "number" || typeof value === "string" ? value : null;
}

function inTransaction(db: DatabaseSync, work: () => void): void {
  try {
    db.exec("BEGIN IMMEDIATE");
    work();
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw explain(error, db.location() ?? "the history tables");
  }
}
