import { memoryStore } from "@nightshift/blackboard/memory-store";
import { shiftEnded, shiftStarted } from "@nightshift/projections/example-night";
import { writeLog, type Entry } from "@nightshift/projections/written-log";
import { expect, test } from "vitest";
import { justBefore, pointIn } from "./point-in-log.ts";

const cycle = (n: number): Entry => [
  "shift-director",
  { type: "shift.cycle-started", cycle: n, epoch: 1, atMs: 1 },
];

/** One event a minute from 01:00 on: two nights, the second without an end. */
async function twoNights() {
  const store = memoryStore();
  const entries = [
    ...shiftStarted(1),
    cycle(1),
    cycle(2),
    ...shiftEnded(),
    ...shiftStarted(2),
    cycle(3),
    cycle(4),
  ];
  for (const recorded of writeLog(entries)) {
    const { id, atMs, actor, causation, correlation, event, stream, revision } = recorded;
    const pending = { id, atMs, actor, causation, correlation, event };
    await store.append(stream, [pending], { revision, timeoutMs: 100 });
  }
  return (word: string, zone = "UTC") => pointIn(store, word, zone);
}

test("a position is itself, as far as the log goes", async () => {
  const at = await twoNights();
  expect(await at("3")).toMatchObject({ position: 3n, isEvent: true });
  expect(await at("0")).toMatchObject({ position: 0n });
  expect(await at("now")).toMatchObject({ position: 7n, isEvent: false });
  await expect(at("8")).rejects.toThrow("ends at position 7");
});

test("a night is where it ended, or began", async () => {
  const at = await twoNights();
  expect(await at("shift 1")).toMatchObject({ position: 4n });
  expect(await at("night 1 end")).toMatchObject({ position: 4n });
  expect(await at("shift 2 start")).toMatchObject({ position: 5n });
  expect(await at("shift 2")).toMatchObject({
    position: 7n,
    said: expect.stringContaining("left"),
  });
  await expect(at("shift 3")).rejects.toThrow("no night 3");
});

test("a time is the last event that is not later", async () => {
  const at = await twoNights();
  expect(await at("2026-11-21T01:02:30Z")).toMatchObject({ position: 3n, isEvent: false });
  expect(await at("2026-11-21T02:05+01:00")).toMatchObject({ position: 6n });
  expect(await at("2026-11-20")).toMatchObject({ position: 0n });
  expect(await at("2030-01-01")).toMatchObject({ position: 7n });
});

test("a clock time is of the latest night, in the zone it was played in", async () => {
  const at = await twoNights();
  expect(await at("02:05")).toMatchObject({ position: 6n });
  expect(await at("02:05:59")).toMatchObject({ position: 6n });
  // An hour that had passed when the night began is the next day's.
  expect(await at("01:30")).toMatchObject({ position: 7n });
});

test("what names no place is told so", async () => {
  const at = await twoNights();
  for (const word of ["", "soon", "shift", "shift x", "25:00", "-1"])
    await expect(at(word), word).rejects.toThrow("no position, time or night");
});

test("an event that is named is part of what is read from there", async () => {
  const at = await twoNights();
  expect(justBefore(await at("shift 2 start"))).toBe(4n);
  expect(justBefore(await at("02:05"))).toBe(6n);
  expect(justBefore(await at("0"))).toBe(0n);
});
