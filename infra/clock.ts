import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "@nightshift/protocol/clock";

/**
 * A timer counts the time that the machine is awake, and a wait is meant by the clock on the wall:
 * so the clock is looked at this often, and a machine that slept past the end goes on at once (E2).
 */
const LOOK_MS = 15_000;

/** The clock of this machine. */
export const systemClock: Clock = clockOf(() => Date.now(), LOOK_MS);

/** A clock by the time on a wall; `lookMs` is how late it may notice that the wall's time jumped. */
export function clockOf(now: () => number, lookMs: number): Clock {
  return {
    now,
    async sleep(ms, signal) {
      const endMs = now() + ms;
      for (let left = ms; left > 0 && !signal.aborted; left = endMs - now()) {
        try {
          await wait(Math.min(left, lookMs), undefined, { signal });
        } catch {
          // An abort ends the sleep; the port promises that it never rejects.
          return;
        }
      }
    },
  };
}
