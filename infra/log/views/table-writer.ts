import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { HistoryView, RowChange, TableSpec } from "@nightshift/projections/history";
import { checkChange } from "@nightshift/projections/memory-tables";
import { changeSql } from "./table-sql.ts";

type Run = (values: readonly SQLInputValue[]) => void;

/** Writes the row changes of one view, each shape of change prepared once. */
export class TableWriter {
  readonly #db: DatabaseSync;
  readonly #tables: ReadonlyMap<string, { spec: TableSpec; place: string }>;
  readonly #statements = new Map<string, Run>();

  /** @param placeOf The table that a table of the view is written to while it is being made. */
  constructor(db: DatabaseSync, view: HistoryView, placeOf: (table: string) => string) {
    this.#db = db;
    this.#tables = new Map(
      view.tables.map((spec) => [spec.name, { spec, place: placeOf(spec.name) }]),
    );
  }

  /** @throws Error (a bug of the view) for a change that does not fit its table. */
  write(change: RowChange): void {
    const table = this.#tables.get(change.table);
    if (!table) throw new Error(`no table ${change.table} in the view`);
    const { spec, place } = table;
    checkChange(spec, change);
    const columns = Object.keys(change.values ?? {});
    const shape = `${change.op} ${change.table} ${columns.join(" ")}`;
    let run = this.#statements.get(shape);
    if (!run) {
      const statement = this.#db.prepare(changeSql(spec, place, change.op, columns));
      run = (values) => statement.run(...values);
      this.#statements.set(shape, run);
    }
    const key = spec.key.map((column) => change.key[column] ?? null);
    run([...key, ...Object.values(change.values ?? {})]);
  }
}
