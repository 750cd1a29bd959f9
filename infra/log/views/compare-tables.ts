import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { TableSpec } from "@nightshift/projections/history";
import { compare, DIFFERENCES_MAX, type Difference } from "@nightshift/projections/replay";
import { identifier } from "./table-sql.ts";

type Row = Record<string, SQLOutputValue>;

/**
 * Where the rows of a table part between two files. Both are read side by side in the order of the
 * key, so a table of any size is compared in little memory.
 * @returns The first differences, named by table, key and column.
 */
export function compareTables(
  kept: DatabaseSync,
  rebuilt: DatabaseSync,
  spec: TableSpec,
): Difference[] {
  const [lives, others] = [rowsIn(kept, spec), rowsIn(rebuilt, spec)];
  const found: Difference[] = [];
  let [live, other] = [lives.next(), others.next()];
  while (found.length < DIFFERENCES_MAX && !(live.done && other.done)) {
    const order = live.done ? 1 : other.done ? -1 : compareKeys(spec, live.value, other.value);
    const [left, right] = [
      order <= 0 ? live.value : undefined,
      order >= 0 ? other.value : undefined,
    ];
    const key = spec.key.map((column) => String((left ?? right)?.[column])).join(" ");
    found.push(...differences(`${spec.name}${stepTo(key)}`, left, right));
    if (order <= 0) live = lives.next();
    if (order >= 0) other = others.next();
  }
  return found.slice(0, DIFFERENCES_MAX);
}

function differences(path: string, live: Row | undefined, rebuilt: Row | undefined): Difference[] {
  if (live && rebuilt) return compare({ ...live }, { ...rebuilt }, path);
  return [{ path, live, rebuilt }];
}

function* rowsIn(db: DatabaseSync, { name, key }: TableSpec): Generator<Row, undefined> {
  const order = key.map(identifier).join(", ");
  yield* db.prepare(`SELECT * FROM ${identifier(name)} ORDER BY ${order}`).iterate();
  return undefined;
}

/** By code units, not by bytes as SQLite has it: where they differ, the rows do in any case. */
function compareKeys({ key }: TableSpec, left: Row, right: Row): number {
  for (const column of key) {
    const [a, b] = [left[column] ?? "", right[column] ?? ""];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

function stepTo(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
