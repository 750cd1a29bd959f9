import type { Recorded } from "@nightshift/protocol/envelope";

/** What the read side needs of a log. Positions are opaque: they are compared, never counted with. */
export interface LogReader {
  /** Events of all streams after a position, up to and including another, of some types. */
  readAll(options: {
    after: bigint;
    upTo: bigint;
    types: readonly string[];
  }): AsyncIterable<Recorded>;
  /** Events of one stream from a revision on. */
  read(stream: string, options: { from: number }): AsyncIterable<Recorded>;
  /** Position of the last event, 0 where there is none. */
  head(): Promise<bigint>;
}
