import type { KnownWindow } from "@nightshift/protocol/account";
import { DAY_MS } from "@nightshift/protocol/clock";
import { momentOn } from "./directors-day.ts";

type Resets = NonNullable<KnownWindow["resets"]>;

/** When a window that resets by the clock does so next, in its own time zone; now does not count. */
export function nextReset(resets: Resets, nowMs: number): number {
  for (const at of resetsFrom(resets, nowMs)) if (at > nowMs) return at;
  throw new Error(`nothing resets at ${resets.time}`);
}

/** When it did last; now counts. */
export function lastReset(resets: Resets, nowMs: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const at of resetsFrom(resets, nowMs)) if (at <= nowMs) last = at;
  return last;
}

/** Every reset from eight days before a moment to nine days after it, oldest first. */
function* resetsFrom({ weekday, time, timeZone }: Resets, nowMs: number): Iterable<number> {
  const today = Math.floor(nowMs / DAY_MS);
  for (let day = today - 8; day <= today + 9; day++) {
    if (weekday === null || weekdayOf(day) === weekday) yield momentOn(day, time, timeZone);
  }
}

/** 1 is Monday; day 0 of 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return ((day + 3) % 7) + 1;
}
