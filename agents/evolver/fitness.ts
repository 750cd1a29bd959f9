import { boundsOf } from "@nightshift/protocol/settings";

/**
 * How well an attempt did, from 0 to 1: .60 quality + .25 thrift with tokens + .15 merged (D29). The
 * weights and what thrift is measured by are the constitution's: no evolution moves them.
 * @param score The gated score, 0 to 10; null counts as 0.
 * @param outputTokens Using none is thriftiest, 16,000 is no thrift at all.
 * @param merged Null while nobody has said: then as likely as the documents saw at such a score.
 */
export function fitness(outcome: {
  score: number | null;
  outputTokens: number;
  merged: boolean | null;
  edited?: boolean | undefined;
}): number {
  const { score, outputTokens } = outcome;
  const sum =
    boundsOf("fitnessQualityWeight").default * ((score ?? 0) / 10) +
    boundsOf("fitnessEfficiencyWeight").default * thriftOf(outputTokens) +
    boundsOf("fitnessMergeWeight").default * mergedOf(outcome);
  // Floating point may add up to a hair over one.
  return Math.min(1, sum);
}

/** 1 where nothing was written, 0 from the largest limit of a category on (D10). */
export function thriftOf(outputTokens: number): number {
  return Math.max(0, 1 - outputTokens / boundsOf("thriftTokens").default);
}

/**
 * 1 or 0; half where a person had to change it before it was merged (H12); where nobody has said yet
 * the odds of D16: 14 % at 4.9, 22 % at 6.4, 31 % at 7.2.
 */
export function mergedOf(outcome: {
  merged: boolean | null;
  edited?: boolean | undefined;
  score: number | null;
}): number {
  const { merged, edited, score } = outcome;
  if (merged === null) return 1 / (1 + Math.exp(0.85 - 0.44 * ((score ?? 0) - 7.2)));
  if (!merged) return 0;
  return edited ? boundsOf("fitnessEditedWorth").default : 1;
}
