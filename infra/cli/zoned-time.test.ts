import { expect, test } from "vitest";
import { zonedMs } from "./zoned-time.ts";

const iso = (text: string, zone: string) => {
  const ms = zonedMs(text, zone);
  return ms === null ? null : new Date(ms).toISOString();
};

test("a time that names its zone is of that zone", () => {
  expect(iso("2026-11-21T01:30Z", "Europe/Berlin")).toBe("2026-11-21T01:30:00.000Z");
  expect(iso("2026-11-21T01:30:05.5+02:00", "UTC")).toBe("2026-11-20T23:30:05.500Z");
});

test("one that names none is the director's", () => {
  expect(iso("2026-11-21T01:30", "Europe/Berlin")).toBe("2026-11-21T00:30:00.000Z");
  expect(iso("2026-07-21 01:30", "Europe/Berlin")).toBe("2026-07-20T23:30:00.000Z");
  expect(iso("2026-11-21", "America/New_York")).toBe("2026-11-21T05:00:00.000Z");
});

test("around a change of summer time it is the hour that the clocks show", () => {
  expect(iso("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  expect(iso("2026-10-25T04:00", "Europe/Berlin")).toBe("2026-10-25T03:00:00.000Z");
});

test("what is no time is none", () => {
  for (const text of ["", "yesterday", "2026-13-01", "12", "2026-11-21T25:00"])
    expect(iso(text, "UTC"), text).toBeNull();
});
