import { exampleRules } from "@nightshift/protocol/rules-example";
import { gate, type Evidence } from "./gate.ts";

const sha = "ab".repeat(32);
/** What the gate accepts: green, judged well, by another family, in the sandbox. */
export const good: Evidence = {
  started: {
    category: "capability",
    output: "code",
    rules: exampleRules,
  },
  executed: {
    by: "builder",
    model: "sonnet",
    family: "claude",
    usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
    costMicroUsd: 1,
    costKind: "billed",
    stopReason: "finished",
    commit: "c".repeat(40),
    files: [],
    diff: sha,
    transcript: sha,
    report: null,
    durationMs: 1,
    sandboxed: true,
  },
  verified: { by: "verifier", verdict: "pass", checks: [], hits: [] },
  assessed: {
    by: "assessor",
    family: "gpt",
    heuristic: 7,
    judge: 8,
    blend: 7.6,
    critique: "",
    evidence: sha,
    rubric: "code-1",
  },
};

export type Change = { [K in keyof Evidence]?: Partial<Evidence[K]> };

/** What becomes of it with something else about it. */
export function after(change: Change) {
  const gated = gate({
    started: { ...good.started, ...change.started },
    executed: { ...good.executed, ...change.executed },
    verified: { ...good.verified, ...change.verified },
    assessed: { ...good.assessed, ...change.assessed },
  });
  const { decision, score, reasons, flags } = gated;
  return { decision, score, codes: reasons.map(({ code }) => code), flags, reasons };
}
