import { CHAIN_START, hashOfContent, linkHashLike, type Link } from "../chain.ts";
import { type ChainRange, linkOf } from "./chain-range.ts";
import { idKey } from "./id-key.ts";
import {
  IndexSums,
  keyOf,
  placeInStream,
  placeInType,
  placeOfId,
  type IndexTotals,
} from "./index-sums.ts";
import type { Range } from "./ranges.ts";
import { cellNumber, type Cells } from "./rows.ts";

/** Something about one event that is not as it was written. */
export type Finding = { stream: string; revision: number; position: number; why: string };

/** What stands in a range of the log. */
export type RangeReport = {
  events: number;
  /** How many streams begin in it. */
  begun: number;
  /** Its first event and its last position; null where it has none. */
  first: Omit<Finding, "why"> | null;
  last: number | null;
  /** The first ones, at most `FINDINGS_MAX`. */
  findings: Finding[];
  /** What its events add to the sums that its indexes should come to. */
  sums: IndexTotals;
  /** The streams written since the step before, and the last hash of each, as far as is sealed. */
  steps: { upTo: number; streams: readonly string[]; hashes: readonly string[] }[];
};

export type CheckOptions = {
  /** Positions up to which something was sealed, and the last of them; 0 for none. */
  seals: ReadonlySet<number>;
  sealedTo: number;
  /** Positions that the indexes know, up to and including this one. */
  settledTo: number;
  /** Drawn for one verification: nobody could know what ids and streams would come to. */
  seed: number;
};

/** Most findings that are told; the first ones say where to look. */
export const FINDINGS_MAX = 100;

/** A stream where it stands. */
type Head = {
  stream: string;
  /** Of `keyOf`. */
  key: number;
  revision: number;
  stored: string;
  recomputed: string;
  /** Since the step before. */
  isChanged: boolean;
};

/** One pass over a range, an event after the other. */
export class RangeWalk {
  last: number | null = null;
  readonly #range: Range;
  readonly #options: CheckOptions;
  readonly #rows: ChainRange;
  readonly #heads = new Map<string, Head>();
  readonly #sums = new IndexSums();
  readonly #findings: Finding[] = [];
  readonly #steps: RangeReport["steps"] = [];
  readonly #changed: Head[] = [];
  #first: RangeReport["first"] = null;
  #events = 0;
  #begun = 0;

  constructor(range: Range, options: CheckOptions, rows: ChainRange) {
    this.#range = range;
    this.#options = options;
    this.#rows = rows;
  }

  see(row: Cells): void {
    const stream = String(row[0]);
    const stored = String(row[1]);
    const revision = cellNumber(row[2]);
    const position = cellNumber(row[3]);
    const place = { stream, revision, position };
    if (this.last === null) this.#first = place;
    else if (position !== this.last + 1) this.#tell(place, missing(position - this.last - 1));
    this.#events += 1;
    if (revision === 0) this.#begun += 1;
    this.last = position;
    const head = this.#heads.get(stream) ?? this.#meet(stream, revision);
    if (revision !== head.revision + 1) {
      this.#tell(place, `event ${head.revision + 1} of its stream should come here`);
    }
    const content = row[4];
    const isPlain = typeof content === "string" && !content.includes("\uFFFD");
    const isTrue = isPlain && hashOfContent(stored, head.stored, content) === stored;
    head.recomputed = isTrue ? stored : this.#lookCloser(row, place, head);
    head.revision = revision;
    head.stored = stored;
    if (!head.isChanged && position <= this.#options.sealedTo) this.#change(head);
    if (position <= this.#options.settledTo) {
      this.#sums.addStream(head.key, placeInStream(revision, position));
      const isAdded = isPlain && this.#addUp(content, stream.length + digits(revision), position);
      if (!isAdded) this.#addCells(row, position);
    }
    if (this.#options.seals.has(position)) this.#step(position);
  }

  report(): RangeReport {
    if (this.last !== null && this.#changed.length > 0) this.#step(this.last);
    const { ids, streams, types } = this.#sums;
    return {
      events: this.#events,
      begun: this.#begun,
      first: this.#first,
      last: this.last,
      findings: this.#findings,
      sums: { ids, streams, types },
      steps: this.#steps,
    };
  }

  /**
   * Id and type stand in the content after the stream and the revision, in quotes.
   * @returns Whether they stand there as they are, with nothing escaped.
   */
  #addUp(content: string, before: number, position: number): boolean {
    const idAt = before + '["","","'.length;
    const idEnd = content.indexOf('"', idAt);
    const typeAt = idEnd + '","'.length;
    const typeEnd = content.indexOf('"', typeAt);
    const escapedAt = content.indexOf("\\", idAt);
    if (escapedAt >= 0 && escapedAt < typeEnd) return false;
    const { seed } = this.#options;
    this.#sums.addId(placeOfId(idKey(content, idAt, idEnd), position, seed));
    this.#sums.addType(keyOf(content, seed, typeAt, typeEnd), placeInType(position));
    return true;
  }

  /** The same from the columns themselves. */
  #addCells(row: Cells, position: number): void {
    const { id, type } = this.#linkOf(row, position);
    const { seed } = this.#options;
    this.#sums.addId(placeOfId(idKey(id), position, seed));
    this.#sums.addType(keyOf(type, seed), placeInType(position));
  }

  #linkOf(row: Cells, position: number): Link {
    return linkOf(row[5] === undefined ? (this.#rows.at(position) ?? row) : row);
  }

  #change(head: Head): void {
    head.isChanged = true;
    this.#changed.push(head);
  }

  #step(upTo: number): void {
    const streams = this.#changed.map(({ stream }) => stream);
    const hashes = this.#changed.map(({ stored }) => stored);
    this.#steps.push({ upTo, streams, hashes });
    for (const head of this.#changed.splice(0)) head.isChanged = false;
  }

  #tell(place: Omit<Finding, "why">, why: string): void {
    if (this.#findings.length < FINDINGS_MAX) this.#findings.push({ ...place, why });
  }

  /** @returns The hash as it should be. */
  #lookCloser(row: Cells, place: Omit<Finding, "why">, head: Head): string {
    const stored = String(row[1]);
    const link = this.#linkOf(row, place.position);
    const recomputed = linkHashLike(stored, head.stored, link);
    // After an event whose hash was changed, the true hash before it is the recomputed one.
    const fits = stored === recomputed || stored === linkHashLike(stored, head.recomputed, link);
    if (!fits) this.#tell(place, "its content or hash was changed after it was written");
    else if (!this.#rows.isCleanText(link, stored)) {
      this.#tell(place, "it holds bytes that were never written");
    }
    return recomputed;
  }

  /** A stream as it stood when the range begins. */
  #meet(stream: string, revision: number): Head {
    const key = keyOf(stream, this.#options.seed);
    const head = { stream, key, ...this.#headBefore(stream, revision), isChanged: false };
    this.#heads.set(stream, head);
    return head;
  }

  #headBefore(
    stream: string,
    revision: number,
  ): { revision: number; stored: string; recomputed: string } {
    const { after } = this.#range;
    const row = revision > 0 ? this.#rows.before(stream, revision, after) : undefined;
    if (!row) return { revision: -1, stored: CHAIN_START, recomputed: CHAIN_START };
    const at = cellNumber(row[2]);
    const older = this.#rows.before(stream, at, after);
    const previous = older ? String(older[1]) : CHAIN_START;
    const stored = String(row[1]);
    return { revision: at, stored, recomputed: linkHashLike(stored, previous, linkOf(row)) };
  }
}

/** How long a number is as text. */
function digits(revision: number): number {
  return revision >= 0 && revision < 10 ? 1 : String(revision).length;
}

/** What is told about an event before which others are missing. */
export function missing(count: number): string {
  return `${count} events are missing before it in the log`;
}
