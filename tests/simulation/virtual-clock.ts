import type { Clock } from "@nightshift/protocol/clock";

export type VirtualClock = Clock & {
  /** Jumps to the next moment somebody waits for. @returns false when nobody waits. */
  advance(): boolean;
  /** The longest wait anyone asked for, in milliseconds. */
  readonly longestWaitMs: number;
};

type Sleeper = { atMs: number; wake: () => void };

/** Time that passes only while everybody waits, and a millisecond each time it is read. */
export function virtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  let longestWaitMs = 0;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => (nowMs += 1),
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve();
      longestWaitMs = Math.max(longestWaitMs, ms);
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => {
        sleepers.delete(sleeper);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { atMs: nowMs + Math.max(0, ms), wake };
      sleepers.add(sleeper);
      signal.addEventListener("abort", wake);
      return promise;
    },
    advance() {
      let first: Sleeper | null = null;
      for (const sleeper of sleepers) {
        if (first === null || sleeper.atMs < first.atMs) first = sleeper;
      }
      if (first === null) return false;
      nowMs = Math.max(nowMs, first.atMs);
      first.wake();
      return true;
    },
    get longestWaitMs() {
      return longestWaitMs;
    },
  };
}

/** Moments that a night may jump to at most, before it counts as one that never ends (I8). */
const JUMPS_MAX = 20_000;

/**
 * Lets everything run until a condition holds: all that can go on goes on, and then time jumps.
 * @throws Error when everybody waits for something that no time will bring.
 */
export async function runUntil(clock: VirtualClock, isDone: () => boolean): Promise<void> {
  for (let jumps = 0; jumps < JUMPS_MAX; jumps++) {
    await allQuiet();
    if (isDone()) return;
    if (!clock.advance()) throw new Error("stuck: everybody waits, and for nothing that will come");
  }
  throw new Error(`not done after ${JUMPS_MAX} jumps of time`);
}

/** Twins only ever go on in microtasks: when a turn of the event loop comes, all of them are done. */
function allQuiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
