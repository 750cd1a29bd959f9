import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainLog } from "./errors.ts";
import { idKey } from "./id-key.ts";
import { cellNumber, cellText, type SqlRow } from "./rows.ts";

/** The columns of an event, in the order in which `recordedFrom` takes them. */
const EVENT_COLUMNS = `
  event.position, event.stream, event.revision, event.id, event.at_ms, event.actor,
  event.causation, event.correlation, event.version, event.body
`;
/** Most rows that one query returns: half as many make a replay 3 % slower. */
export const SHELF_ROWS_MAX = 1_000;
const LIMIT = `LIMIT ${SHELF_ROWS_MAX}`;
const RANGE = "event.position > ? AND event.position <= ? ORDER BY event.position";
const OF_TYPES = "type IN (SELECT value FROM json_each(?))";
/** What no index knows yet. */
const UNSETTLED = "event.position > (SELECT settled_to FROM log_state)";
/** Events in the order of an index. One that leads to none gives a row of nothing, which is told. */
const through = (index: string) => `${index} LEFT JOIN event USING (position)`;
const selected = (from: string) => `SELECT ${EVENT_COLUMNS} FROM ${from} ${LIMIT}`;

/** How events are looked for: all of them, those of one type, or of several by index or by scan. */
export type Wanted =
  | { kind: "all" }
  | { kind: "type"; type: string }
  | { kind: "types"; types: string; sparse: boolean };

/** The events of one file: the log, or its archive. */
export class Shelf {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #isSettled: boolean;
  readonly #statements = new Map<string, StatementSync>();

  /** @param isSettled Whether the indexes know every event, as those of an archive do. */
  constructor(db: DatabaseSync, path: string, { isSettled = false } = {}) {
    this.#db = db;
    this.#path = path;
    this.#isSettled = isSettled;
  }

  /**
   * The first rows, at most `SHELF_ROWS_MAX`, after a position, up to and including another.
   * @param isSettled Whether all of these are known to be settled: then fewer places are looked at.
   */
  block(wanted: Wanted, after: number, upTo: number, isSettled: boolean): SqlRow[] {
    switch (wanted.kind) {
      case "all":
        return this.#rows(selected(`event WHERE ${RANGE}`), after, upTo);
      case "type":
        return this.#byType("type = ?", wanted.type, { after, upTo, isSettled });
      case "types": {
        if (wanted.sparse) return this.#byType(OF_TYPES, wanted.types, { after, upTo, isSettled });
        return this.#rows(
          selected(`event WHERE ${OF_TYPES} AND ${RANGE}`),
          wanted.types,
          after,
          upTo,
        );
      }
    }
  }

  /** The first rows of a stream, at most `SHELF_ROWS_MAX`, from a revision on. */
  stream(stream: string, from: number): SqlRow[] {
    const found = selected(`${through("by_stream")}
      WHERE by_stream.stream = ? AND by_stream.revision >= ? ORDER BY by_stream.revision`);
    const tail = selected(`event WHERE ${UNSETTLED} AND stream = ? AND revision >= ?
      ORDER BY event.position`);
    return this.#both(found, tail, stream, from);
  }

  /** The last settled event of a stream; undefined where it holds none here. */
  headOf(stream: string): { revision: number; hash: string } | undefined {
    const row = this.#first(
      `SELECT event.revision, event.hash FROM ${through("by_stream")}
       WHERE by_stream.stream = ? ORDER BY by_stream.revision DESC LIMIT 1`,
      stream,
    );
    return row && { revision: cellNumber(row[0]), hash: cellText(row[1]) };
  }

  /** Where the settled event with an id is; undefined where it is not here. */
  placeOf(id: string): { stream: string; position: number } | undefined {
    const columns = "event.id, event.stream, event.position";
    const [sql, value] = this.#isSettled
      ? [`SELECT ${columns} FROM event WHERE id = ?`, id]
      : [`SELECT ${columns} FROM ${through("by_id")} WHERE key = ?`, idKey(id)];
    // Most are new: to hear that there is none is faster than to hear of a list of none.
    if (this.#first(sql, value) === undefined) return undefined;
    const row = this.#rows(sql, value).find((one) => cellText(one[0]) === id);
    return row && { stream: cellText(row[1]), position: cellNumber(row[2]) };
  }

  #byType(
    condition: string,
    value: string,
    { after, upTo, isSettled }: { after: number; upTo: number; isSettled: boolean },
  ): SqlRow[] {
    const found = selected(`${through("by_type")}
      WHERE by_type.${condition} AND by_type.position > ? AND by_type.position <= ?
      ORDER BY by_type.position`);
    const tail = selected(`event WHERE ${UNSETTLED} AND ${condition} AND ${RANGE}`);
    return this.#both(found, isSettled ? null : tail, value, after, upTo);
  }

  /**
   * What is settled, and behind it what is not: one statement, so that whoever settles meanwhile
   * makes no gap.
   */
  #both(found: string, tail: string | null, ...values: (string | number)[]): SqlRow[] {
    if (tail === null || this.#isSettled) return this.#rows(found, ...values);
    const both = `SELECT * FROM (${found}) UNION ALL SELECT * FROM (${tail}) ${LIMIT}`;
    return this.#rows(both, ...values, ...values);
  }

  #rows(sql: string, ...values: (string | number)[]): SqlRow[] {
    return this.#explained(() => this.#prepared(sql).all(...values));
  }

  #first(sql: string, value: string | number): SqlRow | undefined {
    return this.#explained(() => this.#prepared(sql).get(value));
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
