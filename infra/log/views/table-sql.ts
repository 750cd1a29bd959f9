import type { RowChange, TableSpec } from "@nightshift/projections/history";

/** Statements that make a table and its indexes; `build` tells its indexes from older ones. */
export function createSql(spec: TableSpec, table: string, build: number): string {
  const columns = Object.entries(spec.columns).map(([column, type]) => {
    const isKey = spec.key.includes(column) ? " NOT NULL" : "";
    return `${identifier(column)} ${type.toUpperCase()}${isKey}`;
  });
  const indexes = (spec.indexes ?? []).map((list, number) => {
    const by = list.map(identifier).join(", ");
    const index = identifier(`${spec.name}_${build}_by_${number}`);
    return `CREATE INDEX ${index} ON ${identifier(table)} (${by})`;
  });
  const key = `PRIMARY KEY (${spec.key.map(identifier).join(", ")})`;
  const made = `CREATE TABLE ${identifier(table)} (${[...columns, key].join(", ")})`;
  return [`${made} STRICT`, ...indexes].join(";\n");
}

/** One statement for all changes of a shape: the key's values are its first, then the columns'. */
export function changeSql(
  spec: TableSpec,
  table: string,
  op: RowChange["op"],
  columns: readonly string[],
): string {
  const name = identifier(table);
  const key = spec.key.map(identifier);
  if (op === "delete") {
    return `DELETE FROM ${name} WHERE ${key.map((column) => `${column} = ?`).join(" AND ")}`;
  }
  const values = columns.map(identifier);
  const sets = values.map((column) => {
    const sum = `coalesce(${name}.${column}, 0) + excluded.${column}`;
    return `${column} = ${op === "increment" ? sum : `excluded.${column}`}`;
  });
  const all = [...key, ...values];
  const then = sets.length > 0 ? `UPDATE SET ${sets.join(", ")}` : "NOTHING";
  return `INSERT INTO ${name} (${all.join(", ")}) VALUES (${all.map(() => "?").join(", ")})
    ON CONFLICT (${key.join(", ")}) DO ${then}`;
}

/** A name as SQL writes it. @throws Error (a bug of the view) for what is none. */
export function identifier(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`no name for a table or column: ${name}`);
  return `"${name}"`;
}
