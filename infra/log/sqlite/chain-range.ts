import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Link } from "../chain.ts";
import { seesArchive } from "./archive.ts";
import { RangeWalk, type CheckOptions, type RangeReport } from "./range-walk.ts";
import type { Range } from "./ranges.ts";
import { cellNumber, type Cells } from "./rows.ts";
import { letRowsBeTaken, takenRows, takingRows, type Taken } from "./taken-rows.ts";

/** Rows that one query returns. */
const ROWS = 500;
/** A position or revision from here on is none that a log gives. */
const BEYOND = Number.MAX_SAFE_INTEGER;

/** What the chain protects, as text: a changed number may be none that JavaScript can hold. */
const LINK = `stream, CAST(revision AS TEXT), id, type, CAST(at_ms AS TEXT), actor, causation,
  correlation, CAST(version AS TEXT), body`;
const bounded = (column: string) => `coalesce(min(max(${column}, -1), ${BEYOND}), -1)`;
/** Cells for `RangeWalk`: with the content as a whole, and with its parts behind it, for `linkOf`. */
const FAST = `stream, hash, revision, position, json_array(${LINK})`;
const CAREFUL = `stream, hash, ${bounded("revision")}, ${bounded("position")}, NULL, ${LINK}`;
const ROWS_OF = `event WHERE position > ? AND position <= ? ORDER BY position LIMIT ${ROWS}`;

/**
 * Recomputes the chains of the streams within a range of positions. Each event needs only the hash
 * that is stored before it, so ranges can be looked at in any order, and by several threads.
 */
export class ChainRange {
  readonly #fast: StatementSync;
  readonly #careful: StatementSync;
  readonly #before: readonly StatementSync[];
  readonly #same: StatementSync;
  readonly #last: StatementSync;

  /** @param settledTo Up to where the indexes go. */
  constructor(db: DatabaseSync, settledTo: number) {
    const prepare = (sql: string) => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    letRowsBeTaken(db);
    // Of two files SQLite looks at an event of each before it knows which of them comes first.
    const from = seesArchive(db) ? `(SELECT * FROM ${ROWS_OF})` : ROWS_OF;
    // SQLite makes the same JSON as `linkHash`, faster; where the hash is another one, it decides.
    this.#fast = prepare(takingRows(FAST, from));
    this.#careful = prepare(takingRows(CAREFUL, from));
    const last = `stream = ? AND revision < ? AND position <= ? ORDER BY revision DESC LIMIT 1`;
    const found = "main.event WHERE position = (SELECT position FROM by_stream WHERE";
    const places = [
      `main.event WHERE position > ${settledTo} AND ${last}`,
      `${found} ${last})`,
      ...(seesArchive(db) ? [`archive.event WHERE ${last}`] : []),
    ];
    this.#before = places.map((place) => prepare(`SELECT ${CAREFUL} FROM ${place}`));
    this.#same = prepare(`SELECT 1 FROM event WHERE stream = ? AND CAST(revision AS TEXT) = ?
      AND id = ? AND type = ? AND actor = ? AND causation IS ? AND correlation IS ? AND body = ?
      AND hash = ?`);
    this.#last = prepare(`SELECT ${bounded("position")} FROM event ORDER BY position DESC LIMIT 1`);
  }

  /** The position of the last event that is there; 0 for none. */
  lastPosition(): number {
    return cellNumber(this.#last.get()?.[0] ?? 0);
  }

  check(range: Range, options: CheckOptions): RangeReport {
    const walk = new RangeWalk(range, options, this);
    let after = range.after;
    for (let isFull = true; isFull;) {
      const { rows, isCut } = this.#rows(after, range.upTo);
      for (const row of rows) walk.see(row);
      // Nothing is looked for beyond the positions that there can be.
      isFull = (isCut || rows.length === ROWS) && (walk.last ?? 0) < BEYOND;
      after = BigInt(walk.last ?? 0);
    }
    return walk.report();
  }

  /** The last event of a stream before a revision, at or before a position, for `linkOf`. */
  before(stream: string, revision: number, position: bigint): Cells | undefined {
    for (const place of this.#before) {
      const row = place.get(stream, revision, position);
      if (row) return row;
    }
    return undefined;
  }

  /** The event at a position, for `linkOf`. */
  at(position: number): Cells | undefined {
    return takenRows(this.#careful, BigInt(position) - 1n, BigInt(position)).rows[0];
  }

  /** Bytes that are no text are read as U+FFFD, like the real one: only then look at the bytes. */
  isCleanText(link: Link, stored: string): boolean {
    const { stream, id, type, actor, causation, correlation, body } = link;
    const values = [id, type, actor, causation, correlation, body, stored];
    if (!values.some((text) => text?.includes("\uFFFD"))) return true;
    return this.#same.get(stream, String(link.revision), ...values) !== undefined;
  }

  #rows(after: bigint, upTo: bigint): Taken {
    try {
      const taken = takenRows(this.#fast, after, upTo);
      if (taken.rows.every((row) => typeof row[2] === "number" && typeof row[3] === "number")) {
        return taken;
      }
    } catch {
      // A cell that is no text makes no JSON, a number may be none for JavaScript.
    }
    return takenRows(this.#careful, after, upTo);
  }
}

/** The content of a row of `before` or `at`. */
export function linkOf(row: Cells): Link {
  const text = (index: number) => String(row[index]);
  const textOrNull = (index: number) => (row[index] === null ? null : text(index));
  return {
    stream: text(5),
    revision: whole(text(6)),
    id: text(7),
    type: text(8),
    atMs: whole(text(9)),
    actor: text(10),
    causation: textOrNull(11),
    correlation: textOrNull(12),
    version: whole(text(13)),
    body: text(14),
  };
}

/** What a flipped bit has made of a number fits no hash, whatever it is taken for. */
function whole(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : -1n;
}
