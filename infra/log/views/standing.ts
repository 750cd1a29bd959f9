import type { DatabaseSync } from "node:sqlite";
import type { LogReader } from "@nightshift/projections/log-reader";
import { buildsIn, type Build } from "./builds.ts";

/** How a history view stands: what serves, how far behind the log it is, and what is in the making. */
export type ViewStanding = {
  view: string;
  version: number;
  /** Position up to which it has seen everything. */
  checkpoint: bigint;
  /** Events of the log that it has yet to be shown, counted up to `LAG_MAX`. */
  lag: number;
  /** A newer version that is being made beside it; the share is of the events that this one saw. */
  making: { version: number; share: number } | null;
};

/** Lags are counted up to here: whether it is this many or more makes no difference to anyone. */
export const LAG_MAX = 1_000;

/** How every view stands whose tables were ever made. */
export async function viewStandings(store: LogReader, db: DatabaseSync): Promise<ViewStanding[]> {
  const builds = buildsIn(db);
  const upTo = await store.head();
  const standings: ViewStanding[] = [];
  for (const build of builds.filter(({ serving }) => serving)) {
    const next = builds.find(({ view, serving }) => view === build.view && !serving);
    const checkpoint = build.anchor?.position ?? 0n;
    const lag = await lagOf(store, build, { after: checkpoint, upTo });
    standings.push({
      view: build.view,
      version: build.version,
      checkpoint,
      lag,
      making: next
        ? {
            version: next.version,
            share: Math.min(1, next.events / Math.max(1, build.events + lag)),
          }
        : null,
    });
  }
  return standings;
}

async function lagOf(
  store: LogReader,
  { reads }: Build,
  range: { after: bigint; upTo: bigint },
): Promise<number> {
  let lag = 0;
  for await (const _ of store.readAll({ ...range, types: reads })) {
    lag += 1;
    if (lag === LAG_MAX) break;
  }
  return lag;
}
