import { CONTINUOUS, presets, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import { MINUTE_MS } from "@nightshift/protocol/clock";

/** A way to spend windows. */
export type Strategy = {
  name: string;
  /** When work may begin: in the director's nights alone, or by the clock, day and night. */
  hours: "nights" | "always";
  schedule: Schedule;
  /** Whether it looks at windows before it begins work. */
  paced: boolean;
  /** Whether a limit holds the account for everybody (I7); else each task finds out for itself. */
  holds: boolean;
};

export const NIGHT_SHIFT: Strategy = {
  name: "Night Shift",
  hours: "nights",
  schedule: CONTINUOUS,
  paced: true,
  holds: true,
};

/** A line in a crontab: so many tasks each half hour, whatever is left. */
const NAIVE_CRON: Strategy = {
  name: "naive cron",
  hours: "always",
  schedule: { trigger: { kind: "interval", everyMs: 30 * MINUTE_MS }, batch: 6 },
  paced: false,
  holds: false,
};

/** What Night Shift is held against: a crontab, and the four cadences of the documents (F1). */
export const rivals: readonly Strategy[] = [
  NAIVE_CRON,
  ...Object.entries(presets).map(([name, schedule]): Strategy => {
    return { name, hours: "always", schedule, paced: false, holds: true };
  }),
];
