import type { AttemptCommand, Check, FileChange, Hit } from "@nightshift/protocol/attempt";
import { exampleRules } from "@nightshift/protocol/rules-example";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { attempt, type AttemptState } from "./attempt.ts";
import { play } from "./play.ts";

const sha = "ab".repeat(32);
const commit = "c".repeat(40);
const by = fc.constantFrom("builder", "verifier", "assessor");
const builder = fc.constantFrom("builder", "builder", "builder", "verifier");
const some = fc.constantFrom(1, 1, 1, 2);

/** The steps of an attempt in order, each told by anyone, under either generation. */
const steps: fc.Arbitrary<AttemptCommand>[] = [
  fc.record({
    type: fc.constant("attempt.start" as const),
    generation: some,
    task: fc.constant("t-1"),
    repo: fc.constant("shop-1"),
    base: fc.constant(commit),
    category: fc.constant("ops"),
    output: fc.constant("code" as const),
    rules: fc.constant(exampleRules),
  }),
  fc.record({
    type: fc.constant("attempt.plan" as const),
    generation: some,
    by: fc.constant("planner"),
    estimateTokens: some,
    parts: fc.constant(0),
    note: fc.constant(""),
  }),
  fc.record({
    type: fc.constant("attempt.announce" as const),
    generation: some,
    skill: fc.constant("implement"),
    worstTokens: some,
  }),
  fc.record({
    type: fc.constant("attempt.award" as const),
    generation: some,
    agent: builder,
    model: fc.constant("sonnet"),
    account: fc.constant("claude"),
    genome: fc.constant("g-1"),
    propensity: fc.constant(1),
    reason: fc.constant("auction" as const),
  }),
  fc.record({
    type: fc.constant("attempt.prompt" as const),
    generation: some,
    by: builder,
    model: fc.constant("sonnet"),
    blob: fc.constant(sha),
    contextTokens: some,
    capTokens: fc.constant(9),
  }),
  fc.record({
    type: fc.constant("attempt.execute" as const),
    generation: some,
    by: builder,
    model: fc.constant("sonnet"),
    family: fc.constantFrom("claude", "claude", "gpt"),
    usage: fc.constant({ inputTokens: 1, cachedTokens: 0, outputTokens: 1 }),
    costMicroUsd: some,
    costKind: fc.constant("billed" as const),
    stopReason: fc.constantFrom("finished", "truncated"),
    commit: fc.constant(commit),
    files: fc.constant<FileChange[]>([]),
    diff: fc.constant(sha),
    transcript: fc.constant(sha),
    report: fc.constant(null),
    durationMs: some,
    sandboxed: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("attempt.verify" as const),
    generation: some,
    by,
    verdict: fc.constantFrom("pass", "pass", "fail", "unverifiable"),
    checks: fc.constant<Check[]>([]),
    hits: fc.constant<Hit[]>([]),
  }),
  fc.record({
    type: fc.constant("attempt.assess" as const),
    generation: some,
    by,
    family: fc.constantFrom("gpt", "gpt", "claude"),
    heuristic: fc.constantFrom(2, 8),
    judge: fc.constantFrom(2, 9),
    critique: fc.constant(""),
    evidence: fc.constant(sha),
    rubric: fc.constant("code-1"),
    judgeWeight: fc.constant(0.6),
  }),
  fc.record({ type: fc.constant("attempt.gate" as const), generation: some }),
  fc.record({
    type: fc.constant("attempt.integrate" as const),
    generation: some,
    how: fc.constantFrom("merged", "merged", "in-review", "filed"),
    commit: fc.constant(commit),
    where: fc.constant("nightshift/t"),
  }),
];

test("nobody judges own work, and only what was accepted is merged (I4, I6)", () => {
  const noise = fc.array(fc.oneof(...steps), { maxLength: 3 });
  const story = fc.tuple(
    ...steps.map((step) => fc.tuple(fc.array(step, { minLength: 4, maxLength: 8 }), noise)),
  );
  let merged = 0;
  fc.assert(
    fc.property(story, (parts) => {
      for (const turn of play(attempt, parts.flat(2))) {
        const { command, before, events, after } = turn;
        const first = before.stage === "absent";
        expect(events.length === 0 || first || command.generation === before.generation).toBe(true);
        expect(judgedByOthers(after)).toBe(true);
        expect(integratedByRule(after)).toBe(true);
        if (isMerged(after) && !isMerged(before)) merged += 1;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(merged).toBeGreaterThan(5);
});

function judgedByOthers({ awarded, executed, verified, assessed }: AttemptState): boolean {
  const author = executed?.by;
  if (author === undefined) return verified === undefined && assessed === undefined;
  return author === awarded?.agent && verified?.by !== author && assessed?.by !== author;
}

function integratedByRule({ executed, verified, assessed, gated, end }: AttemptState): boolean {
  if (gated?.decision === "accepted") {
    const independent = assessed?.family !== executed?.family;
    if (verified?.verdict !== "pass" || !independent || !executed?.sandboxed) return false;
  }
  if (end?.kind !== "integrated") return true;
  return gated?.decision === "accepted" || (gated?.decision === "escalated" && end.how !== "filed");
}

function isMerged({ gated, end }: AttemptState): boolean {
  return gated?.decision === "accepted" && end?.kind === "integrated" && end.how === "merged";
}
