import { dayMsWithin } from "@nightshift/agents/dispatcher/accounts/directors-day";
import type { Random } from "@nightshift/agents/ports";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import type { Agenda } from "./agenda.ts";
import { between, lognormal } from "./draws.ts";
import type { Noted } from "./measure.ts";
import { DAY, KEPT_OF_WEEK, TIME_ZONE } from "./frame.ts";
import type { Provider } from "./provider.ts";

/** Percent of a five-hour window that a working day takes, and the spread of its logarithm. */
const WORKDAY_PERCENT = 28;
const WORKDAY_SIGMA = 0.5;
const WEEKEND_PERCENT = 4;
/** Hours of the day, in UTC, that the director is at the desk in. */
const DESK = { from: 8, to: 17 };

/** The director works by day, some days more than is kept, and is refused where nothing is left. */
export function livesThrough(
  agenda: Agenda,
  provider: Provider,
  { random, noted, endMs }: { random: Random; noted: Noted; endMs: number },
): void {
  for (
    let midnight = Math.floor(agenda.now() / DAY_MS) * DAY_MS;
    midnight < endMs;
    midnight += DAY_MS
  ) {
    const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
    const percent = lognormal(random, isWeekend ? WEEKEND_PERCENT : WORKDAY_PERCENT, WORKDAY_SIGMA);
    for (let hour = DESK.from; hour < DESK.to; hour++) {
      const atMs = midnight + hour * HOUR_MS + Math.floor(between(random, 0, HOUR_MS));
      const part = (percent / (DESK.to - DESK.from)) * between(random, 0.2, 1.8);
      agenda.at(atMs, () => {
        const before = weekOf(provider, atMs);
        if (provider.use("director", part, atMs) === null) return;
        if (before.director < before.kept) noted.refused += 1;
      });
    }
  }
}

/** What the director has used of the week, and what was kept for them up to now; percent. */
function weekOf(provider: Provider, atMs: number): { director: number; kept: number } {
  const week = provider.weeks(atMs).at(-1);
  if (!week) throw new Error("no week has begun");
  const whole = dayMsWithin(week.startMs, week.endMs, DAY, TIME_ZONE);
  const gone = dayMsWithin(week.startMs, atMs, DAY, TIME_ZONE);
  return { director: week.director, kept: (KEPT_OF_WEEK * gone) / whole };
}
