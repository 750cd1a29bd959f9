import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "@nightshift/protocol/clock";

/** Timers hold at most this many milliseconds; longer sleeps are made of several. */
const TIMER_MAX_MS = 2_000_000_000;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = ms;
    while (left > 0 && !signal.aborted) {
      const step = Math.min(left, TIMER_MAX_MS);
      try {
        await wait(step, undefined, { signal });
      } catch {
        // An abort ends the sleep; the port promises that it never rejects.
        return;
      }
      left -= step;
    }
  },
};
