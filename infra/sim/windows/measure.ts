import { dayMsWithin } from "@nightshift/agents/dispatcher/accounts/directors-day";
import { DAY, KEPT_OF_WEEK, TIME_ZONE } from "./frame.ts";
import type { Provider, Week } from "./provider.ts";

/** What was counted on the way. */
export type Noted = {
  done: number;
  /** Attempts that a limit ended while they worked; with the rules of the house they lost no try. */
  cut: number;
  /** Those of them that nobody put off: their try is gone. */
  lost: number;
  /** Attempts that took all that was reserved for them, and were ended by the watchdog. */
  stopped: number;
  /** Turns of work that landed in what is kept for the director. */
  intrusions: number;
  /** Times that the director was refused though less was used than is kept. */
  refused: number;
  holds: number;
};

/** What came of a strategy; shares of the usable week, 0 to 1. */
export type Measured = Noted & {
  usedShare: number;
  /** Of the account and week that used the least of it. */
  worstShare: number;
  weeks: number;
};

/**
 * Holds what the nights used of each whole week against what they could have used: all that the
 * director left, but for what was still kept for the director when the last night of it ended.
 */
export function measure(
  providers: readonly Provider[],
  noted: Noted,
  { weeks, endMs }: { weeks: number; endMs: number },
): Measured {
  const whole = providers.flatMap((provider) => {
    const all = provider.weeks(endMs).filter((week) => week.endMs <= endMs);
    return all.slice(1, weeks + 1);
  });
  let [used, usable, worst] = [0, 0, Number.POSITIVE_INFINITY];
  for (const week of whole) {
    const could = usablePercent(week);
    used += week.night;
    usable += could;
    worst = Math.min(worst, week.night / could);
  }
  return { ...noted, usedShare: used / usable, worstShare: worst, weeks: whole.length };
}

function usablePercent({ startMs, endMs, uses }: Week): number {
  const morningMs = lastMorning(startMs, endMs);
  const whole = dayMsWithin(startMs, endMs, DAY, TIME_ZONE);
  const kept = (KEPT_OF_WEEK * dayMsWithin(morningMs, endMs, DAY, TIME_ZONE)) / whole;
  const before = uses.filter(({ atMs }) => atMs < morningMs);
  return 100 - kept - before.reduce((sum, { percent }) => sum + percent, 0);
}

const STEP_MS = 600_000;

/** When the director's last day of a week began; its end where it ended at night. */
function lastMorning(startMs: number, endMs: number): number {
  const isDay = (atMs: number) => dayMsWithin(atMs - STEP_MS, atMs, DAY, TIME_ZONE) > 0;
  let morningMs = endMs;
  while (morningMs > startMs && isDay(morningMs)) morningMs -= STEP_MS;
  return morningMs;
}
