import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Cells } from "./rows.ts";

/** What `take_row` was given since it was last asked for: SQLite calls it while a query runs. */
let taken: Cells[] = [];

/**
 * Lets a connection hand rows over, a call of `take_row` each. SQLite takes a lock for every look at
 * a cell of a result, and none for what a function is given: a replay is a sixth faster.
 */
export function letRowsBeTaken(db: DatabaseSync): void {
  db.function("take_row", { varargs: true, directOnly: true }, (...cells: SQLOutputValue[]) => {
    taken.push(cells);
    return null;
  });
}

/**
 * @param cells What each row holds, in SQL.
 * @param from Behind FROM. What is sorted is taken before it is: let a subquery do that.
 */
export function takingRows(cells: string, from: string): string {
  return `SELECT count(row) FROM (SELECT take_row(${cells}) AS row FROM ${from})`;
}

/** The rows that a statement of `takingRows` comes upon, in the order in which it does. */
export function takenRows(statement: StatementSync, ...values: SQLInputValue[]): Cells[] {
  taken = [];
  try {
    statement.get(...values);
    return taken;
  } finally {
    taken = [];
  }
}
