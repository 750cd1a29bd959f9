import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";

/** When cycles begin and how many tasks each may start (F1, F2). */
export type Schedule = {
  /** `continuous` starts the next cycle as soon as there is room for work. */
  trigger:
    | { kind: "continuous" }
    | { kind: "interval"; everyMs: number }
    | { kind: "clock"; times: readonly string[] };
  batch: number;
};

export const CONTINUOUS: Schedule = { trigger: { kind: "continuous" }, batch: 100 };

/** The four cadences that the documents report, by the name to give to `--schedule`. */
export const presets: Readonly<Record<string, Schedule>> = {
  "nine-slots": {
    trigger: {
      kind: "clock",
      times: ["01:00", "03:00", "05:30", "08:00", "12:00", "16:00", "17:30", "19:00", "22:00"],
    },
    batch: 4,
  },
  "four-hourly": { trigger: { kind: "interval", everyMs: 4 * HOUR_MS }, batch: 5 },
  "two-hourly": { trigger: { kind: "interval", everyMs: 2 * HOUR_MS }, batch: 3 },
  hourly: { trigger: { kind: "interval", everyMs: HOUR_MS }, batch: 3 },
};

/**
 * When the next cycle begins.
 * @param lastMs When the last one began, or null before the first: an interval then starts at once.
 */
export function nextCycleMs(
  schedule: Schedule,
  lastMs: number | null,
  nowMs: number,
  timeZone: string,
): number {
  const { trigger } = schedule;
  switch (trigger.kind) {
    case "continuous":
      return nowMs;
    case "interval":
      return lastMs === null ? nowMs : Math.max(nowMs, lastMs + trigger.everyMs);
    case "clock": {
      // A slot that passed while nobody looked is made up for once.
      const fromMs = lastMs ?? nowMs;
      const slots = trigger.times.map((time) => nextAt(time, fromMs, timeZone));
      return Math.max(nowMs, Math.min(...slots));
    }
  }
}

/** The next moment when a clock of the time zone shows `HH:MM`; `nowMs` itself does not count. */
export function nextAt(time: string, nowMs: number, timeZone: string): number {
  const minutes = minutesOf(time);
  const local = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let at = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  // A jump gets near, then minute by minute: a change of summer time moves it by an hour or two.
  const ahead =
    (((minutes - minutesOf(local.format(at))) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  at += Math.max(0, ahead - SHIFT_MINUTES_MAX) * MINUTE_MS;
  for (let tried = 0; tried < DAY_MINUTES + SHIFT_MINUTES_MAX; tried++, at += MINUTE_MS) {
    if (minutesOf(local.format(at)) === minutes) return at;
  }
  return at;
}

const DAY_MINUTES = 24 * 60;
const SHIFT_MINUTES_MAX = 120;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
