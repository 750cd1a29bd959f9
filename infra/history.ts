import { progressOf, type ProgressRow } from "@nightshift/projections/progress";
import { ledger } from "@nightshift/projections/ledger";
import { spend } from "@nightshift/projections/spend";
import { historyViews } from "./every-view.ts";
import type { House } from "./house.ts";
import { catchUpTables } from "./log/views/catch-up.ts";
import { openTables, queryRows } from "./log/views/tables.ts";

/** Brings the tables up to the log; their checkpoint is in the same transaction as the rows. */
export async function updateHistory({ store, paths }: House): Promise<void> {
  const db = openTables(paths.tables);
  try {
    await catchUpTables(store, db, historyViews);
  } finally {
    db.close();
  }
}

const TASKS = "SELECT task, name, title, repo, standing, tries, score, first_position FROM tasks";
const COSTS = "SELECT task, sum(cost_micro_usd) AS cost_micro_usd FROM spend GROUP BY task";

/** Every task that the log knows, by its id, in the order in which they were proposed. */
export async function everyTask({
  store,
  paths,
}: House): Promise<ReadonlyMap<string, ProgressRow>> {
  const db = openTables(paths.tables);
  try {
    await catchUpTables(store, db, [ledger, spend]);
    return progressOf(queryRows(db, TASKS), queryRows(db, COSTS));
  } finally {
    db.close();
  }
}
