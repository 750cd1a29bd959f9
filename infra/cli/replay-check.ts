import type { DatabaseSync } from "node:sqlite";
import {
  checkLive,
  compare,
  DIFFERENCES_MAX,
  type Difference,
} from "@nightshift/projections/replay";
import { createRunner, type LogReader } from "@nightshift/projections/runner";
import { catchUpTables, openTables, queryRows } from "../log/tables.ts";
import { historyViews, workingViews } from "../every-view.ts";

export type ReplayCheck = {
  events: bigint;
  views: number;
  tables: number;
  differences: Difference[];
};

/** Into so many pieces the log is cut for the views that live along with it. */
const PIECES = 7n;

/**
 * Whether what lives equals what is rebuilt (I1): working views that saw the log piece by piece, as
 * a night shows it, against views that saw it at once; the rows of the history tables as they lie on
 * the disk against rows made anew.
 * @returns the first differences by their path; none where all is equal.
 */
export async function checkReplay(store: LogReader, tables: string): Promise<ReplayCheck> {
  const head = await store.head();
  const differences = [
    ...(await checkWorking(store, head)),
    ...(await checkHistory(store, tables)),
  ].slice(0, DIFFERENCES_MAX);
  const tableCount = historyViews.reduce((sum, view) => sum + view.tables.length, 0);
  return { events: head, views: workingViews.length, tables: tableCount, differences };
}

async function checkWorking(store: LogReader, head: bigint): Promise<Difference[]> {
  const live = createRunner(store, workingViews);
  for (let piece = 1n; piece <= PIECES; piece++)
    await live.catchUp({ upTo: (head * piece) / PIECES });
  return checkLive(live, store, workingViews);
}

async function checkHistory(store: LogReader, path: string): Promise<Difference[]> {
  const kept = openTables(path);
  const rebuilt = openTables(":memory:");
  try {
    await catchUpTables(store, kept, historyViews);
    await catchUpTables(store, rebuilt, historyViews);
    return historyViews.flatMap(({ tables }) =>
      tables.flatMap(({ name, key }) => {
        return compare(rowsOf(kept, name, key), rowsOf(rebuilt, name, key), name);
      }),
    );
  } finally {
    kept.close();
    rebuilt.close();
  }
}

/** The rows of a table by their key, so that a difference names the row. */
function rowsOf(db: DatabaseSync, table: string, key: readonly string[]): Map<string, unknown> {
  const rows = queryRows(db, `SELECT * FROM "${table}"`);
  return new Map(rows.map((row) => [key.map((column) => String(row[column])).join(" "), row]));
}
