import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { cellNumber, cellText, type SqlRow } from "../../sqlite/rows.ts";
import { streamDeleted } from "../fault.ts";
import { FOREIGN_STREAMS_KEPT, PAGE_BYTES_MAX, PAGE_EVENTS, WINDOW_POSITIONS } from "../limits.ts";
import { isFull } from "../raw-shelf.ts";
import type { Extent, Matches, Page, ServedEvent, ServedLog } from "../served-log.ts";
import { subjectOf } from "./names.ts";
import { firstShown, isDeleted, rulesIn, type StreamRules } from "./stream-rules.ts";

/** How a stream stands: the next revision, the rules it is under, whether it is gone for good. */
export type StreamState = { next: number; rules: StreamRules; isGone: boolean };

const NOTHING: StreamState = { next: 0, rules: {}, isGone: false };
const MS_PER_SECOND = 1_000;
const COLUMNS = "position, stream, revision, id, type, at_ms, content_type, metadata, data";

/** The streams of others, read as the rules of their metadata let them be seen. */
export class ForeignLog implements ServedLog {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #states = new Map<string, StreamState>();
  readonly #statements = new Map<string, StatementSync>();
  #matches: Matches = () => true;

  constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
    db.function("wanted", (stream, type) =>
      this.#matches(cellText(stream), cellText(type)) ? 1 : 0,
    );
  }

  head(): number {
    const row = this.prepared("SELECT max(position) FROM event").get();
    return typeof row?.[0] === "number" ? row[0] : 0;
  }

  /** What is known of a stream; of one that nobody wrote, nothing. */
  state(stream: string): StreamState {
    const known = this.#states.get(stream);
    if (known) return known;
    const sql = "SELECT next, metadata, is_gone FROM stream WHERE name = ?";
    const row: SqlRow | undefined = this.prepared(sql).get(stream);
    if (!row) return NOTHING;
    const state = {
      next: cellNumber(row[0]),
      rules: rulesIn(cellText(row[1])),
      isGone: row[2] === 1,
    };
    if (this.#states.size >= FOREIGN_STREAMS_KEPT) this.#states.clear();
    this.#states.set(stream, state);
    return state;
  }

  /** A stream was written, or a write of it was taken back. */
  forget(stream: string): void {
    this.#states.delete(stream);
  }

  count(stream: string): number {
    return this.state(stream).next;
  }

  extent(stream: string): Extent {
    const { next, rules, isGone } = this.state(stream);
    if (isGone || this.state(subjectOf(stream)).isGone) throw streamDeleted(stream);
    const isThere = next > 0 && !isDeleted(rules);
    return { first: Math.min(firstShown(rules, next), next), next, isThere };
  }

  stream(stream: string, from: number, backwards: boolean, most: number): ServedEvent[] {
    const { first, next } = this.extent(stream);
    const { $maxAge } = this.state(stream).rules;
    const since = $maxAge === undefined ? 0 : this.#now() - $maxAge * MS_PER_SECOND;
    const [low, high] = backwards
      ? [first, Math.min(from, next - 1)]
      : [Math.max(from, first), next];
    const sql = `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision BETWEEN ? AND ?
      AND at_ms >= ? ORDER BY revision ${backwards ? "DESC" : "ASC"} LIMIT ?`;
    return this.#page(sql, stream, low, high, since, Math.min(most, PAGE_EVENTS));
  }

  all(from: number, backwards: boolean, most: number, matches: Matches): Page {
    const head = this.head();
    const start = backwards ? Math.min(from, head) : Math.max(from, 1);
    if (start < 1 || start > head) return { events: [], next: null };
    const low = backwards ? Math.max(start - WINDOW_POSITIONS + 1, 1) : start;
    const high = backwards ? start : Math.min(start + WINDOW_POSITIONS - 1, head);
    this.#matches = matches;
    const sql = `SELECT ${COLUMNS} FROM event WHERE position BETWEEN ? AND ?
      AND wanted(stream, type) ORDER BY position ${backwards ? "DESC" : "ASC"} LIMIT ?`;
    const events = this.#page(sql, low, high, Math.min(most, PAGE_EVENTS));
    const last = events.at(-1)?.position;
    const reached = backwards ? low : high;
    const end = last === undefined || !isFull(events, most) ? reached : last;
    const next = backwards ? end - 1 : end + 1;
    return { events, next: next < 1 || next > head ? null : next };
  }

  /** A statement that is kept; rows come as arrays. */
  prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #page(sql: string, ...values: (string | number)[]): ServedEvent[] {
    const events: ServedEvent[] = [];
    let bytes = 0;
    for (const row of this.prepared(sql).iterate(...values)) {
      const event = servedEvent(row);
      events.push(event);
      bytes += event.data.length;
      if (bytes >= PAGE_BYTES_MAX) break;
    }
    return events;
  }
}

function servedEvent(row: SqlRow): ServedEvent {
  return {
    position: cellNumber(row[0]),
    stream: cellText(row[1]),
    revision: cellNumber(row[2]),
    id: cellText(row[3]),
    type: cellText(row[4]),
    atMs: cellNumber(row[5]),
    contentType: cellText(row[6]),
    metadata: bytesIn(row[7]),
    data: bytesIn(row[8]),
  };
}

function bytesIn(cell: SQLOutputValue | undefined): Uint8Array {
  if (cell instanceof Uint8Array) return cell;
  throw new Error("no bytes in a row of the file");
}
