import { normal } from "@nightshift/agents/evolver/draws";
import type { Random } from "@nightshift/agents/ports";

/** One work as everybody scored it, 1 to 10. */
export type Labelled = { human: number; heuristic: number; judge: number };

/** Spread of a judge's scores for the same work. */
const JUDGE_DEVIATION = 1.5;
const HUMAN_DEVIATION = 0.4;
const HEURISTIC_DEVIATION = 0.5;

/**
 * A judge as the documents had theirs before it was recalibrated (C22): it flatters, most of all
 * what is poor, crowds around 8, and would score the same work otherwise tomorrow.
 */
export function noisyJudge(random: Random, drift = 0): Labelled {
  const quality = within(5 + 1.6 * normal(random));
  return {
    human: halves(quality + HUMAN_DEVIATION * normal(random)),
    heuristic: within(quality + HEURISTIC_DEVIATION * normal(random)),
    judge: halves(2.6 + 0.9 * quality + JUDGE_DEVIATION * normal(random) + drift),
  };
}

function halves(score: number): number {
  return within(Math.round(2 * score) / 2);
}

function within(score: number): number {
  return Math.round(Math.min(10, Math.max(1, score)) * 100) / 100;
}
