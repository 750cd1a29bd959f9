/** An event as a client is sent it, whichever log it is of. */
export type ServedEvent = {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  atMs: number;
  contentType: string;
  metadata: string | Uint8Array;
  data: string | Uint8Array;
};

/** Events, and the position at which the next look begins; null where the log ends. */
export type Page = { events: ServedEvent[]; next: number | null };

/** Whether a reader wants an event; asked before its body is read. */
export type Matches = (stream: string, type: string) => boolean;

/** What of a stream is shown: from `first` on, and `next` is the revision of what comes. */
export type Extent = { first: number; next: number; isThere: boolean };

/** A log that clients read: the house's own, or that of the streams of others. */
export interface ServedLog {
  /** The last position, 0 where the log is empty. */
  head(): number;
  /** How many events were ever written to a stream, whatever became of them. */
  count(stream: string): number;
  /** @throws Fault `stream-deleted`. */
  extent(stream: string): Extent;
  /**
   * Events of a stream from a revision on, that one among them; at most a page.
   * @throws Fault `stream-deleted`.
   */
  stream(stream: string, from: number, backwards: boolean, most: number): ServedEvent[];
  /** Events of all streams from a position on, that one among them; at most a window of the log. */
  all(from: number, backwards: boolean, most: number, matches: Matches): Page;
}
