import type { AttemptCommand, AttemptEvent } from "@nightshift/protocol/attempt";
import { test } from "vitest";
import { attempt, BIDS_MAX } from "./attempt.ts";
import { spec } from "./spec.ts";

const { given } = spec(attempt);
const sha = "ab".repeat(32);
const commit = "c".repeat(40);
const start = {
  type: "attempt.start",
  generation: 2,
  task: "meta-1",
  repo: "shop-1",
  base: "a".repeat(40),
  category: "capability",
  output: "code",
  rules: {
    scoreMin: 4,
    truncationPenalty: 1.5,
    evidenceCap: 3,
    policy: "when-green",
    sealed: [],
  },
} as const satisfies AttemptCommand | { rules: { sealed: readonly string[] } };
const started: AttemptEvent = {
  ...start,
  type: "attempt.started",
  rules: { ...start.rules, sealed: [] },
};
const plan = {
  type: "attempt.plan",
  generation: 2,
  by: "planner",
  estimateTokens: 900,
  parts: 0,
  note: "",
} as const;
const planned = {
  type: "attempt.planned",
  by: "planner",
  estimateTokens: 900,
  parts: 0,
  note: "",
} as const;
const announced = { type: "attempt.announced", skill: "implement", worstTokens: 9_000 } as const;
const bid = {
  type: "attempt.bid",
  agent: "builder",
  model: "sonnet",
  priceMicroUsd: 9,
  etaMs: 5,
  merit: 0.5,
} as const;
const awarded = {
  type: "attempt.awarded",
  agent: "builder",
  model: "sonnet",
  account: "claude",
  genome: "neutral-1",
  propensity: 0.5,
  reason: "auction",
} as const;
const prompted = {
  type: "attempt.prompted",
  by: "builder",
  model: "sonnet",
  blob: sha,
  contextTokens: 100,
  capTokens: 40_000,
} as const;
const executed: AttemptEvent = {
  type: "attempt.executed",
  by: "builder",
  model: "sonnet",
  family: "claude",
  usage: { inputTokens: 100, cachedTokens: 0, outputTokens: 50 },
  costMicroUsd: 7,
  costKind: "billed",
  stopReason: "finished",
  commit,
  files: [],
  diff: sha,
  transcript: sha,
  report: null,
  durationMs: 30,
  sandboxed: true,
};
const verified: AttemptEvent = {
  type: "attempt.verified",
  by: "verifier",
  verdict: "pass",
  checks: [],
  hits: [],
};
const assess = {
  type: "attempt.assess",
  generation: 2,
  by: "assessor",
  family: "gpt",
  heuristic: 6,
  judge: 8,
  critique: "sound",
  evidence: sha,
  rubric: "code-1",
  judgeWeight: 0.6,
} as const;
const assessed = {
  type: "attempt.assessed",
  by: "assessor",
  family: "gpt",
  heuristic: 6,
  judge: 8,
  blend: 7.2,
  critique: "sound",
  evidence: sha,
  rubric: "code-1",
} as const;
const gated = {
  type: "attempt.gated",
  decision: "accepted",
  score: 7.2,
  reasons: [{ code: "green", text: "nothing fails and the score is 7.2" }],
} satisfies AttemptEvent;
const escalated = {
  ...gated,
  decision: "escalated",
  reasons: [{ code: "policy-review", text: "merges here wait for a review" }],
} satisfies AttemptEvent;
const rejected = {
  ...gated,
  decision: "rejected",
  reasons: [{ code: "tests", text: "two fail" }],
} satisfies AttemptEvent;
const toAward = [started, planned, announced, bid, awarded] as const;
const toWork = [...toAward, prompted, executed] as const;
const toScore = [...toWork, verified, assessed] as const;
const integrate = {
  type: "attempt.integrate",
  generation: 2,
  how: "merged",
  commit,
  where: "nightshift/meta-1",
} as const;
const integrated = {
  type: "attempt.integrated",
  how: "merged",
  commit,
  where: "nightshift/meta-1",
} as const;
const fail = { type: "attempt.fail", generation: 2, kind: "hang", detail: "silent" } as const;
const failed = { type: "attempt.failed", kind: "hang", detail: "silent" } as const;

test("an attempt is started once", () => {
  const command = { ...start, rules: { ...start.rules, sealed: [] } };
  given().when(command).thenEvents(started);
  given(...toWork)
    .when(command)
    .thenNothing();
  given(started)
    .when({ ...command, base: "b".repeat(40) })
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

test("nobody verifies own work (I6)", () =>
  given(...toWork)
    .when({ ...verified, type: "attempt.verify", generation: 2, by: "builder" })
    .thenRefuses("own-work"));

test("nobody judges own work (I6)", () =>
  given(...toWork, verified)
    .when({ ...assess, by: "builder" })
    .thenRefuses("own-work"));

test("the score is 60 % judge and 40 % heuristics (B6)", () =>
  given(...toWork, verified)
    .when(assess)
    .thenEvents(assessed));

test("failing evidence caps the score, and both parts are kept as they were", () => {
  given(...toWork, { ...verified, verdict: "fail" })
    .when({ ...assess, judge: 9 })
    .thenEvents({ ...assessed, judge: 9, blend: 3 });
  given(...toWork, { ...verified, verdict: "fail" })
    .when({ ...assess, judge: 2, heuristic: 2 })
    .thenEvents({ ...assessed, judge: 2, heuristic: 2, blend: 2 });
  given(...toWork, { ...verified, verdict: "unverifiable" })
    .when(assess)
    .thenEvents(assessed);
});

test("a score out of its scale is no score", () => {
  for (const wrong of [{ judge: 11 }, { heuristic: -1 }, { judge: Number.NaN }, { judgeWeight: 2 }]) {
    given(...toWork, verified)
      .when({ ...assess, ...wrong })
      .thenRefuses("out-of-bounds");
  }
});

test("what passes everything is accepted, once", () => {
  given(...toScore)
    .when({ type: "attempt.gate", generation: 2 })
    .thenEvents(gated);
  given(...toScore, gated)
    .when({ type: "attempt.gate", generation: 2 })
    .thenNothing();
});

test("a changed test of the task is flagged as a safety event", () => {
  const detail = "sealed: test/a.test.ts was deleted";
  given(
    ...toWork,
    {
      ...verified,
      verdict: "fail",
      checks: [
        { name: "sealed", kind: "sealed", outcome: "fail", detail: "test/a.test.ts was deleted" },
      ],
    },
    assessed,
  )
    .when({ type: "attempt.gate", generation: 2 })
    .thenEvents(
      { ...gated, decision: "rejected", reasons: [{ code: "sealed", text: detail }] },
      { type: "attempt.flagged", kind: "safety", rule: "sealed", detail },
    );
});

test("what the gate accepted is integrated, once", () => {
  given(...toScore, gated)
    .when(integrate)
    .thenEvents(integrated);
  given(...toScore, gated, integrated)
    .when(integrate)
    .thenNothing();
  given(...toScore, gated, integrated)
    .when({ ...integrate, how: "branch" })
    .thenRefuses("out-of-order");
});

test("what the gate rejected is integrated in no way (I4)", () => {
  for (const how of ["merged", "in-review", "branch"] as const) {
    given(...toScore, rejected)
      .when({ ...integrate, how, approvedBy: "director" })
      .thenRefuses("not-accepted");
  }
});

test("what was escalated is shown, and merged only by a person", () => {
  const review = { ...integrated, how: "in-review" } as const;
  given(...toScore, escalated)
    .when({ ...integrate, how: "in-review" })
    .thenEvents(review);
  given(...toScore, escalated)
    .when({ ...integrate, how: "branch" })
    .thenEvents({ ...integrated, how: "branch" });
  given(...toScore, escalated)
    .when(integrate)
    .thenRefuses("not-accepted");
  given(...toScore, escalated)
    .when({ ...integrate, approvedBy: "gate" })
    .thenRefuses("not-accepted");
  given(...toScore, escalated)
    .when({ ...integrate, approvedBy: "director" })
    .thenEvents(integrated);
  given(...toScore, escalated, review)
    .when(integrate)
    .thenEvents(integrated);
});

test("code is not filed, and a report moves no branch", () => {
  given(...toScore, gated)
    .when({ ...integrate, how: "filed" })
    .thenRefuses("not-allowed");
  given({ ...started, output: "report" }, ...toScore.slice(1), gated)
    .when(integrate)
    .thenRefuses("not-allowed");
  given({ ...started, output: "report" }, ...toScore.slice(1), gated)
    .when({ ...integrate, how: "filed", commit: null, where: "meta-1.md" })
    .thenEvents({ ...integrated, how: "filed", commit: null, where: "meta-1.md" });
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
