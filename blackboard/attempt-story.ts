import type { AttemptCommand, AttemptEvent } from "@nightshift/protocol/attempt";
import { exampleRules } from "@nightshift/protocol/rules-example";

/** An attempt that goes well, as commands and events, for tests to bend. */
type Told<T extends AttemptEvent["type"]> = Extract<AttemptEvent, { type: T }>;

const sha = "ab".repeat(32);
const commit = "c".repeat(40);
export const start: Extract<AttemptCommand, { type: "attempt.start" }> = {
  type: "attempt.start",
  generation: 2,
  task: "meta-1",
  repo: "shop-1",
  base: "a".repeat(40),
  category: "capability",
  output: "code",
  rules: exampleRules,
};
export const started: Told<"attempt.started"> = { ...start, type: "attempt.started" };
export const plan = {
  type: "attempt.plan",
  generation: 2,
  by: "planner",
  estimateTokens: 900,
  parts: 0,
  note: "",
} as const;
export const planned = {
  type: "attempt.planned",
  by: "planner",
  estimateTokens: 900,
  parts: 0,
  note: "",
} as const;
export const announced = {
  type: "attempt.announced",
  skill: "implement",
  worstTokens: 9_000,
} as const;
export const bid = {
  type: "attempt.bid",
  agent: "builder",
  model: "sonnet",
  priceMicroUsd: 9,
  etaMs: 5,
  merit: 0.5,
} as const;
export const awarded = {
  type: "attempt.awarded",
  agent: "builder",
  model: "sonnet",
  account: "claude",
  genome: "neutral-1",
  propensity: 0.5,
  reason: "auction",
} as const;
export const prompted = {
  type: "attempt.prompted",
  by: "builder",
  model: "sonnet",
  blob: sha,
  contextTokens: 100,
  capTokens: 40_000,
} as const;
export const executed: Told<"attempt.executed"> = {
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
export const verified: Told<"attempt.verified"> = {
  type: "attempt.verified",
  by: "verifier",
  verdict: "pass",
  checks: [],
  hits: [],
};
export const assess = {
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
export const assessed = {
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
export const gated = {
  type: "attempt.gated",
  decision: "accepted",
  score: 7.2,
  reasons: [{ code: "green", text: "nothing fails and the score is 7.2" }],
} satisfies AttemptEvent;
export const escalated = {
  ...gated,
  decision: "escalated",
  reasons: [{ code: "policy-review", text: "merges here wait for a review" }],
} satisfies AttemptEvent;
export const rejected = {
  ...gated,
  decision: "rejected",
  reasons: [{ code: "tests", text: "two fail" }],
} satisfies AttemptEvent;
export const toAward = [started, planned, announced, bid, awarded] as const;
export const toWork = [...toAward, prompted, executed] as const;
export const toScore = [...toWork, verified, assessed] as const;
export const integrate = {
  type: "attempt.integrate",
  generation: 2,
  how: "merged",
  commit,
  where: "nightshift/meta-1",
} as const;
export const integrated = {
  type: "attempt.integrated",
  how: "merged",
  commit,
  where: "nightshift/meta-1",
} as const;
export const fail = {
  type: "attempt.fail",
  generation: 2,
  kind: "hang",
  detail: "silent",
} as const;
export const failed = { type: "attempt.failed", kind: "hang", detail: "silent" } as const;
