import type { Pending, Recorded } from "@nightshift/protocol/envelope";

/** Where events go and come from: memory, SQLite, or a cluster. One contract for all of them. */
export interface EventStore {
  /**
   * Appends events to one stream, all or none. Event ids that are all there already make it a no-op
   * that answers as it did then.
   * @param options.revision Events the caller believes the stream holds (0 = new).
   * @param options.timeoutMs Milliseconds to wait for the disk; the write may still have landed.
   * @returns The position of the last event: opaque, increasing in the order of the log.
   * @throws Conflict when the stream holds another number of events.
   * @throws Unavailable when the disk or the server fails.
   */
  append(
    stream: string,
    events: readonly Pending[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint>;
  /** The events of one stream, oldest first; none where the stream is unknown. */
  read(stream: string, options?: { from?: number }): AsyncIterable<Recorded>;
  /** All streams in the order of the log, after a position, up to and including another. */
  readAll(options?: {
    after?: bigint;
    upTo?: bigint;
    types?: readonly string[];
  }): AsyncIterable<Recorded>;
  /** Catches up after a position, then waits for what comes; ends when the signal aborts. */
  follow(options: {
    after: bigint;
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<Recorded>;
  /** Position of the last event of the log, 0 where it is empty. */
  head(): Promise<bigint>;
  close(): Promise<void>;
}
