import type { Clock } from "@nightshift/protocol/clock";

/** Time that passes when somebody waits for it, and a millisecond each time it is read. */
export type SimulatedClock = Clock & {
  /** Jumps to a moment; never back. */
  jumpTo(atMs: number): void;
  /** The longest wait anyone asked for, in milliseconds. */
  readonly longestWaitMs: number;
};

export function simulatedClock(startMs: number): SimulatedClock {
  let nowMs = startMs;
  let longestWaitMs = 0;
  return {
    now: () => (nowMs += 1),
    async sleep(ms, signal) {
      if (signal.aborted) return;
      longestWaitMs = Math.max(longestWaitMs, ms);
      nowMs += Math.max(0, ms);
    },
    jumpTo(atMs) {
      nowMs = Math.max(nowMs, atMs);
    },
    get longestWaitMs() {
      return longestWaitMs;
    },
  };
}
