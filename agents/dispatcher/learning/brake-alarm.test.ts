import type { ScopeRecord } from "@nightshift/blackboard/shortfall";
import { defaultSettings as settings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { meanAlarm, shortfallAlarm } from "./brake-alarm.ts";

const times = (count: number, score: number) => Array.from({ length: count }, () => score);
const recordOf = (older: readonly number[], scores: readonly number[]): ScopeRecord => ({
  scores,
  n: older.length + scores.length,
  sum: [...older, ...scores].reduce((sum, score) => sum + score, 0),
});
const alarmed = (older: readonly number[], scores: readonly number[]) =>
  shortfallAlarm("sonnet|ops", recordOf(older, scores), settings) !== null;

test("the mean of the last ten below 4.5 engages the brake, nine of them never do (D34)", () => {
  expect(meanAlarm("all", recordOf([], times(9, 1)), settings)).toBeNull();
  expect(meanAlarm("all", recordOf([], times(10, 4.5)), settings)).toBeNull();
  expect(meanAlarm("all", recordOf([], times(10, 4.4)), settings)).toMatchObject({ window: 10 });
});

test("a model that falls from 7.2 to 4.9 in a category is seen after nine tasks (H10)", () => {
  expect(alarmed(times(50, 7.2), times(7, 4.9))).toBe(false);
  expect(alarmed(times(50, 7.2), times(9, 4.9))).toBe(true);
});

test("good scores between low ones take the shortfall back", () => {
  expect(alarmed(times(50, 7.2), [4.9, 9, 4.9, 9, 4.9, 9, 4.9, 9, 4.9, 9, 4.9, 9])).toBe(false);
});

test("a slow fall cannot hide in the record it makes itself", () =>
  expect(alarmed(times(100, 7.2), times(60, 6.2))).toBe(true));

test("a model that always was at 5.8 is held against its own record, one at 9 against the usual", () => {
  expect(alarmed(times(500, 5.8), times(60, 5.8))).toBe(false);
  expect(alarmed(times(500, 9), times(100, 7.2))).toBe(false);
});

test("a short record brakes nobody", () => expect(alarmed([], times(9, 1))).toBe(false));
