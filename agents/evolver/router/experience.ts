import type { Outcome } from "../outcome.ts";
import { fitness, mergedOf, thriftOf } from "../fitness.ts";
import type { Option, Situation } from "./features.ts";
import type { Result, Router } from "./router.ts";

const DAY_MS = 86_400_000;

/** What an attempt teaches: the situation, what was chosen, and what it came to; null for nothing. */
function experienceOf(
  outcome: Outcome,
): { situation: Situation; option: Option; result: Result } | null {
  const { category, output, estimateTokens, genes, model, score, outputTokens } = outcome;
  if (genes === null || score === null) return null;
  return {
    situation: { category, output, estimateTokens },
    option: { model, genes, contextTokensMax: Math.max(1, outcome.contextTokens) },
    result: {
      fitness: fitness(outcome),
      quality: score / 10,
      thrift: thriftOf(outputTokens),
      merged: mergedOf(outcome),
    },
  };
}

/**
 * Learns from attempts in the order in which they ended; time passes between them.
 * @param sinceMs When it last learned; null at first.
 * @returns when the last of them ended.
 */
export function learnFrom(
  router: Router,
  outcomes: readonly Outcome[],
  sinceMs: number | null,
): number | null {
  let lastMs = sinceMs;
  for (const outcome of outcomes) {
    const told = experienceOf(outcome);
    if (!told) continue;
    if (lastMs !== null && outcome.atMs > lastMs) {
      router.passDays((outcome.atMs - lastMs) / DAY_MS);
    }
    lastMs = Math.max(lastMs ?? outcome.atMs, outcome.atMs);
    router.learn(told.situation, told.option, told.result);
  }
  return lastMs;
}
