import type { LogReader } from "@nightshift/projections/log-reader";
import { checkLive, DIFFERENCES_MAX, type Difference } from "@nightshift/projections/replay";
import { createRunner } from "@nightshift/projections/runner";
import type { Paths } from "../../config/paths.ts";
import { historyViews, workingViews } from "../../every-view.ts";
import { catchUpTables } from "../../log/views/catch-up.ts";
import { compareTables } from "../../log/views/compare-tables.ts";
import { fileSnapshots } from "../../log/views/snapshots.ts";
import { openTables } from "../../log/views/tables.ts";

export type ReplayCheck = {
  events: bigint;
  views: number;
  tables: number;
  differences: Difference[];
};

/** Into so many pieces the log is cut for the views that live along with it, at the most. */
const PIECES_MAX = 7;

/**
 * Whether what lives equals what is rebuilt (I1): working views that go on from their snapshots, and
 * saw the rest piece by piece as a night shows it, against views that saw everything at once; the
 * rows of the history tables as they lie on the disk against rows made anew.
 * @returns the first differences by their path; none where all is equal.
 */
export async function checkReplay(
  store: LogReader,
  paths: Pick<Paths, "tables" | "snapshots">,
): Promise<ReplayCheck> {
  const events = await store.head();
  const differences = [
    ...(await checkWorking(store, paths.snapshots)),
    ...(await checkHistory(store, paths.tables)),
  ].slice(0, DIFFERENCES_MAX);
  const tables = historyViews.reduce((sum, view) => sum + view.tables.length, 0);
  return { events, views: workingViews.length, tables, differences };
}

async function checkWorking(store: LogReader, path: string): Promise<Difference[]> {
  const kept = await fileSnapshots(path).load();
  const places = kept.map(({ anchor }) => anchor.position);
  const newest = places.reduce((high, place) => (place > high ? place : high), 0n);
  const snapshots = { load: async () => kept, save: async () => {} };
  const live = createRunner(store, workingViews, { snapshots });
  for (const upTo of await cutsOf(store)) if (upTo >= newest) await live.catchUp({ upTo });
  await live.catchUp();
  return checkLive(live, store, workingViews);
}

/** Places where a cycle began, spread over the log. */
async function cutsOf(store: LogReader): Promise<bigint[]> {
  const places: bigint[] = [];
  const types = ["shift.cycle-started"];
  for await (const { position } of store.readAll({ after: 0n, upTo: await store.head(), types })) {
    places.push(position);
  }
  const step = Math.max(1, Math.floor(places.length / PIECES_MAX));
  return places.filter((_, index) => index % step === 0).slice(0, PIECES_MAX);
}

async function checkHistory(store: LogReader, path: string): Promise<Difference[]> {
  const kept = openTables(path);
  const rebuilt = openTables(":memory:");
  try {
    await catchUpTables(store, kept, historyViews);
    await catchUpTables(store, rebuilt, historyViews);
    const specs = historyViews.flatMap(({ tables }) => tables);
    return specs.flatMap((spec) => compareTables(kept, rebuilt, spec));
  } finally {
    kept.close();
    rebuilt.close();
  }
}
