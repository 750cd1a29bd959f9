import { DatabaseSync, type StatementSync } from "node:sqlite";
import { explainLog } from "../sqlite/errors.ts";
import { AS_TODAY } from "../sqlite/layout.ts";
import { cellNumber, cellText, cellTextOrNull, type SqlRow } from "../sqlite/rows.ts";
import { PAGE_BYTES_MAX, PAGE_EVENTS } from "./limits.ts";
import type { Matches, ServedEvent } from "./served-log.ts";

/** Whether more may follow what was read: a page is full by its events or by their bytes. */
export function isFull(events: readonly ServedEvent[], most: number): boolean {
  const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
  return events.length >= Math.min(most, PAGE_EVENTS) || bytes >= PAGE_BYTES_MAX;
}

/** Milliseconds it waits while another process holds the file. */
const LOCK_WAIT_MS = 5_000;
const COLUMNS = `
  event.position, event.stream, event.revision, event.id, event.type, event.at_ms, event.actor,
  event.causation, event.correlation, event.version, event.body, event.hash
`;

const FORWARDS = { isBackwards: false, compare: ">=", order: "" };
const BACKWARDS = { isBackwards: true, compare: "<=", order: "DESC" };

/** What the index of streams knows comes before what it does not; backwards, behind it. */
function streamSql({ isBackwards, compare, order }: typeof FORWARDS, isSettled: boolean): string {
  const found = `SELECT ${COLUMNS} FROM by_stream LEFT JOIN event USING (position)
    WHERE by_stream.stream = ? AND by_stream.revision ${compare} ?
    ORDER BY by_stream.revision ${order} LIMIT ?`;
  if (isSettled) return found;
  const tail = `SELECT ${COLUMNS} FROM event
    WHERE event.position > (SELECT settled_to FROM log_state)
      AND event.stream = ? AND event.revision ${compare} ? ORDER BY event.position ${order} LIMIT ?`;
  const [first, second] = isBackwards ? [tail, found] : [found, tail];
  return `SELECT * FROM (${first}) UNION ALL SELECT * FROM (${second}) LIMIT ?`;
}

/** The events of one file, the log or its archive, row by row and both ways. */
export class RawShelf {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #isSettled: boolean;
  readonly #statements = new Map<string, StatementSync>();
  #matches: Matches = () => true;

  /** @param isSettled Whether the indexes know every event, as those of an archive do. */
  constructor(path: string, { isSettled = false } = {}) {
    this.#path = path;
    this.#isSettled = isSettled;
    this.#db = this.#explained(
      () => new DatabaseSync(path, { readOnly: true, timeout: LOCK_WAIT_MS }),
    );
    if (isSettled) this.#explained(() => this.#db.exec(AS_TODAY));
    this.#db.function("wanted", (stream, type) =>
      this.#matches(cellText(stream), cellText(type)) ? 1 : 0,
    );
  }

  /** Events of a stream from a revision on, that one among them; at most a page, at least one. */
  stream(stream: string, from: number, backwards: boolean, most: number): ServedEvent[] {
    const sql = streamSql(backwards ? BACKWARDS : FORWARDS, this.#isSettled);
    const count = Math.min(most, PAGE_EVENTS);
    const asked = [stream, from, count];
    return this.#page(sql, ...asked, ...(this.#isSettled ? [] : [...asked, count]));
  }

  /** The revision of the last event of a stream; undefined where none is here. */
  lastRevision(stream: string): number | undefined {
    return this.stream(stream, Number.MAX_SAFE_INTEGER, true, 1)[0]?.revision;
  }

  /** Events between two positions, both among them; at most a page. */
  range(
    low: number,
    high: number,
    backwards: boolean,
    most: number,
    matches: Matches,
  ): ServedEvent[] {
    this.#matches = matches;
    const sql = `SELECT ${COLUMNS} FROM event WHERE position BETWEEN ? AND ?
      AND wanted(stream, type) ORDER BY position ${backwards ? "DESC" : "ASC"} LIMIT ?`;
    return this.#page(sql, low, high, Math.min(most, PAGE_EVENTS));
  }

  /** The revision of the event at a position; undefined where none is here. */
  revisionAt(position: bigint): number | undefined {
    return this.number("SELECT revision FROM event WHERE position = ?", position);
  }

  /** The number that a query answers with; undefined where it finds no row. */
  number(sql: string, ...values: (string | number | bigint)[]): number | undefined {
    const row: SqlRow | undefined = this.#explained(() => this.#prepared(sql).get(...values));
    return row && cellNumber(row[0]);
  }

  close(): void {
    this.#db.close();
  }

  /** Ends early where the events are large: what is read is kept until a reader has taken it. */
  #page(sql: string, ...values: (string | number)[]): ServedEvent[] {
    return this.#explained(() => {
      const events: ServedEvent[] = [];
      let bytes = 0;
      for (const row of this.#prepared(sql).iterate(...values)) {
        const event = rawEvent(row);
        events.push(event);
        bytes += event.data.length;
        if (bytes >= PAGE_BYTES_MAX) break;
      }
      return events;
    });
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #explained<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw explainLog(error, this.#path);
    }
  }
}

/** An event as its row has it: the body is not parsed, nothing is lifted to today's schema. */
function rawEvent(row: SqlRow): ServedEvent {
  const atMs = cellNumber(row[5]);
  return {
    position: cellNumber(row[0]),
    stream: cellText(row[1]),
    revision: cellNumber(row[2]),
    id: cellText(row[3]),
    type: cellText(row[4]),
    atMs,
    contentType: "application/json",
    metadata: JSON.stringify(metadataIn(row, atMs)),
    data: cellText(row[10]),
  };
}

/** What the house says of an event; a map of texts, as every client can read it. */
function metadataIn(row: SqlRow, atMs: number): Record<string, string> {
  const causation = cellTextOrNull(row[7]);
  const correlation = cellTextOrNull(row[8]);
  return {
    atMs: String(atMs),
    actor: cellText(row[6]),
    ...(causation === null ? {} : { causation }),
    ...(correlation === null ? {} : { correlation }),
    version: String(cellNumber(row[9])),
    hash: cellText(row[11]),
  };
}
