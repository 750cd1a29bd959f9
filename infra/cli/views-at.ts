import { rebuild } from "@nightshift/projections/replay";
import type { HistoryView } from "@nightshift/projections/history";
import type { LogReader } from "@nightshift/projections/log-reader";
import { BadInput } from "@nightshift/protocol/errors";
import { historyViews, workingViews } from "../every-view.ts";
import { catchUpTables } from "../log/views/catch-up.ts";
import { openTables, queryRows } from "../log/views/tables.ts";

/** Every working view as it was at a position, by name, made from the first event on. */
export async function viewsAt(store: LogReader, upTo: bigint): Promise<Map<string, unknown>> {
  const runner = await rebuild(store, workingViews, { upTo });
  return new Map(workingViews.map((one) => [one.name, runner.view(one)]));
}

/**
 * One view as it was at a position; a history view as its tables, each row by its key.
 * @throws BadInput where no view is called so.
 */
export async function viewAt(store: LogReader, name: string, upTo: bigint): Promise<unknown> {
  const working = workingViews.find((one) => one.name === name);
  if (working) return (await rebuild(store, [working], { upTo })).view(working);
  const history = historyViews.find((one) => one.name === name);
  if (history) return tablesAt(store, history, upTo);
  const known = [...workingViews, ...historyViews].map((one) => one.name).join(", ");
  throw new BadInput(`no such view; there are ${known}`, name, "nightshift replay");
}

async function tablesAt(
  store: LogReader,
  view: HistoryView,
  upTo: bigint,
): Promise<Map<string, unknown>> {
  const db = openTables(":memory:");
  try {
    await catchUpTables(endingAt(store, upTo), db, [view]);
    return new Map(
      view.tables.map(({ name, key }) => {
        const rows = queryRows(db, `SELECT * FROM "${name}"`);
        const byKey = rows.map((row) => [key.map((column) => String(row[column])).join(" "), row]);
        return [name, new Map(byKey.map(([at, row]) => [at, row] as const))];
      }),
    );
  } finally {
    db.close();
  }
}

/** A log as it was when it ended there. */
function endingAt(store: LogReader, upTo: bigint): LogReader {
  return {
    readAll: (options) => store.readAll(options),
    read: (stream, options) => store.read(stream, options),
    head: async () => upTo,
  };
}
