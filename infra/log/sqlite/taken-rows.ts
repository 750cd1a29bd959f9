import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Cells } from "./rows.ts";

/** Characters of last cells after which no more rows are taken at once; a body may have a million. */
const CHARS_MAX = 16_000_000;

/** `isCut` where there may be more, but these are long enough. */
export type Taken = { rows: Cells[]; isCut: boolean };

/** What `take_row` was given since a query began: SQLite calls it while one runs. */
let taken: Cells[] = [];
let chars = 0;

/** Thrown through SQLite: ends a query. */
const ENOUGH = new Error("these rows are enough");

function take(...cells: SQLOutputValue[]): null {
  taken.push(cells);
  const last = cells.at(-1);
  if (typeof last === "string") chars += last.length;
  if (chars >= CHARS_MAX) throw ENOUGH;
  return null;
}

/**
 * Lets a connection hand rows over, a call of `take_row` each. SQLite takes a lock for every look at
 * a cell of a result, and none for what a function is given: a replay is a sixth faster.
 */
export function letRowsBeTaken(db: DatabaseSync): void {
  db.function("take_row", { varargs: true, directOnly: true }, take);
}

/**
 * @param cells What each row holds, in SQL; the last is what may be long.
 * @param from Behind FROM. What is sorted is taken before it is: let a subquery do that.
 */
export function takingRows(cells: string, from: string): string {
  return `SELECT count(row) FROM (SELECT take_row(${cells}) AS row FROM ${from})`;
}

/** The rows that a statement of `takingRows` comes upon, in the order in which it does. */
export function takenRows(statement: StatementSync, ...values: SQLInputValue[]): Taken {
  taken = [];
  chars = 0;
  try {
    statement.get(...values);
    return { rows: taken, isCut: false };
  } catch (error) {
    if (error !== ENOUGH) throw error;
    return { rows: taken, isCut: true };
  } finally {
    taken = [];
  }
}
