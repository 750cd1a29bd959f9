import { CONTINUOUS, presets } from "@nightshift/agents/dispatcher/schedule";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { expect, test } from "vitest";
import type { RecordedNight } from "./recorded-nights.ts";
import { replaySchedule } from "./schedule-replay.ts";

const START = Date.UTC(2026, 10, 21, 22, 0);
/** Twelve attempts of ten minutes and a dollar each, one after the other, in a night of eight hours. */
const night: RecordedNight = {
  number: 1,
  startedMs: START,
  endedMs: START + 8 * HOUR_MS,
  timeZone: "UTC",
  beside: 1,
  attempts: Array.from({ length: 12 }, (_, at) => ({
    attempt: `a${at}`,
    task: `t${at}`,
    beganMs: START + at * 10 * MINUTE_MS,
    endedMs: START + (at + 1) * 10 * MINUTE_MS,
    costMicroUsd: 1_000_000,
    tokens: 10_000,
  })),
};
const free = { dayMicroUsd: null, weekTokens: null };

test("the schedule that was, without ceilings, is what was", () => {
  const same = replaySchedule([night], { schedule: CONTINUOUS, ...free });
  expect(same).toMatchObject({ attempts: 12, late: 0, kept: 0, costMicroUsd: 12_000_000 });
  expect(same.waitMs).toBe(55 * MINUTE_MS);
});

test("every two hours three tasks: what does not fit the night comes too late", () => {
  const schedule = presets["two-hourly"] ?? CONTINUOUS;
  const slower = replaySchedule([night], { schedule, ...free });
  expect(slower).toMatchObject({ attempts: 12, cycles: 4 });
  const short = { ...night, endedMs: START + 3 * HOUR_MS };
  expect(replaySchedule([short], { schedule, ...free })).toMatchObject({ attempts: 6, late: 6 });
});

test("a ceiling keeps out what would pass it, by the day and by the week", () => {
  const terms = { schedule: CONTINUOUS, ...free };
  // The night has two days: twelve dollars fit into five on the first and five on the second.
  const day = replaySchedule([night], { ...terms, dayMicroUsd: 5_000_000 });
  expect(day.costMicroUsd).toBeLessThanOrEqual(10_000_000);
  expect(day.attempts + day.kept).toBe(12);
  const week = replaySchedule([night], { ...terms, weekTokens: 35_000 });
  expect(week).toMatchObject({ attempts: 3, kept: 9, tokens: 30_000 });
});
