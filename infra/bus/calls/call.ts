import type { Moment, Request } from "./moment.ts";

/** A call of any kind, as those see it who ask for it: running here, elsewhere, or over. */
export interface Call {
  readonly request: Request;
  /** Whether it is in the log, and outlives this process and its caller's connection. */
  readonly isKept: boolean;
  /** What has happened so far, in order, from the first. */
  read(): Promise<readonly Moment[]> | readonly Moment[];
  /**
   * Emits the moments after a number, each once and in order; resolves after the last of the call,
   * or when the signal aborts.
   */
  follow(
    afterSeq: number,
    take: (moment: Moment) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Ends it for its caller, wherever it runs; resolves when it is over, by this or otherwise. */
  cancel(by: string): Promise<void>;
}
