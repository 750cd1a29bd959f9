import { BadInput } from "@nightshift/protocol/errors";
import { explainLog } from "../sqlite/errors.ts";
import { LAST_POSITION } from "../sqlite/layout.ts";
import { cellText } from "../sqlite/rows.ts";
import { openLogFile } from "../sqlite/schema.ts";
import { Settling } from "../sqlite/settling.ts";
import type { KeptEvent } from "./kept-event.ts";

/** Milliseconds to wait while another process writes the log. */
const LOCK_WAIT_MS = 5_000;

const INSERT = `
  INSERT INTO event (position, stream, revision, id, type, at_ms, actor, causation, correlation,
    version, body, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
`;

/** An id that two events have: those of one key are few. */
const TWICE = `
  SELECT event.id FROM (SELECT key FROM by_id GROUP BY key HAVING count(*) > 1)
  JOIN by_id USING (key) JOIN event USING (position)
  GROUP BY event.id HAVING count(*) > 1 LIMIT 1
`;
const ID_CHARS_SHOWN = 80;

const LAST = `SELECT ${LAST_POSITION} AS last FROM log_state`;
const NOTE = "UPDATE log_state SET schema_version = max(schema_version, ?)";

/**
 * Writes events into an empty log as they are, hashes and all, in one transaction: all or none.
 * @returns how many there are.
 * @throws BadInput where the log is not empty, two events have one id, or as whoever gives the
 *   events does.
 */
export async function importIntoFile(
  path: string,
  events: AsyncIterable<KeptEvent>,
): Promise<number> {
  const db = openLogFile(path);
  let count = 0;
  let version = 0;
  try {
    db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    db.exec("BEGIN IMMEDIATE");
    if (db.prepare(LAST).get()?.["last"] !== 0) throw notEmpty(path);
    const insert = db.prepare(INSERT);
    for await (const event of events) {
      const { stream, revision, id, type, atMs, actor, causation, correlation } = event;
      const first = [Number(event.position), stream, revision, id, type, atMs, actor] as const;
      insert.run(...first, causation, correlation, event.version, event.body, event.hash);
      count += 1;
      version = Math.max(version, event.version);
    }
    new Settling(db).run();
    const twice = db.prepare(TWICE).get()?.["id"];
    if (twice !== undefined) throw twiceThere(path, cellText(twice));
    db.prepare(NOTE).run(version);
    db.exec("COMMIT");
    return count;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw explainLog(error, path);
  } finally {
    db.close();
  }
}

function twiceThere(path: string, id: string): BadInput {
  const mend = "nightshift log export --out whole.ndjson";
  return new BadInput(`two events have the id ${id.slice(0, ID_CHARS_SHOWN)}`, path, mend);
}

function notEmpty(path: string): BadInput {
  const mend = "name another one: nightshift --log <new file> log import <file>";
  return new BadInput("the log holds events already", path, mend);
}
