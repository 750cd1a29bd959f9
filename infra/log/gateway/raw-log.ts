import { archivePathOf, mustBeThere } from "../sqlite/archive.ts";
import { LAST_POSITION } from "../sqlite/layout.ts";
import { WINDOW_POSITIONS } from "./limits.ts";
import { isFull, RawShelf } from "./raw-shelf.ts";
import type { Extent, Matches, Page, ServedEvent, ServedLog } from "./served-log.ts";

const LAST = `SELECT ${LAST_POSITION} FROM log_state`;
const ARCHIVED_TO = "SELECT archived_to FROM log_state";

/**
 * A log and its archive, read row by row and both ways on connections of their own. The live file is
 * always looked at first: what it lacks by then is in the archive, as that is written before.
 */
export class RawLog implements ServedLog {
  readonly #path: string;
  readonly #live: RawShelf;
  #archived: RawShelf | undefined;

  /** @param path An existing log, opened by `openLog` before. */
  constructor(path: string) {
    this.#path = path;
    this.#live = new RawShelf(path);
  }

  /** The last position, 0 where the log is empty. */
  head(): number {
    return this.#live.number(LAST) ?? 0;
  }

  count(stream: string): number {
    const last = this.#live.lastRevision(stream) ?? this.#older()?.lastRevision(stream);
    return last === undefined ? 0 : last + 1;
  }

  extent(stream: string): Extent {
    const next = this.count(stream);
    return { first: 0, next, isThere: next > 0 };
  }

  /** The revision of the event at a position that was written. */
  revisionAt(position: bigint): number {
    const revision = this.#live.revisionAt(position) ?? this.#older()?.revisionAt(position);
    if (revision === undefined) throw new Error(`nothing is at position ${position}`);
    return revision;
  }

  /** Events of a stream from a revision on, that one among them; at most a page. */
  stream(stream: string, from: number, backwards: boolean, most: number): ServedEvent[] {
    const events = this.#live.stream(stream, from, backwards, most);
    if (events[0]?.revision === from || this.#archivedTo() === 0) return events;
    const older = this.#archive().stream(stream, from, backwards, most);
    // Backwards, what is live comes first; forwards, what is archived.
    if (backwards) return events.length > 0 ? events : older;
    return older.length > 0 ? older : events;
  }

  /** Events of all streams from a position on, that one among them; at most a window of the log. */
  all(from: number, backwards: boolean, most: number, matches: Matches): Page {
    const head = this.head();
    const start = backwards ? Math.min(from, head) : from;
    if (start < 1 || start > head) return { events: [], next: null };
    let low = backwards ? Math.max(start - WINDOW_POSITIONS + 1, 1) : start;
    let high = backwards ? start : Math.min(start + WINDOW_POSITIONS - 1, head);
    let events = this.#live.range(low, high, backwards, most, matches);
    const archivedTo = this.#archivedTo();
    if (start <= archivedTo) {
      high = Math.min(high, archivedTo);
      events = this.#archive().range(low, high, backwards, most, matches);
    } else {
      low = Math.max(low, archivedTo + 1);
    }
    const reached = backwards ? low : high;
    const last = events.at(-1)?.position;
    // More may be between the last of a full page and the end of its window.
    const isWhole = last === undefined || !isFull(events, most);
    const end = isWhole ? reached : last;
    const next = backwards ? end - 1 : end + 1;
    return { events, next: next < 1 || next > head ? null : next };
  }

  close(): void {
    this.#live.close();
    this.#archived?.close();
  }

  #older(): RawShelf | undefined {
    return this.#archivedTo() > 0 ? this.#archive() : undefined;
  }

  #archivedTo(): number {
    return this.#live.number(ARCHIVED_TO) ?? 0;
  }

  #archive(): RawShelf {
    if (!this.#archived) {
      const path = archivePathOf(this.#path);
      mustBeThere(path);
      this.#archived = new RawShelf(path, { isSettled: true });
    }
    return this.#archived;
  }
}
