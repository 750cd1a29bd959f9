import type { WindowSeen } from "@nightshift/protocol/account";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { nextReset } from "@nightshift/agents/dispatcher/accounts/resets";
import type { KnownWindow } from "@nightshift/protocol/account";

/** Who uses an account. */
type User = "night" | "director";

/** One window of a week, as it was in truth. */
export type Week = {
  startMs: number;
  endMs: number;
  /** Percent of the week. */
  night: number;
  director: number;
  /** Each use of the director's, oldest first. */
  uses: { atMs: number; percent: number }[];
};

/** A subscription as its provider runs it: nobody else knows these numbers. */
export type Provider = {
  readonly name: string;
  /**
   * Uses a part of the five-hour window, in percent of it. @returns when the limit that is in the way
   * resets, and null where it was granted.
   */
  use(who: User, percent: number, atMs: number): number | null;
  /** What an answer tells of the windows: whole percent, and when they reset. */
  told(atMs: number): WindowSeen[];
  /** Percent of each window that is used in truth. */
  used(atMs: number): { window: string; percent: number; startMs: number; resetsAtMs: number }[];
  /** Every week that has begun, the current one last. */
  weeks(atMs: number): readonly Week[];
};

export const SHORT = "five_hour";
export const LONG = "seven_day";
const SHORT_MS = 5 * HOUR_MS;
const LONG_MS = 7 * DAY_MS;
/** A week holds as much as this many five-hour windows. */
const SHORT_IN_LONG = 8;

/** @param resets When its week begins anew: a day of its own. */
export function createProvider(
  name: string,
  resets: NonNullable<KnownWindow["resets"]>,
  startMs: number,
): Provider {
  let short = { endMs: startMs, used: 0 };
  const firstEnd = nextReset(resets, startMs);
  const past: Week[] = [
    { startMs: firstEnd - LONG_MS, endMs: firstEnd, night: 0, director: 0, uses: [] },
  ];
  const weekAt = (atMs: number): Week => {
    for (;;) {
      const last = past.at(-1);
      if (!last) throw new Error("no week has begun");
      if (atMs < last.endMs) return last;
      const endMs = nextReset(resets, last.endMs);
      past.push({ startMs: last.endMs, endMs, night: 0, director: 0, uses: [] });
    }
  };
  return {
    name,
    use(who, percent, atMs) {
      const week = weekAt(atMs);
      const ofWeek = percent / SHORT_IN_LONG;
      if (week.night + week.director + ofWeek > 100) return week.endMs;
      if (atMs >= short.endMs) short = { endMs: atMs + SHORT_MS, used: 0 };
      if (short.used + percent > 100) return short.endMs;
      short.used += percent;
      week[who] += ofWeek;
      if (who === "director") week.uses.push({ atMs, percent: ofWeek });
      return null;
    },
    told(atMs) {
      return this.used(atMs).map(({ window, percent, resetsAtMs }) => ({
        window,
        usedPercent: Math.round(percent),
        resetsAtMs,
        lengthMs: window === SHORT ? SHORT_MS : LONG_MS,
      }));
    },
    used(atMs) {
      const { night, director, startMs: weekStartMs, endMs } = weekAt(atMs);
      const isOpen = atMs < short.endMs;
      const shortEndMs = isOpen ? short.endMs : atMs + SHORT_MS;
      return [
        {
          window: SHORT,
          percent: isOpen ? short.used : 0,
          startMs: shortEndMs - SHORT_MS,
          resetsAtMs: shortEndMs,
        },
        { window: LONG, percent: night + director, startMs: weekStartMs, resetsAtMs: endMs },
      ];
    },
    weeks(atMs) {
      weekAt(atMs);
      return past;
    },
  };
}
