import type { Recorded } from "@nightshift/protocol/envelope";
import type { Cell, HistoryView, Row, RowChange, TableSpec } from "./history.ts";
import type { LogReader } from "./log-reader.ts";

/** The tables of history views without a database: the twin that tells what their changes mean. */
export interface MemoryTables {
  apply(recorded: Recorded): void;
  catchUp(source: LogReader): Promise<void>;
  /** The rows of a table in the order of its key. @throws Error for an unknown table. */
  rows(table: string): Row[];
}

export function memoryTables(views: readonly HistoryView[]): MemoryTables {
  const tables = new Map(
    views.flatMap((view) => view.tables.map((spec) => [spec.name, { spec, rows: newRows() }])),
  );
  const types = views.flatMap(({ reads }) => reads);
  let checkpoint = 0n;

  function table(name: string): Table {
    const known = tables.get(name);
    if (!known) throw new Error(`no table ${name}`);
    return known;
  }

  function apply(recorded: Recorded): void {
    for (const view of views) {
      if (!view.reads.includes(recorded.event.type)) continue;
      for (const change of view.apply(recorded)) changeRow(table(change.table), change);
    }
  }

  return {
    apply,
    async catchUp(source) {
      const upTo = await source.head();
      for await (const recorded of source.readAll({ after: checkpoint, upTo, types })) {
        apply(recorded);
      }
      checkpoint = upTo;
    },
    rows(name) {
      const { spec, rows } = table(name);
      return [...rows.values()].toSorted((a, b) => compareKeys(spec.key, a, b));
    },
  };
}

type Table = { spec: TableSpec; rows: Map<string, Row> };

function newRows(): Map<string, Row> {
  return new Map();
}

function changeRow({ spec, rows }: Table, change: RowChange): void {
  checkChange(spec, change);
  const key = JSON.stringify(spec.key.map((column) => change.key[column]));
  if (change.op === "delete") {
    rows.delete(key);
    return;
  }
  const row = rows.get(key) ?? { ...emptyRow(spec), ...change.key };
  if (change.op === "upsert") rows.set(key, { ...row, ...change.values });
  else rows.set(key, { ...row, ...sums(row, change.values) });
}

function emptyRow(spec: TableSpec): Row {
  return Object.fromEntries(Object.keys(spec.columns).map((column) => [column, null]));
}

function sums(row: Row, values: Readonly<Record<string, number>>): Row {
  return Object.fromEntries(
    Object.entries(values).map(([column, by]) => [column, Number(row[column] ?? 0) + by]),
  );
}

/**
 * Holds a change against its table, whichever kind of table it is.
 * @throws Error (a bug of the view) for a key that is not whole, an unknown column, or a value that
 *   is not of the column's type.
 */
export function checkChange(spec: TableSpec, change: RowChange): void {
  const { key, values = {} } = change;
  const wrong = (what: string) => new Error(`${spec.name}: ${what} in ${JSON.stringify(change)}`);
  if (Object.keys(key).length !== spec.key.length) throw wrong("another key than the table's");
  for (const column of spec.key) {
    if (key[column] === null || !fits(spec, column, key[column])) throw wrong(`no key ${column}`);
    if (column in values) throw wrong(`key ${column} among the values`);
  }
  for (const [column, value] of Object.entries(values)) {
    if (!fits(spec, column, value)) throw wrong(`unfit ${column}`);
    if (change.op === "increment" && spec.columns[column] === "text") throw wrong(`text ${column}`);
  }
}

function fits(spec: TableSpec, column: string, value: Cell | undefined): boolean {
  const type = Object.hasOwn(spec.columns, column) ? spec.columns[column] : undefined;
  if (type === undefined || value === undefined) return false;
  if (value === null) return true;
  if (type === "integer") return Number.isSafeInteger(value);
  return type === "text" ? typeof value === "string" : Number.isFinite(value);
}

/** As SQLite sorts: numbers by value, texts by their UTF-8 bytes. */
function compareKeys(key: readonly string[], a: Row, b: Row): number {
  for (const column of key) {
    const order = compareCells(a[column] ?? null, b[column] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareCells(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const encoder = new TextEncoder();
  const [left, right] = [encoder.encode(String(a)), encoder.encode(String(b))];
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}
