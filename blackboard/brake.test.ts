import type { BrakeCommand, BrakeEvent } from "@nightshift/protocol/brake";
import { defaultSettings } from "@nightshift/protocol/settings";
import { test } from "vitest";
import { brake } from "./brake.ts";
import { spec } from "./spec.ts";

const { given } = spec(brake);
const engage: Extract<BrakeCommand, { type: "brake.engage" }> = {
  type: "brake.engage",
  scope: "all",
  scores: [9, 4, 3, 5],
  threshold: 4.5,
  window: 3,
};
const engaged: BrakeEvent = { type: "brake.engaged", scope: "all", mean: 4, scores: [4, 3, 5] };
const start = { type: "brake.start-canary", size: 2, untilMs: 9_000 } as const;
const started = { type: "brake.canary-started", size: 2, untilMs: 9_000 } as const;
const released = { type: "brake.released", by: "canary", mean: 5 } as const;
const latched = { type: "brake.latched", mean: 4 } as const;
const judge = (...scores: number[]): BrakeCommand => ({
  type: "brake.judge-canary",
  scores,
  threshold: 4.5,
});

test("a full window with a mean below the threshold engages the brake (D34)", () =>
  given().when(engage).thenEvents(engaged));

test("a window that is not full does not", () =>
  given()
    .when({ ...engage, scores: [1, 1] })
    .thenRefuses("out-of-bounds"));

test("a mean at the threshold does not", () =>
  given()
    .when({ ...engage, scores: [4.5, 4.5, 4.5] })
    .thenRefuses("out-of-bounds"));

test("scores older than the window do not count", () =>
  given()
    .when({ ...engage, scores: [1, 1, 1, 5, 5, 5] })
    .thenRefuses("out-of-bounds"));

test("what is no score from 0 to 10 does not count as one", () => {
  for (const wrong of [Number.NaN, -0.1, 10.1]) {
    given()
      .when({ ...engage, scores: [1, wrong, 1] })
      .thenRefuses("out-of-bounds");
  }
  given()
    .when({ ...engage, scores: [0, 10, 0] })
    .thenEvents({ ...engaged, mean: 10 / 3, scores: [0, 10, 0] });
});

test("a brake that is on stays on", () => {
  given(engaged).when(engage).thenNothing();
  given(engaged, started).when(engage).thenNothing();
  given(engaged, started, latched).when(engage).thenNothing();
});

test("a canary starts once the brake is on", () => {
  given(engaged).when(start).thenEvents(started);
  given().when(start).thenRefuses("out-of-order");
  given(engaged, started, latched).when(start).thenRefuses("out-of-order");
  given(engaged, started)
    .when({ ...start, size: 3 })
    .thenRefuses("out-of-order");
});

test("a canary that passes releases the brake", () =>
  given(engaged, started).when(judge(4, 6)).thenEvents(released));

test("a canary at the threshold passes", () =>
  given(engaged, started)
    .when(judge(4.5, 4.5))
    .thenEvents({ ...released, mean: 4.5 }));

test("a canary that fails latches the brake", () =>
  given(engaged, started).when(judge(2, 6)).thenEvents(latched));

test("a canary is not judged before all of it is scored", () =>
  given(engaged, started).when(judge(9)).thenRefuses("out-of-order"));

test("no canary is judged that never started", () => {
  given(engaged).when(judge(9, 9)).thenRefuses("out-of-order");
  given(engaged, started, latched).when(judge(9, 9)).thenRefuses("out-of-order");
});

test("a latched brake is released by a person, not in the name of a canary", () => {
  given(engaged, started, latched)
    .when({ type: "brake.release", by: "canary" })
    .thenRefuses("not-allowed");
  given(engaged, started, latched)
    .when({ type: "brake.release", by: "director" })
    .thenEvents({ type: "brake.released", by: "director", mean: null });
});

test("a released brake can be engaged again", () =>
  given(engaged, started, released).when(engage).thenEvents(engaged));

const byDirector = { type: "brake.released", by: "director", mean: null } as const;

test("what a person released can be put back as it was", () => {
  const reinstate = { type: "brake.reinstate" } as const;
  given(engaged, byDirector).when(reinstate).thenEvents(engaged);
  given(engaged, started, byDirector).when(reinstate).thenEvents(engaged);
  given(engaged, started, latched, byDirector).when(reinstate).thenEvents(engaged, latched);
});

test("a brake that is on, or that its canary released, is not put back", () => {
  const reinstate = { type: "brake.reinstate" } as const;
  given(engaged).when(reinstate).thenNothing();
  given(engaged, byDirector, engaged).when(reinstate).thenNothing();
  given(engaged, started, released).when(reinstate).thenRefuses("not-allowed");
  given().when(reinstate).thenRefuses("not-allowed");
});

type Alarm = Extract<BrakeCommand, { type: "brake.alarm" }>;

/** Of a scope that had forty scores of 7.2 before. */
const alarm = (scores: number[], thresholds: Partial<Alarm["thresholds"]> = {}): Alarm => ({
  type: "brake.alarm",
  scope: "sonnet|ops",
  scores,
  record: { n: 40 + scores.length, sum: scores.reduce((sum, score) => sum + score, 40 * 7.2) },
  thresholds: { ...defaultSettings, ...thresholds },
});

test("a shortfall over its limit engages the brake of a model in a category, and tells its scores", () =>
  given()
    .when(alarm([8, 9, 3, 2, 1]))
    .thenEvents({
      type: "brake.engaged",
      scope: "sonnet|ops",
      mean: 2,
      scores: [3, 2, 1],
      rule: "cusum",
      shortfall: 8.25,
    }));

test("a shortfall below its limit does not", () =>
  given()
    .when(alarm([8, 9, 3, 2]))
    .thenRefuses("out-of-bounds"));

test("no claim about shortfalls is believed that the scores do not bear out", () => {
  given()
    .when(alarm([3, Number.NaN, 1]))
    .thenRefuses("out-of-bounds");
  for (const wrong of [
    { brakeDeviation: 0 },
    { brakeDeviation: 0.001 },
    { brakeSlack: -5 },
    { brakeShortfallMax: 0 },
    { brakeReference: 11 },
    { brakeReferenceTasks: Number.NaN },
    { brakeWindowTasks: 0 },
  ]) {
    given()
      .when(alarm([3, 2, 1], wrong))
      .thenRefuses("out-of-bounds");
  }
});

test("a short record engages nothing, whatever it says (H10)", () => {
  const short = alarm([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  given()
    .when({ ...short, record: { n: 9, sum: 9 } })
    .thenRefuses("out-of-bounds");
  const full = alarm([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  given()
    .when({ ...full, record: { n: 10, sum: 10 } })
    .thenEvents({
      type: "brake.engaged",
      scope: "sonnet|ops",
      mean: 1,
      scores: full.scores,
      rule: "cusum",
      shortfall: 33.75,
    });
});

test("who always was at 5 is held against that, who always was at 9 against the setting", () => {
  const scores = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
  const record = (usual: number) => ({ n: 1_010, sum: 1_000 * usual + 50 });
  given()
    .when({ ...alarm(scores), record: record(5) })
    .thenRefuses("out-of-bounds");
  given()
    .when({ ...alarm(scores), record: record(9) })
    .thenEvents({
      type: "brake.engaged",
      scope: "sonnet|ops",
      mean: 5,
      scores,
      rule: "cusum",
      shortfall: 8.75,
    });
});

test("a record that does not hold its own scores, or too many of them, is none", () => {
  const low = alarm([3, 2, 1]);
  for (const record of [
    { n: 2, sum: 6 },
    { n: 43, sum: -1 },
    { n: 43, sum: 431 },
    { n: Number.NaN, sum: 6 },
  ]) {
    given()
      .when({ ...low, record, thresholds: { ...defaultSettings, brakeWindowTasks: 2 } })
      .thenRefuses("out-of-bounds");
  }
  const many = Array.from({ length: 100 }, () => 1);
  given()
    .when(alarm([...many, 1]))
    .thenRefuses("out-of-bounds");
  given().when(alarm(many)).thenEvents({
    type: "brake.engaged",
    scope: "sonnet|ops",
    mean: 1,
    scores: many,
    rule: "cusum",
    shortfall: 337.5,
  });
});

test("a brake that shortfalls engaged has a canary and a latch like any other", () => {
  const low: BrakeEvent = {
    type: "brake.engaged",
    scope: "sonnet|ops",
    mean: 2,
    scores: [3, 2, 1],
    rule: "cusum",
    shortfall: 8.25,
  };
  given(low, started).when(judge(4, 6)).thenEvents(released);
  given(low, started).when(judge(2, 6)).thenEvents(latched);
  given(low, started, latched)
    .when({ type: "brake.release", by: "director" })
    .thenEvents({ type: "brake.released", by: "director", mean: null });
});
