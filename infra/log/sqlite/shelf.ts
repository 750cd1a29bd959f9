import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainLog } from "./errors.ts";
import { idKey } from "./id-key.ts";
import { cellNumber, cellText, type Cells } from "./rows.ts";
import { letRowsBeTaken, takenRows, takingRows, type Taken } from "./taken-rows.ts";

/** The columns of an event, in the order in which `recordedFrom` takes them. */
const EVENT_COLUMNS = `
  event.position, event.stream, event.revision, event.id, event.at_ms, event.actor,
  event.causation, event.correlation, event.version, event.body
`;
/** Most rows that one query returns: half as many make reading one type 4 % slower. */
export const SHELF_ROWS_MAX = 1_000;
const LIMIT = `LIMIT ${SHELF_ROWS_MAX}`;
const RANGE = "event.position > ? AND event.position <= ? ORDER BY event.position";
const OF_TYPES = "type IN (SELECT value FROM json_each(?))";
/** What no index knows yet. */
const UNSETTLED = "event.position > (SELECT settled_to FROM log_state)";
/** Looked at where they are, whatever index of an archive knows their types. */
const scanned = (condition: string) => {
  return takingRows(EVENT_COLUMNS, `event WHERE ${condition} ${RANGE} ${LIMIT}`);
};
/** Events at positions, in their order. One that leads to none gives a row of nothing, which is told. */
const placed = (positions: string) => {
  return takingRows(EVENT_COLUMNS, `(${positions} ${LIMIT}) LEFT JOIN event USING (position)`);
};
const through = (index: string) => `${index} LEFT JOIN event USING (position)`;

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
    letRowsBeTaken(db);
  }

  /**
   * The first rows, at most `SHELF_ROWS_MAX` and fewer where they are long, after a position, up to
   * and including another.
   * @param isSettled Whether all of these are known to be settled: then fewer places are looked at.
   */
  block(wanted: Wanted, after: number, upTo: number, isSettled: boolean): Taken {
    switch (wanted.kind) {
      case "all":
        return this.#taken(scanned(""), after, upTo);
      case "type":
        return this.#byType("type = ?", wanted.type, { after, upTo, isSettled });
      case "types": {
        if (wanted.sparse) return this.#byType(OF_TYPES, wanted.types, { after, upTo, isSettled });
        return this.#taken(scanned(`+${OF_TYPES} AND`), wanted.types, after, upTo);
      }
    }
  }

  /** The first rows of a stream from a revision on, as many as in a block. */
  stream(stream: string, from: number): Taken {
    const found = `SELECT position FROM by_stream
      WHERE stream = ? AND revision >= ? ORDER BY revision`;
    const tail = `SELECT position FROM event
      WHERE ${UNSETTLED} AND stream = ? AND revision >= ? ORDER BY position`;
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
  ): Taken {
    const found = `SELECT position FROM by_type AS event WHERE ${condition} AND ${RANGE}`;
    const tail = `SELECT position FROM event WHERE ${UNSETTLED} AND ${condition} AND ${RANGE}`;
    return this.#both(found, isSettled ? null : tail, value, after, upTo);
  }

  /**
   * What is settled, and behind it what is not: one statement, so that whoever settles meanwhile
   * makes no gap.
   */
  #both(found: string, tail: string | null, ...values: (string | number)[]): Taken {
    if (tail === null || this.#isSettled) return this.#taken(placed(found), ...values);
    const both = [found, tail].map((positions) => `SELECT * FROM (${positions} ${LIMIT})`);
    return this.#taken(placed(both.join(" UNION ALL ")), ...values, ...values);
  }

  #taken(sql: string, ...values: (string | number)[]): Taken {
    return this.#explained(() => takenRows(this.#prepared(sql), ...values));
  }

  #rows(sql: string, ...values: (string | number)[]): Cells[] {
    return this.#explained(() => this.#prepared(sql).all(...values));
  }

  #first(sql: string, value: string | number): Cells | undefined {
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
