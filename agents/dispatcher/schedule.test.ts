import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { defaultSettings } from "@nightshift/protocol/settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryNight } from "../testing/memory-night.ts";
import { CONTINUOUS, nextAt, nextCycleMs, presets } from "./schedule.ts";
import { lead, runShift } from "./shift.ts";

const at = (iso: string) => Date.parse(iso);

test("a clock time is the next one of the director's time zone", () => {
  expect(nextAt("06:00", at("2026-11-21T03:00:00Z"), "UTC")).toBe(at("2026-11-21T06:00:00Z"));
  expect(nextAt("06:00", at("2026-11-21T06:00:00Z"), "UTC")).toBe(at("2026-11-22T06:00:00Z"));
  expect(nextAt("06:00", at("2026-11-21T03:00:00Z"), "Europe/Berlin")).toBe(
    at("2026-11-21T05:00:00Z"),
  );
  expect(nextAt("06:00", at("2026-11-21T03:00:00Z"), "Asia/Kolkata")).toBe(
    at("2026-11-22T00:30:00Z"),
  );
});

test("a change of summer time moves it by its hour", () => {
  expect(nextAt("06:00", at("2026-03-28T20:00:00Z"), "Europe/Berlin")).toBe(
    at("2026-03-29T04:00:00Z"),
  );
  expect(nextAt("06:00", at("2026-10-24T20:00:00Z"), "Europe/Berlin")).toBe(
    at("2026-10-25T05:00:00Z"),
  );
});

test("whatever the time, the next one is ahead, shows that time, and is at most 25 hours away", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") }),
      fc.integer({ min: 4, max: 23 }),
      fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
      (now, hour, timeZone) => {
        const time = `${String(hour).padStart(2, "0")}:30`;
        const next = nextAt(time, now, timeZone);
        const shown = new Intl.DateTimeFormat("en-GB", {
          timeZone,
          hour: "2-digit",
          minute: "2-digit",
        }).format(next);
        return next > now && next - now <= 25 * HOUR_MS + MINUTE_MS && shown === time;
      },
    ),
    { numRuns: 60 },
  ));

test("an interval starts at once, then keeps its distance", () => {
  const hourly = presets["hourly"] ?? CONTINUOUS;
  expect(nextCycleMs(hourly, null, 5_000, "UTC")).toBe(5_000);
  expect(nextCycleMs(hourly, 5_000, 6_000, "UTC")).toBe(5_000 + HOUR_MS);
  expect(nextCycleMs(hourly, 5_000, 9 * HOUR_MS, "UTC")).toBe(9 * HOUR_MS);
});

test("the nine clock slots come one after the other", () => {
  const slots = presets["nine-slots"] ?? CONTINUOUS;
  const evening = at("2026-11-21T23:10:00Z");
  expect(nextCycleMs(slots, null, evening, "UTC")).toBe(at("2026-11-22T01:00:00Z"));
  const night = at("2026-11-22T01:00:00Z");
  expect(nextCycleMs(slots, night, night + MINUTE_MS, "UTC")).toBe(at("2026-11-22T03:00:00Z"));
});

test("slots that passed while nobody looked are made up for by one cycle", () => {
  const slots = presets["nine-slots"] ?? CONTINUOUS;
  const [evening, noon] = [at("2026-11-21T23:10:00Z"), at("2026-11-22T12:30:00Z")];
  expect(nextCycleMs(slots, evening, noon, "UTC")).toBe(noon);
  expect(nextCycleMs(slots, noon, noon, "UTC")).toBe(at("2026-11-22T16:00:00Z"));
});

test.each(Object.entries(presets))(
  "a night by %s begins batch after batch",
  async (_, schedule) => {
    const settings = { ...defaultSettings, followUpsMax: 0 };
    const repo = { parallelMax: 9, overlap: true };
    const night = await memoryNight({ repo, plan: { settings, schedule } });
    const tasks = schedule.batch + 1;
    for (let n = 0; n < tasks; n++) await night.add({ name: `T-${n}`, scope: [`src/${n}.ts`] });
    const never = () => new AbortController().signal;
    const led = await lead(night.ports, night.plan, { stop: never(), abort: never() });
    expect(await runShift(led)).toBe("backlog-done");
    const cycles = (await night.events()).filter(
      ({ event }) => event.type === "shift.cycle-started",
    );
    expect(cycles).toHaveLength(2);
  },
);
