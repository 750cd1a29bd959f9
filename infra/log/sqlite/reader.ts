import { setImmediate as nextTurn } from "node:timers/promises";
import type { Recorded } from "@nightshift/protocol/envelope";
import type { Archive } from "./archive.ts";
import { Damaged, explainLog } from "./errors.ts";
import { recordedFrom } from "./recorded.ts";
import { cellNumber, type Cells } from "./rows.ts";
import { SHELF_ROWS_MAX, type Shelf, type Wanted } from "./shelf.ts";
import type { LogState, StateRow } from "./state.ts";

/** How many positions one query looks at, at the least and at the most. */
const SPAN_MIN = 500;
const SPAN_MAX = 100_000;
/** Below this share of wanted events the index by type is faster than looking at every row. */
const SPARSE = 0.25;

type Range = { after: number; upTo: number };
type Block = { rows: readonly Cells[]; next: (() => Block) | null };

/** Reads a log and its archive in blocks, and lets others have their turn between them. */
export class LogReader {
  readonly #path: string;
  readonly #live: Shelf;
  readonly #archive: Archive;
  readonly #state: StateRow;
  /** Up to where events are settled, as far as is known here. */
  #settledTo = 0;

  constructor(path: string, parts: { live: Shelf; archive: Archive; state: StateRow }) {
    this.#path = path;
    this.#live = parts.live;
    this.#archive = parts.archive;
    this.#state = parts.state;
  }

  head(): number {
    return this.#look().lastPosition;
  }

  /** The events of a stream; `begin` is called when the first of them is asked for. */
  stream(stream: string, begin: () => number): AsyncIterableIterator<Recorded> {
    return new Walk(this.#path, () => this.#page(stream, begin()));
  }

  /**
   * Events after a position, up to and including another; `begin` says which, when the first of
   * them is asked for.
   * @param types Only these; undefined for all.
   */
  range(types: readonly string[] | undefined, begin: () => Range): AsyncIterableIterator<Recorded> {
    return new Walk(this.#path, () => {
      const { after, upTo } = begin();
      return types?.length === 0 ? END : this.#block(types, { after, upTo }, SPAN_MIN, true);
    });
  }

  #block(
    types: readonly string[] | undefined,
    { after, upTo }: Range,
    span: number,
    sparse: boolean,
  ): Block {
    if (after >= upTo) return END;
    const wanted = wantedOf(types, sparse);
    // One type is read from its index alone: what lies between its events costs nothing.
    const end = wanted.kind === "type" ? upTo : Math.min(after + span, upTo);
    const { rows, to } = this.#span(wanted, after, end);
    const share = rows.length / (to - after);
    // What was almost empty may be taken in larger steps; memory bounds the others.
    const wider = Math.max(SPAN_MIN, Math.min(span * 4, SHELF_ROWS_MAX / share, SPAN_MAX));
    const next = () => this.#block(types, { after: to, upTo }, Math.floor(wider), share < SPARSE);
    return { rows, next };
  }

  /** The first rows of a span, and up to where they are all. */
  #span(wanted: Wanted, after: number, upTo: number): { rows: Cells[]; to: number } {
    let found = this.#live.block(wanted, after, upTo, upTo <= this.#settledTo);
    let end = upTo;
    // Looked at after the rows: what was not in the archive by now was not when they were read.
    const { archivedTo } = this.#look();
    if (archivedTo > after) {
      end = Math.min(upTo, archivedTo);
      found = this.#archive.shelf.block(wanted, after, end, true);
    }
    const { rows, isCut } = found;
    const isAll = !isCut && rows.length < SHELF_ROWS_MAX;
    return { rows, to: isAll ? end : this.#further(after, rows.at(-1)?.[0]) };
  }

  #look(): LogState {
    const state = this.#state.read();
    this.#settledTo = state.settledTo;
    return state;
  }

  #page(stream: string, from: number): Block {
    let { rows } = this.#live.stream(stream, from);
    // What does not begin where it should begins in the archive, or does not exist.
    if (rows[0]?.[2] !== from && this.#look().archivedTo > 0) {
      const older = this.#archive.shelf.stream(stream, from);
      if (older.rows.length > 0) rows = older.rows;
    }
    const last = rows.at(-1);
    if (last === undefined) return END;
    const next = this.#further(from - 1, last[2]) + 1;
    return { rows, next: () => this.#page(stream, next) };
  }

  /** A damaged index may lead back to where the reader was: it would read for ever. */
  #further(after: number, cell: Cells[number] | undefined): number {
    const to = cellNumber(cell);
    if (to > after) return to;
    throw new Damaged(this.#path, `an index leads from ${after} to ${to}`);
  }
}

const END: Block = { rows: [], next: null };

function wantedOf(types: readonly string[] | undefined, sparse: boolean): Wanted {
  if (types === undefined) return { kind: "all" };
  const [type, ...others] = types;
  if (type !== undefined && others.length === 0) return { kind: "type", type };
  return { kind: "types", types: JSON.stringify(types), sparse };
}

/** An event at a time for the reader, a turn for everybody between two blocks. */
class Walk implements AsyncIterableIterator<Recorded> {
  readonly #path: string;
  #next: (() => Block) | null;
  #rows: readonly Cells[] = [];
  #at = 0;
  #isFirst = true;

  constructor(path: string, begin: () => Block) {
    this.#path = path;
    this.#next = begin;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Most events are there already: an async function for each is 2 % of what it costs to read it. */
  next(): Promise<IteratorResult<Recorded>> {
    const row = this.#rows[this.#at];
    if (row === undefined) return this.#nextBlock();
    this.#at += 1;
    try {
      return Promise.resolve({ done: false, value: recordedFrom(row, this.#path) });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #nextBlock(): Promise<IteratorResult<Recorded>> {
    while (this.#at === this.#rows.length) {
      if (this.#next === null) return { done: true, value: undefined };
      if (!this.#isFirst) await nextTurn();
      this.#isFirst = false;
      const { rows, next } = this.#look(this.#next);
      this.#rows = rows;
      this.#next = next;
      this.#at = 0;
    }
    return this.next();
  }

  #look(next: () => Block): Block {
    try {
      return next();
    } catch (error) {
      throw explainLog(error, this.#path);
    }
  }

  async return(): Promise<IteratorResult<Recorded>> {
    this.#next = null;
    this.#rows = [];
    this.#at = 0;
    return { done: true, value: undefined };
  }
}
