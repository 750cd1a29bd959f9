import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventStore } from "@nightshift/blackboard/store";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { CHAIN_START, linkHash } from "../chain.ts";
import { cellNumber, cellText, cellTextOrNull, type Cells } from "../sqlite/rows.ts";
import { openSnapshot } from "../sqlite/snapshot.ts";
import { letRowsBeTaken, takenRows, takingRows } from "../sqlite/taken-rows.ts";

/** An event as it is kept, byte by byte: nothing is parsed or lifted to a newer version. */
export type KeptEvent = {
  position: bigint;
  stream: string;
  revision: number;
  id: string;
  type: string;
  atMs: number;
  actor: string;
  causation: string | null;
  correlation: string | null;
  version: number;
  /** Over the hash before it in its stream and all of the above but its position. */
  hash: string;
  /** The event as JSON. */
  body: string;
};

/** Most events that are read, and held in memory, at once. */
const BLOCK_EVENTS = 1_000;

const BLOCK = takingRows(
  `position, stream, revision, id, type, at_ms, actor, causation, correlation, version, hash, body`,
  `(SELECT * FROM event WHERE position > ? AND position <= ?
    ORDER BY position LIMIT ${BLOCK_EVENTS})`,
);

/**
 * The events of a log file in order, others may write meanwhile: what comes later is left out.
 * @throws BadInput where there is no log.
 */
export async function* keptInFile(
  path: string,
  range: { after: bigint; upTo: bigint },
): AsyncGenerator<KeptEvent> {
  const { db } = openSnapshot(path);
  try {
    letRowsBeTaken(db);
    const block = db.prepare(BLOCK);
    for (let after = Number(range.after); ;) {
      const { rows, isCut } = takenRows(block, after, Number(range.upTo));
      for (const row of rows) yield keptFrom(row);
      const last = rows.at(-1);
      if (last === undefined || (rows.length < BLOCK_EVENTS && !isCut)) return;
      after = cellNumber(last[0]);
    }
  } finally {
    db.close();
  }
}

function keptFrom(row: Cells): KeptEvent {
  return {
    position: BigInt(cellNumber(row[0])),
    stream: cellText(row[1]),
    revision: cellNumber(row[2]),
    id: cellText(row[3]),
    type: cellText(row[4]),
    atMs: cellNumber(row[5]),
    actor: cellText(row[6]),
    causation: cellTextOrNull(row[7]),
    correlation: cellTextOrNull(row[8]),
    version: cellNumber(row[9]),
    hash: cellText(row[10]),
    body: cellText(row[11]),
  };
}

/**
 * The events of a log that is no file here. Its server keeps no chain: the hashes are those that the
 * embedded log would hold, so it is read from its beginning whatever is asked for.
 */
export async function* keptInStore(
  store: EventStore,
  range: { after: bigint; upTo: bigint },
): AsyncGenerator<KeptEvent> {
  const heads = new Map<string, string>();
  for await (const recorded of store.readAll({ upTo: range.upTo })) {
    const kept = keptAsNow(recorded, heads.get(recorded.stream) ?? CHAIN_START);
    heads.set(kept.stream, kept.hash);
    if (kept.position > range.after) yield kept;
  }
}

function keptAsNow(recorded: Recorded, previous: string): KeptEvent {
  const { event, ...envelope } = recorded;
  const { type } = event;
  const link = { ...envelope, type, version: SCHEMA_VERSION, body: JSON.stringify(event) };
  return { ...link, hash: linkHash(previous, link) };
}
