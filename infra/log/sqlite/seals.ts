import type { DatabaseSync } from "node:sqlite";
import { ShiftEvent } from "@nightshift/protocol/shift";
import { seesArchive } from "./archive.ts";
import type { Snapshot } from "./snapshot.ts";

/** A root that was sealed, and the position of the event that did. */
export type Seal = { position: bigint; root: string; streams: number };

/** What was sealed, by the position up to which it was; an unreadable seal is named by its chain. */
export function sealsByPosition({ db, settledTo }: Snapshot): Map<number, Seal[]> {
  const rows = db.prepare(sealsIn(db, settledTo));
  rows.setReadBigInts(true);
  const seals = rows.all().flatMap(({ position, body }) => {
    const event = ShiftEvent.safeParse(jsonOrNull(String(body))).data;
    if (event?.type !== "shift.sealed" || !/^\d{1,15}$/.test(event.upTo)) return [];
    const { root, streams } = event;
    return {
      upTo: Number(event.upTo),
      seal: { position: BigInt(String(position)), root, streams },
    };
  });
  const byPosition = Map.groupBy(seals, ({ upTo }) => upTo);
  return new Map([...byPosition].map(([upTo, list]) => [upTo, list.map(({ seal }) => seal)]));
}

function sealsIn(db: DatabaseSync, settledTo: number): string {
  const sealed = "type = 'shift.sealed'";
  const archived = `SELECT position, body FROM archive.event
    WHERE ${sealed} AND position <= (SELECT archived_to FROM main.log_state) UNION ALL`;
  return `${seesArchive(db) ? archived : ""}
    SELECT position, body FROM main.event
    WHERE position IN (SELECT position FROM by_type WHERE ${sealed})
    UNION ALL SELECT position, body FROM main.event WHERE position > ${settledTo} AND ${sealed}`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
