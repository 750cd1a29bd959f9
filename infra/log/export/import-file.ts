import { BadInput } from "@nightshift/protocol/errors";
import { explainLog } from "../sqlite/errors.ts";
import { openLogFile } from "../sqlite/schema.ts";
import type { KeptEvent } from "./kept-event.ts";

/** Milliseconds to wait while another process writes the log. */
const LOCK_WAIT_MS = 5_000;

const INSERT = `
  INSERT INTO event (position, stream, revision, id, type, at_ms, actor, causation, correlation,
    version, body, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
`;

const ADVANCE = "UPDATE log_state SET last_position = ?, schema_version = max(schema_version, ?)";

/**
 * Writes events into an empty log as they are, hashes and all, in one transaction: all or none.
 * @returns how many there are.
 * @throws BadInput where the log is not empty, or as whoever gives the events does.
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
    const state = db.prepare("SELECT last_position FROM log_state").get();
    if (state?.["last_position"] !== 0) throw notEmpty(path);
    const insert = db.prepare(INSERT);
    for await (const event of events) {
      const { stream, revision, id, type, atMs, actor, causation, correlation } = event;
      const first = [Number(event.position), stream, revision, id, type, atMs, actor] as const;
      insert.run(...first, causation, correlation, event.version, event.body, event.hash);
      count += 1;
      version = Math.max(version, event.version);
    }
    db.prepare(ADVANCE).run(count, version);
    db.exec("COMMIT");
    return count;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw explainLog(error, path);
  } finally {
    db.close();
  }
}

function notEmpty(path: string): BadInput {
  const mend = "name another one: nightshift --log <new file> log import <file>";
  return new BadInput("the log holds events already", path, mend);
}
