import type { DatabaseSync } from "node:sqlite";
import { anchorOf, holds, type Anchor } from "@nightshift/projections/anchor";
import type { HistoryView } from "@nightshift/projections/history";
import { nextLeg, type Leg } from "@nightshift/projections/legs";
import type { LogReader } from "@nightshift/projections/log-reader";
import type { Recorded } from "@nightshift/protocol/envelope";
import { buildFor, buildsIn, placeOf, serve, stand, type Build } from "./builds.ts";
import { TableWriter } from "./table-writer.ts";
import { inTransaction } from "./tables.ts";

/** Most events whose row changes share a transaction. */
const BLOCK_EVENTS = 1_000;
/** Times another process may be faster before this one leaves the work to it. */
const OVERTAKEN_MAX = 100;

/** A view on its way through the log. */
type Standing = {
  view: HistoryView;
  reads: HistoryView["reads"];
  build: Build;
  writer: TableWriter;
  /** Up to here it has seen everything. */
  position: bigint;
};

/**
 * Shows the tables all that the log holds by now, block by block: row changes and checkpoint are one
 * transaction, so a crash or another process between two blocks repeats and loses nothing. A view
 * whose version or tables changed is made anew beside the old tables, which serve queries until the
 * new ones have caught up and take their place, all at once.
 * @param options.eventsMax Events after which to stop and leave the rest to the next call.
 * @returns Whether the tables have seen everything.
 */
export async function catchUpTables(
  store: LogReader,
  db: DatabaseSync,
  views: readonly HistoryView[],
  { eventsMax = Number.POSITIVE_INFINITY }: { eventsMax?: number } = {},
): Promise<boolean> {
  let left = eventsMax;
  for (let overtaken = 0; overtaken < OVERTAKEN_MAX; overtaken++) {
    const standings = await setOut(store, db, views);
    const head = await store.head();
    let isAlone = true;
    for (let leg = nextLeg(standings, head); leg && isAlone; leg = nextLeg(standings, head)) {
      for await (const block of blocksOf(store, leg, () => Math.min(BLOCK_EVENTS, left))) {
        isAlone = inTransaction(db, () => write(db, leg.group, block));
        left -= block.length;
        if (!isAlone) break;
        if (left <= 0) return false;
      }
      for (const one of leg.group) one.position = leg.to;
    }
    if (!isAlone) continue;
    inTransaction(db, () => standings.forEach((one) => finish(db, one)));
    return true;
  }
  return false;
}

async function setOut(
  store: LogReader,
  db: DatabaseSync,
  views: readonly HistoryView[],
): Promise<Standing[]> {
  const names = new Set(views.map(({ name }) => name));
  const known = buildsIn(db).filter(({ view }) => names.has(view));
  const foreign = new Set<string>();
  for (const { anchor } of known) {
    if (anchor && !(await holds(store, anchor))) foreign.add(anchor.id);
  }
  const isOurs = ({ id }: Anchor) => !foreign.has(id);
  return inTransaction(db, () =>
    views.flatMap((view): Standing[] => {
      const build = buildFor(db, view, isOurs);
      if (!build) return [];
      const writer = new TableWriter(db, view, (table) => placeOf(build, table));
      return [{ view, reads: view.reads, build, writer, position: build.anchor?.position ?? 0n }];
    }),
  );
}

async function* blocksOf(
  store: LogReader,
  { from, to, types }: Leg<Standing>,
  eventsMax: () => number,
): AsyncGenerator<Recorded[]> {
  let block: Recorded[] = [];
  for await (const recorded of store.readAll({ after: from, upTo: to, types })) {
    block.push(recorded);
    if (block.length < eventsMax()) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** @returns false, with nothing written, where another process has moved one of them meanwhile. */
function write(db: DatabaseSync, group: readonly Standing[], block: readonly Recorded[]): boolean {
  if (!group.every(({ build }) => isWhereItWas(db, build))) return false;
  const last = block.at(-1);
  if (!last) return true;
  const anchor = anchorOf(last);
  for (const { view, build, writer } of group) {
    const wanted = new Set<string>(view.reads);
    let events = 0;
    for (const recorded of block) {
      if (!wanted.has(recorded.event.type)) continue;
      events += 1;
      for (const change of changesOf(view, recorded)) writer.write(change);
    }
    stand(db, build, anchor, events);
  }
  for (const one of group) one.build = { ...one.build, anchor };
  return true;
}

function changesOf(view: HistoryView, recorded: Recorded) {
  try {
    return view.apply(recorded);
  } catch (cause) {
    const { event, position, stream, revision } = recorded;
    const what = `${event.type}, position ${position}, revision ${revision} of ${stream}`;
    throw new Error(`the view ${view.name} failed on an event (${what})`, { cause });
  }
}

function finish(db: DatabaseSync, { view, build }: Standing): void {
  if (!build.serving && isWhereItWas(db, build)) serve(db, view, build);
}

function isWhereItWas(db: DatabaseSync, { view, serving, number, anchor }: Build): boolean {
  const now = buildsIn(db, view).find((one) => one.serving === serving);
  return now?.number === number && now.anchor?.position === anchor?.position;
}
