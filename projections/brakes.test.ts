import { expect, test } from "vitest";
import { brakes } from "./brakes.ts";
import { begun, deferred, failed, returned, worked } from "./example-night.ts";
import { viewOf, writeLog, START_MS, type Entry } from "./written-log.ts";

const see = (...entries: Entry[]) => viewOf(brakes, writeLog(entries));
const brake = (event: Entry[1]): Entry => ["brake-all-1", event];
const engaged = brake({ type: "brake.engaged", scope: "all", mean: 2, scores: [2] });
const canary = brake({ type: "brake.canary-started", size: 2, untilMs: 99 });

test("the score is the one the gate held, after the penalty for what was cut off", () => {
  const view = see(...begun("a"), ...worked("a", 1, { heuristic: 5, judge: 5, truncated: true }));
  expect(view.recent).toEqual([3.5]);
  expect(view.byScope.get("sonnet|capability")).toEqual([3.5]);
});

test("a failure counts 1; a limit, a lost or cancelled worker and a conflict count nothing", () => {
  expect(see(...begun("a"), ...failed("a")).recent).toEqual([1]);
  for (const kind of ["lost", "cancelled", "conflict"] as const)
    expect(see(...begun("a"), ...failed("a", 1, kind)).recent).toEqual([]);
  expect(see(...begun("a"), ...deferred("a", 1, 5)).recent).toEqual([]);
});

test("an attempt that was planned into parts has no score to wait for", () => {
  const planned = { type: "attempt.planned", by: "planner", estimateTokens: 1, note: "" } as const;
  const split: Entry = ["attempt-a-g1", { ...planned, parts: 2 }];
  expect(see(...begun("a")).open.size).toBe(1);
  expect(see(...begun("a"), split).open.size).toBe(0);
});

test("an attempt that was gated and then failed counts once", () => {
  const view = see(...begun("a"), ...worked("a", 1, { decision: "rejected" }), ...returned("a"));
  expect(view.recent).toHaveLength(1);
  expect(view.open.size).toBe(0);
});

test("a brake gathers the scores of its canary, of its scope alone", () => {
  const view = see(engaged, canary, ...begun("a"), ...worked("a", 1, { heuristic: 5, judge: 5 }));
  expect(view.states.get("all")).toEqual({
    status: "canary",
    untilMs: 99,
    sinceMs: START_MS,
    canaryScores: [5],
    stream: "brake-all-1",
  });
});

test("a latched brake stays; a released one forgets the scores it was engaged for", () => {
  const low = [...begun("a"), ...failed("a")];
  const latched = brake({ type: "brake.latched", mean: 2 });
  expect(see(...low, engaged, canary, latched).states.get("all")?.status).toBe("latched");
  const view = see(...low, engaged, brake({ type: "brake.released", by: "me", mean: null }));
  expect(view.states.size).toBe(0);
  expect(view.recent).toEqual([]);
  expect(view.byScope.get("sonnet|capability")).toEqual([1]);
});
