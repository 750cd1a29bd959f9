import type { NightEvent } from "@nightshift/protocol/events";
import { exampleRules } from "@nightshift/protocol/rules-example";
import { hex, pick, sentence } from "./draws.ts";
import { deferral, integrated, learned } from "./attempt-ends.ts";
import { MODELS } from "./staff.ts";
import { call, paid, teller, type Ended, type Told, type Try } from "./delegation.ts";

/** An attempt from its start to its end, in the order in which a night writes it. */
export function* attemptStory(one: Try): Generator<Told, Ended> {
  const { draw, spec, attempt, task } = one;
  const tell = teller(one);
  yield tell({ type: "attempt.started", ...startOf(one) });
  yield* paid(one, "plan", call(one, `${attempt}-plan-e1-1`, one, "planner", "plan"));
  const parts = draw() < 0.01 ? 2 : 0;
  const estimateTokens = 900 + Math.floor(draw() * 4_000);
  const note = `about ${estimateTokens} tokens, by its category, files, names and steps`;
  yield tell({ type: "attempt.planned", by: "planner", estimateTokens, parts, note });
  if (parts > 0) return "split";
  const { model, family, account } = yield* auction(one);
  const luck = draw();
  const asked = call(one, `${attempt}-implement-e1-1`, one, "implementer", "implement");
  yield* paid(one, "implement", asked, account);
  const blob = hex(draw, 64);
  const told = { by: "implementer", model };
  yield tell({ type: "attempt.prompted", ...told, blob, contextTokens: 9_000, capTokens: 40_000 });
  if (luck < 0.03) return yield* deferral(one, account);
  if (luck < 0.08) {
    const detail = "silent for 5 minutes, then ended by the watchdog";
    yield tell({ type: "attempt.failed", kind: "hang", detail });
    return "failed";
  }
  yield tell({ type: "attempt.executed", ...told, family, ...workOf(one) });
  yield* call(one, `${attempt}-verify-e1-1`, one, "verifier", "verify");
  const rejected = luck < 0.32;
  yield tell(verified(one, rejected));
  yield* paid(one, "assess", call(one, `${attempt}-assess-e1-1`, one, "assessor", "assess"));
  const score = yield* judged(one, rejected);
  if (rejected) {
    const detail = sentence(draw, 20);
    yield* learned(one, score, false);
    yield tell({ type: "attempt.failed", kind: "rejected", detail });
    return "rejected";
  }
  return yield* integrated(one, score, luck > 0.9, `nightshift/${spec.name}`, task);
}

function startOf({ draw, task, generation, spec }: Try) {
  const { repo, category } = spec;
  const output = "code" as const;
  const rules = { ...exampleRules, sealed: ["scripts/**", ".github/**"] };
  return { task, generation, repo, base: hex(draw, 40), category, output, rules };
}

function* auction(one: Try): Generator<Told, (typeof MODELS)[number]> {
  const { draw, spec } = one;
  const tell = teller(one);
  yield tell({ type: "attempt.announced", skill: "implement", worstTokens: 48_000 });
  for (const { model } of MODELS) {
    const merit = 5 + draw() * 3;
    const price = { priceMicroUsd: 144_000, etaMs: 123_000, merit };
    yield tell({ type: "attempt.bid", agent: "implementer", model, ...price });
  }
  const won = pick(draw, MODELS);
  const { model, account } = won;
  const genome = `${spec.category}-neutral`;
  const award = { agent: "implementer", model, account, genome, propensity: 0.25 + draw() / 2 };
  yield tell({ type: "attempt.awarded", ...award, reason: "auction" });
  return won;
}

function workOf({ draw, spec }: Try) {
  const path = (n: number) => `src/${spec.repo}/${spec.category}/module-${n}.ts`;
  const files = Array.from({ length: 1 + Math.floor(draw() * 3) }, (_, n) => ({
    path: path(n + Math.floor(draw() * 40)),
    status: "modified" as const,
    addedLines: Math.floor(draw() * 60),
    removedLines: Math.floor(draw() * 20),
    baseLines: 120,
  }));
  return {
    usage: { inputTokens: 9_400, cachedTokens: 2_000, outputTokens: Math.floor(draw() * 3_000) },
    costMicroUsd: Math.floor(draw() * 90_000),
    costKind: "billed",
    stopReason: draw() < 0.03 ? "truncated" : "finished",
    commit: hex(draw, 40),
    files,
    diff: hex(draw, 64),
    transcript: hex(draw, 64),
    report: null,
    durationMs: 61_000,
    sandboxed: true,
  } as const;
}

function verified({ draw }: Try, rejected: boolean): NightEvent {
  const outcome = rejected ? "fail" : "pass";
  const checks = [
    { name: "tests", kind: "tests", outcome, detail: "19 pass, 17 before" },
    { name: "success", kind: "success", outcome, detail: sentence(draw, 16) },
    { name: "sealed", kind: "sealed", outcome: "pass", detail: "no sealed path was touched" },
    { name: "scope", kind: "scope", outcome: "pass", detail: "all paths are in the scope" },
    { name: "truncation", kind: "truncation", outcome: "pass", detail: sentence(draw, 12) },
    { name: "secrets", kind: "secret", outcome: "pass", detail: "none was found" },
  ] as const;
  return {
    type: "attempt.verified",
    by: "verifier",
    verdict: outcome,
    checks: [...checks],
    hits: [],
  };
}

function* judged(one: Try, rejected: boolean): Generator<Told, number> {
  const { draw } = one;
  const tell = teller(one);
  const [heuristic, judge] = rejected ? [3, draw() * 4] : [7 + draw() * 3, 6 + draw() * 4];
  const blend = heuristic * 0.4 + judge * 0.6;
  const said = { by: "assessor", family: "gpt", critique: sentence(draw, 30), rubric: "code-1" };
  const evidence = hex(draw, 64);
  yield tell({ type: "attempt.assessed", ...said, heuristic, judge, blend, evidence });
  const reasons = rejected
    ? [{ code: "low-score", text: `the score ${blend.toFixed(2)} is below 4` } as const]
    : [{ code: "green", text: `nothing fails and the score is ${blend.toFixed(2)}` } as const];
  const decision = rejected ? "rejected" : "accepted";
  yield tell({ type: "attempt.gated", decision, score: blend, reasons });
  return blend;
}
