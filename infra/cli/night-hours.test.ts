import { presets } from "@nightshift/agents/dispatcher/schedule";
import { BadInput } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { scheduleOf, untilOf } from "./night-hours.ts";

const HOUR = 3_600_000;
const TEN_AT_NIGHT = Date.UTC(2026, 10, 21, 22, 0);

test("a duration is read in hours, minutes and seconds, and combined", () => {
  const every = (text: string) => scheduleOf({ every: text }).trigger;
  expect(every("1h")).toEqual({ kind: "interval", everyMs: HOUR });
  expect(every("1h30m")).toEqual({ kind: "interval", everyMs: 1.5 * HOUR });
  expect(every("90s")).toEqual({ kind: "interval", everyMs: 90_000 });
});

test("what is no duration from a second to a day is refused", () => {
  for (const text of ["", "1", "h", "0s", "25h", "1h foo", "-1h", "1.5h"]) {
    expect(() => scheduleOf({ every: text })).toThrow(BadInput);
  }
});

test("a preset keeps its times, and a batch of the director's goes before its own", () => {
  expect(scheduleOf({ schedule: "two-hourly" })).toEqual(presets["two-hourly"]);
  expect(scheduleOf({ schedule: "nine-slots", batch: 1 })).toEqual({
    ...presets["nine-slots"],
    batch: 1,
  });
});

test("two cadences at once are refused", () => {
  expect(() => scheduleOf({ schedule: "hourly", every: "1h" })).toThrow("at once");
});

test("until is the next moment when the director's clock shows it", () => {
  expect(untilOf("06:00", TEN_AT_NIGHT, "UTC")).toBe(TEN_AT_NIGHT + 8 * HOUR);
  expect(untilOf("6:00", TEN_AT_NIGHT, "Asia/Tokyo")).toBe(TEN_AT_NIGHT + 23 * HOUR);
  expect(untilOf(undefined, TEN_AT_NIGHT, "UTC")).toBeNull();
  expect(() => untilOf("24:00", TEN_AT_NIGHT, "UTC")).toThrow(BadInput);
});
