import { setImmediate as nextTurn } from "node:timers/promises";
import { explainLog } from "./errors.ts";
import { cellText } from "./rows.ts";
import { openSnapshot } from "./snapshot.ts";

/** Most streams that one query looks at. */
const STREAMS_MAX = 2_000;

/** SQLite takes `hash` from the row that holds the maximum. */
const HEADS = `
  SELECT stream, max(revision), hash FROM event WHERE stream > ?
  GROUP BY stream ORDER BY stream LIMIT ${STREAMS_MAX}
`;

type Heads = { heads: Map<string, string>; upTo: number };

/** The last hash of every stream, in one state of the log whoever writes meanwhile. */
export async function sealableHeads(path: string): Promise<Heads> {
  const { db, lastPosition } = openSnapshot(path);
  try {
    const heads: Heads["heads"] = new Map();
    const query = db.prepare(HEADS);
    for (let after = ""; ;) {
      const rows = query.all(after);
      for (const row of rows) heads.set(cellText(row["stream"]), cellText(row["hash"]));
      if (rows.length < STREAMS_MAX) break;
      after = cellText(rows.at(-1)?.["stream"]);
      await nextTurn();
    }
    return { heads, upTo: lastPosition };
  } catch (error) {
    throw explainLog(error, path);
  } finally {
    db.close();
  }
}
