import { DatabaseSync, type StatementSync } from "node:sqlite";
import { explain } from "../sqlite/errors.ts";
import { cellNumber, cellText, cellTextOrNull, type SqlRow } from "../sqlite/rows.ts";
import { PAGE_BYTES_MAX, PAGE_EVENTS } from "./limits.ts";

/** An event as its row has it: the body is not parsed, nothing is lifted to today's schema. */
export type RawEvent = {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  atMs: number;
  actor: string;
  causation: string | null;
  correlation: string | null;
  version: number;
  body: string;
  hash: string;
};

/** Whether more may follow what was read: a page is full by its events or by their bytes. */
export function isFull(events: readonly RawEvent[], most: number): boolean {
  const bytes = events.reduce((sum, { body }) => sum + body.length, 0);
  return events.length >= Math.min(most, PAGE_EVENTS) || bytes >= PAGE_BYTES_MAX;
}

/** Whether a reader wants an event; asked before its body is read. */
export type Matches = (stream: string, type: string) => boolean;

/** Milliseconds it waits while another process holds the file. */
const LOCK_WAIT_MS = 5_000;
const COLUMNS = `position, stream, revision, id, type, at_ms, actor, causation, correlation,
  version, body, hash`;

/** The events of one file, the log or its archive, row by row and both ways. */
export class RawShelf {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  #matches: Matches = () => true;

  constructor(path: string) {
    this.#path = path;
    this.#db = this.#explained(
      () => new DatabaseSync(path, { readOnly: true, timeout: LOCK_WAIT_MS }),
    );
    this.#db.function("wanted", (stream, type) =>
      this.#matches(cellText(stream), cellText(type)) ? 1 : 0,
    );
  }

  /** Events of a stream from a revision on, that one among them; at most a page, at least one. */
  stream(stream: string, from: number, backwards: boolean, most: number): RawEvent[] {
    const order = backwards ? "<= ? ORDER BY revision DESC" : ">= ? ORDER BY revision";
    const sql = `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision ${order} LIMIT ?`;
    return this.#page(sql, stream, from, Math.min(most, PAGE_EVENTS));
  }

  /** Events between two positions, both among them; at most a page. */
  range(low: number, high: number, backwards: boolean, most: number, matches: Matches): RawEvent[] {
    this.#matches = matches;
    const sql = `SELECT ${COLUMNS} FROM event WHERE position BETWEEN ? AND ?
      AND wanted(stream, type) ORDER BY position ${backwards ? "DESC" : "ASC"} LIMIT ?`;
    return this.#page(sql, low, high, Math.min(most, PAGE_EVENTS));
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
  #page(sql: string, ...values: (string | number)[]): RawEvent[] {
    return this.#explained(() => {
      const events: RawEvent[] = [];
      let bytes = 0;
      for (const row of this.#prepared(sql).iterate(...values)) {
        const event = rawEvent(row);
        events.push(event);
        bytes += event.body.length;
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
      throw explain(error, this.#path);
    }
  }
}

function rawEvent(row: SqlRow): RawEvent {
  return {
    position: cellNumber(row[0]),
    stream: cellText(row[1]),
    revision: cellNumber(row[2]),
    id: cellText(row[3]),
    type: cellText(row[4]),
    atMs: cellNumber(row[5]),
    actor: cellText(row[6]),
    causation: cellTextOrNull(row[7]),
    correlation: cellTextOrNull(row[8]),
    version: cellNumber(row[9]),
    body: cellText(row[10]),
    hash: cellText(row[11]),
  };
}
