import { boundsOf } from "@nightshift/protocol/settings";

/**
 * How well an attempt did, from 0 to 1: .60 quality + .25 token efficiency + .15 merged (D29). The
 * weights are the constitution's: no evolution moves them.
 * @param score The gated score, 0 to 10; null counts as 0.
 * @param outputTokens Tokens used of `outputBudget`; using none is the best efficiency.
 */
export function fitness(outcome: {
  score: number | null;
  outputTokens: number;
  outputBudget: number;
  merged: boolean;
}): number {
  const { score, outputTokens, outputBudget, merged } = outcome;
  const efficiency = 1 - Math.min(1, outputTokens / outputBudget);
  const sum =
    boundsOf("fitnessQualityWeight").default * ((score ?? 0) / 10) +
    boundsOf("fitnessEfficiencyWeight").default * efficiency +
    boundsOf("fitnessMergeWeight").default * (merged ? 1 : 0);
  // Floating point may add up to a hair over one.
  return Math.min(1, sum);
}
