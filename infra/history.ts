import { historyViews } from "./every-view.ts";
import type { House } from "./house.ts";
import { catchUpTables, openTables } from "./log/tables.ts";

/** Brings the tables up to the log; their checkpoint is in the same transaction as the rows. */
export async function updateHistory({ store, paths }: House): Promise<void> {
  const db = openTables(paths.tables);
  try {
    await catchUpTables(store, db, historyViews);
  } finally {
    db.close();
  }
}
