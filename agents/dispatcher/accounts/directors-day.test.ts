import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { expect, test } from "vitest";
import { dayMsWithin, nextDayMs } from "./directors-day.ts";
import { lastReset, nextReset } from "./resets.ts";

const day = { from: "08:00", to: "22:00" };
const at = (iso: string) => Date.parse(iso);

test("what falls into the director's hours is counted, whole days and parts", () => {
  const hours = (from: string, to: string) =>
    dayMsWithin(at(from), at(to), day, "Europe/Berlin") / HOUR_MS;
  expect(hours("2026-11-21T00:00:00+01:00", "2026-11-22T00:00:00+01:00")).toBe(14);
  expect(hours("2026-11-21T05:00:00+01:00", "2026-11-21T10:00:00+01:00")).toBe(2);
  expect(hours("2026-11-21T23:00:00+01:00", "2026-11-22T04:00:00+01:00")).toBe(0);
});

test("a change of summer time moves the day with the clock", () => {
  const week = (from: string, to: string) => dayMsWithin(at(from), at(to), day, "Europe/Berlin");
  // The week in which the clocks go forward is an hour shorter, its days are not.
  const spring = week("2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
  expect(spring).toBe(7 * 14 * HOUR_MS);
  expect(nextDayMs(at("2026-03-29T00:30:00+01:00"), day, "Europe/Berlin")).toBe(
    at("2026-03-29T08:00:00+02:00"),
  );
});

test("the director's next day is now where it has begun", () => {
  const noon = at("2026-11-21T12:00:00Z");
  expect(nextDayMs(noon, day, "UTC")).toBe(noon);
  expect(nextDayMs(at("2026-11-21T22:00:00Z"), day, "UTC")).toBe(at("2026-11-22T08:00:00Z"));
});

test("a subscription's week begins on its own day, in its own time zone", () => {
  const resets = { weekday: 3, time: "03:00", timeZone: "America/Los_Angeles" };
  // Saturday in the director's week; the next Wednesday there.
  const now = at("2026-11-21T12:00:00Z");
  expect(nextReset(resets, now)).toBe(at("2026-11-25T11:00:00Z"));
  expect(lastReset(resets, now)).toBe(at("2026-11-18T11:00:00Z"));
  expect(nextReset({ ...resets, weekday: null }, now) - now).toBeLessThanOrEqual(DAY_MS);
});
