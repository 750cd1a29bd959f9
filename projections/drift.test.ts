import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { drifted, NO_DRIFT, type Drift } from "./drift.ts";

const LEVEL_MAX = defaultSettings.driftLevelMax;

/** Differences that swing about a middle without chance. */
const swing = (count: number, middle: number) =>
  Array.from({ length: count }, (_, at) => middle + 1.5 * Math.sin(at * 2.399));

function see(differences: readonly number[], from: Drift = NO_DRIFT, levelMax = LEVEL_MAX) {
  let drift = from;
  const alarms: number[] = [];
  for (const [at, difference] of differences.entries()) {
    const next = drifted(drift, difference, levelMax);
    drift = next.drift;
    if (next.alarm) alarms.push(at);
  }
  return { drift, alarms };
}

test("differences that stay as they are raise no alarm, however far from zero they are", () => {
  expect(see(swing(2_000, 0)).alarms).toEqual([]);
  expect(see(swing(2_000, 3)).alarms).toEqual([]);
});

test("a change of one and a half points raises one, in both directions", () => {
  const { drift } = see(swing(200, 0));
  for (const points of [1.5, -1.5]) {
    const [first] = see(swing(100, points), drift).alarms;
    expect(first).toBeLessThan(60);
  }
});

test("what it has been for a while becomes the usual, and the alarms end", () => {
  const { drift } = see(swing(200, 0));
  const after = see(swing(1_500, 2), drift);
  expect(after.alarms.length).toBeGreaterThan(0);
  expect(after.alarms.filter((at) => at > 1_000)).toEqual([]);
});

test("one freak score is no drift", () => {
  const { drift } = see(swing(200, 0));
  expect(see([50], drift).alarms).toEqual([]);
});

test("nothing is said before anything is known, nor of differences that never vary", () => {
  expect(see([0, 9, -9, 9, -9, 9]).alarms).toEqual([]);
  expect(see(Array.from({ length: 300 }, () => 1)).alarms).toEqual([]);
});

test("how much of a drift is told is the director's to set", () => {
  const { drift } = see(swing(200, 0));
  expect(see(swing(100, 1), drift, 1).alarms.length).toBeGreaterThan(0);
  expect(see(swing(100, 1), drift, 10).alarms).toEqual([]);
});
