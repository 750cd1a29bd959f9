import { setImmediate as nextTurn } from "node:timers/promises";
import type { StatementSync } from "node:sqlite";
import { seesArchive } from "./archive.ts";
import { explainLog } from "./errors.ts";
import { cellText, type SqlRow } from "./rows.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

/** Most streams that one query looks at. */
const STREAMS_MAX = 2_000;

/** SQLite takes the other columns from the row that holds the maximum. */
const LAST = `WHERE stream > ? GROUP BY stream ORDER BY stream LIMIT ${STREAMS_MAX}`;
const SETTLED = `SELECT last.stream, event.hash
  FROM (SELECT stream, max(revision), position FROM by_stream ${LAST}) AS last
  JOIN main.event USING (position) ORDER BY last.stream`;
const ARCHIVED = `SELECT stream, hash, max(revision) FROM archive.event ${LAST}`;
const UNSETTLED = "SELECT stream, hash FROM main.event WHERE position > ? ORDER BY position";

type Heads = { heads: Map<string, string>; upTo: number };

/** The last hash of every stream, in one state of the log whoever writes meanwhile. */
export async function sealableHeads(path: string): Promise<Heads> {
  const snapshot = openSnapshot(path);
  try {
    return { heads: await headsIn(snapshot), upTo: snapshot.lastPosition };
  } catch (error) {
    throw explainLog(error, path);
  } finally {
    snapshot.db.close();
  }
}

/** What a later place says of a stream is newer. */
async function headsIn({ db, settledTo }: Snapshot): Promise<Heads["heads"]> {
  const heads: Heads["heads"] = new Map();
  const take = (row: SqlRow) => heads.set(cellText(row["stream"]), cellText(row["hash"]));
  if (seesArchive(db)) await eachPage(db.prepare(ARCHIVED), take);
  await eachPage(db.prepare(SETTLED), take);
  for (const row of db.prepare(UNSETTLED).all(settledTo)) take(row);
  return heads;
}

async function eachPage(query: StatementSync, take: (row: SqlRow) => void): Promise<void> {
  for (let after = ""; ;) {
    const rows = query.all(after);
    for (const row of rows) take(row);
    if (rows.length < STREAMS_MAX) return;
    after = cellText(rows.at(-1)?.["stream"]);
    await nextTurn();
  }
}
