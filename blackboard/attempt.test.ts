import { test } from "vitest";
import { attempt, BIDS_MAX } from "./attempt.ts";
import {
  announced,
  assess,
  awarded,
  bid,
  executed,
  fail,
  failed,
  gated,
  integrate,
  integrated,
  plan,
  planned,
  prompted,
  start,
  started,
  verified,
  toWork,
  toScore,
  toAward,
} from "./attempt-story.ts";
import { spec } from "./spec.ts";

const { given } = spec(attempt);

test("an attempt is started once", () => {
  given().when(start).thenEvents(started);
  given(...toWork)
    .when(start)
    .thenNothing();
  given(started)
    .when({ ...start, base: "b".repeat(40) })
    .thenRefuses("out-of-order");
});

test("nothing happens to an attempt that was never started", () =>
  given().when(plan).thenRefuses("not-found"));

test("another generation changes nothing (I2)", () => {
  for (const generation of [1, 3]) {
    given(started)
      .when({ ...plan, generation })
      .thenRefuses("stale");
    given(...toScore, gated)
      .when({ ...integrate, generation })
      .thenRefuses("stale");
    given(started)
      .when({ ...fail, generation })
      .thenRefuses("stale");
  }
});

test("each step follows the one before", () => {
  given(started).when(plan).thenEvents(planned);
  given(started, planned)
    .when({ ...announced, type: "attempt.announce", generation: 2 })
    .thenEvents(announced);
  given(started, planned, announced)
    .when({ ...awarded, type: "attempt.award", generation: 2 })
    .thenEvents(awarded);
  given(...toAward)
    .when({ ...prompted, type: "attempt.prompt", generation: 2 })
    .thenEvents(prompted);
  given(...toAward, prompted)
    .when({ ...executed, type: "attempt.execute", generation: 2 })
    .thenEvents(executed);
  given(...toWork)
    .when({ ...verified, type: "attempt.verify", generation: 2 })
    .thenEvents(verified);
});

test("no step is skipped", () => {
  given(started)
    .when({ ...awarded, type: "attempt.award", generation: 2 })
    .thenRefuses("out-of-order");
  given(...toAward)
    .when({ ...executed, type: "attempt.execute", generation: 2 })
    .thenRefuses("out-of-order");
  given(...toWork)
    .when(assess)
    .thenRefuses("out-of-order");
  given(...toWork, verified)
    .when({ type: "attempt.gate", generation: 2 })
    .thenRefuses("out-of-order");
  given(...toScore)
    .when(integrate)
    .thenRefuses("out-of-order");
});

test("no step is told twice in two ways", () =>
  given(...toAward, prompted)
    .when({ ...plan, estimateTokens: 901 })
    .thenRefuses("out-of-order"));

test("what a step told is a repeat, however far the attempt has come", () => {
  given(...toScore, gated)
    .when(plan)
    .thenNothing();
  given(...toScore)
    .when({ ...prompted, type: "attempt.prompt", generation: 2 })
    .thenNothing();
});

test("an agent bids once for a model while the auction is open", () => {
  const offer = { ...bid, type: "attempt.bid", generation: 2 } as const;
  given(started, planned, announced).when(offer).thenEvents(bid);
  given(started, planned, announced, bid)
    .when({ ...offer, priceMicroUsd: 1 })
    .thenNothing();
  given(started, planned, announced, bid)
    .when({ ...offer, model: "haiku" })
    .thenEvents({ ...bid, model: "haiku" });
  given(started, planned).when(offer).thenRefuses("out-of-order");
  given(started, planned, announced, awarded).when(offer).thenRefuses("out-of-order");
});

test("an auction hears a bounded number of bids (I8)", () => {
  const bids = Array.from({ length: BIDS_MAX }, (_, index) => ({ ...bid, agent: `a${index}` }));
  given(started, planned, announced, ...bids)
    .when({ ...bid, generation: 2, agent: "late" })
    .thenRefuses("out-of-bounds");
});

test("only who was awarded the work does it", () => {
  given(...toAward)
    .when({ ...prompted, type: "attempt.prompt", generation: 2, by: "stranger" })
    .thenRefuses("not-allowed");
  given(...toAward, prompted)
    .when({ ...executed, type: "attempt.execute", generation: 2, by: "stranger" })
    .thenRefuses("not-allowed");
});

test("a failure ends an attempt at any stage, once", () => {
  given(started).when(fail).thenEvents(failed);
  given(...toWork)
    .when(fail)
    .thenEvents(failed);
  given(started, failed).when(fail).thenNothing();
  given(started, failed)
    .when({ ...fail, kind: "crash" })
    .thenRefuses("out-of-order");
  given(started, failed).when(plan).thenRefuses("out-of-order");
  given(...toScore, gated, integrated)
    .when(fail)
    .thenRefuses("out-of-order");
});

test("what was gated may still fail to be merged", () =>
  given(...toScore, gated)
    .when({ ...fail, kind: "conflict", detail: "src/a.ts" })
    .thenEvents({ ...failed, kind: "conflict", detail: "src/a.ts" }));

test("a limit defers an attempt that is not judged yet (I7)", () => {
  const deferred = { account: "claude", untilMs: 9_000, mustWait: false } as const;
  const defer = { type: "attempt.defer", generation: 2, ...deferred } as const;
  given(...toAward)
    .when(defer)
    .thenEvents({ type: "attempt.deferred", ...deferred });
  given(...toScore, gated)
    .when(defer)
    .thenRefuses("out-of-order");
});
