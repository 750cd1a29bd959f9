import { setImmediate as nextTurn } from "node:timers/promises";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Recorded } from "@nightshift/protocol/envelope";
import { cellNumber, EVENT_COLUMNS, recordedFrom, type SqlRow } from "./rows.ts";
import { explain } from "./errors.ts";

/** How many positions one query looks at, at the least and at the most. */
const SPAN_MIN = 500;
const SPAN_MAX = 16_000;
/** Most events of a stream that one query reads. */
const STREAM_PAGE = 500;
/** Below this share of wanted events the index by type is faster than looking at every row. */
const SPARSE = 0.25;

/** Reads a log file in blocks, by position, and lets others have their turn between them. */
export class LogReader {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #last: StatementSync;
  readonly #stream: StatementSync;
  readonly #everything: StatementSync;
  readonly #scan: StatementSync;
  readonly #index: StatementSync;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#last = db.prepare("SELECT last_position FROM log_state");
    this.#stream = this.#prepare(
      "event WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?",
    );
    this.#everything = this.#prepare(
      "event WHERE position > ? AND position <= ? ORDER BY position",
    );
    const ofTypes =
      "WHERE type IN (SELECT value FROM json_each(?)) AND position > ? AND position <= ?";
    this.#scan = this.#prepare(`event NOT INDEXED ${ofTypes} ORDER BY position`);
    this.#index = this.#prepare(`event INDEXED BY event_type ${ofTypes} ORDER BY position`);
  }

  head(): number {
    return this.#explained(() => cellNumber(this.#last.get()?.["last_position"]));
  }

  async *stream(stream: string, from: number): AsyncIterable<Recorded> {
    for (let next = from; ;) {
      const rows = this.#explained(() => this.#stream.all(stream, next, STREAM_PAGE));
      for (const row of rows) yield recordedFrom(row, this.#path);
      if (rows.length < STREAM_PAGE) return;
      next += rows.length;
      await nextTurn();
    }
  }

  /**
   * Events after a position, up to and including another.
   * @param types Only these; undefined for all.
   */
  async *range(
    after: number,
    upTo: number,
    types: readonly string[] | undefined,
  ): AsyncIterable<Recorded> {
    if (types?.length === 0) return;
    const wanted = types && JSON.stringify(types);
    let span = SPAN_MIN;
    let sparse = true;
    for (let from = after; from < upTo;) {
      const to = Math.min(from + span, upTo);
      const rows = this.#block(wanted, sparse, from, to);
      for (const row of rows) yield recordedFrom(row, this.#path);
      const share = rows.length / (to - from);
      sparse = share < SPARSE;
      // What was almost empty may be taken in larger steps; memory bounds the others.
      span = sparse ? Math.min(span * 2, SPAN_MAX) : SPAN_MIN;
      from = to;
      if (from < upTo) await nextTurn();
    }
  }

  #block(wanted: string | undefined, sparse: boolean, from: number, to: number): SqlRow[] {
    return this.#explained(() => {
      if (wanted === undefined) return this.#everything.all(from, to);
      return (sparse ? this.#index : this.#scan).all(wanted, from, to);
    });
  }

  #prepare(from: string): StatementSync {
    const statement = this.#db.prepare(`SELECT ${EVENT_COLUMNS} FROM ${from}`);
    statement.setReturnArrays(true);
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
