import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainLog } from "./errors.ts";
import { cellNumber, cellText, type SqlRow } from "./rows.ts";

/** The columns of an event, in the order in which `recordedFrom` takes them. */
const EVENT_COLUMNS =
  "position, stream, revision, id, at_ms, actor, causation, correlation, version, body";
/** Most rows that one query returns. */
export const SHELF_ROWS_MAX = 500;

/** How events are looked for: all of them, those of one type, or of several by index or by scan. */
export type Wanted =
  | { kind: "all" }
  | { kind: "type"; type: string }
  | { kind: "types"; types: string; sparse: boolean };

/** The events of one file: the log, or its archive. */
export class Shelf {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
  }

  /** The first rows, at most `SHELF_ROWS_MAX`, after a position, up to and including another. */
  block(wanted: Wanted, after: number, upTo: number): SqlRow[] {
    const range = "position > ? AND position <= ?";
    switch (wanted.kind) {
      case "all":
        return this.#rows(`event WHERE ${range} ORDER BY position`, after, upTo);
      case "type": {
        const from = `event INDEXED BY event_type WHERE type = ? AND ${range} ORDER BY position`;
        return this.#rows(from, wanted.type, after, upTo);
      }
      case "types": {
        const how = wanted.sparse ? "INDEXED BY event_type" : "NOT INDEXED";
        const of = "type IN (SELECT value FROM json_each(?))";
        const from = `event ${how} WHERE ${of} AND ${range} ORDER BY position`;
        return this.#rows(from, wanted.types, after, upTo);
      }
    }
  }

  /** The first rows of a stream, at most `SHELF_ROWS_MAX`, from a revision on. */
  stream(stream: string, from: number): SqlRow[] {
    return this.#rows("event WHERE stream = ? AND revision >= ? ORDER BY revision", stream, from);
  }

  /** The last event of a stream; undefined where it holds none here. */
  headOf(stream: string): { revision: number; hash: string } | undefined {
    const row = this.#first(
      "SELECT revision, hash FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1",
      stream,
    );
    return row && { revision: cellNumber(row[0]), hash: cellText(row[1]) };
  }

  /** Where the event with an id is; undefined where it is not here. */
  placeOf(id: string): { stream: string; position: number } | undefined {
    const row = this.#first("SELECT stream, position FROM event WHERE id = ?", id);
    return row && { stream: cellText(row[0]), position: cellNumber(row[1]) };
  }

  #rows(from: string, ...values: (string | number)[]): SqlRow[] {
    const sql = `SELECT ${EVENT_COLUMNS} FROM ${from} LIMIT ${SHELF_ROWS_MAX}`;
    return this.#explained(() => this.#prepared(sql).all(...values));
  }

  #first(sql: string, value: string): SqlRow | undefined {
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
