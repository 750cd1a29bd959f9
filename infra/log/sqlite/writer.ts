/** An event as it is written: text and numbers alone, so that it may cross to a thread. */
export type Entry = {
  id: string;
  type: string;
  atMs: number;
  actor: string;
  causation: string | null;
  correlation: string | null;
  /** The event as JSON, byte by byte what is kept. */
  body: string;
};

/** What one caller wants written to one stream, all or none. */
export type Append = {
  stream: string;
  /** Events the caller believes the stream holds. */
  revision: number;
  timeoutMs: number;
  entries: readonly Entry[];
};

/** Writes appends to a log file, those that wait at the same time by one fsync. */
export interface LogWriter {
  /**
   * @returns The position of the last event.
   * @throws Conflict, Unavailable as `EventStore.append` does.
   */
  append(append: Append): Promise<bigint>;
  /** How many appends wait for their answer. */
  readonly waiting: number;
  /** Writes what waits, once; what a lock keeps from being written is told `Unavailable`. */
  close(): Promise<void>;
}

/** Most appends that wait; who comes then is told at once. */
export const QUEUE_MAX = 10_000;
