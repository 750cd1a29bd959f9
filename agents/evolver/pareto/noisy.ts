import { normalUpTo } from "../draws.ts";

/** What is thought of one solution: the mean of each objective, larger is better, and how unsure. */
export type Estimate = { means: readonly number[]; deviations: readonly number[] };

/** Nobody counts as better unless it is at least this likely. */
const CONFIDENCE = 0.9;

/**
 * The fronts of what is only known with noise, by their indexes, the best first: one dominates
 * another where it is likely better somewhere (> .9) and nowhere likely worse. So two that cannot be
 * told apart share a front, and no single lucky score moves anybody.
 */
export function noisyFronts(estimates: readonly Estimate[]): number[][] {
  const fronts: number[][] = [];
  let left = estimates.map((_, at) => at);
  while (left.length > 0) {
    const isBeaten = (at: number) => left.some((other) => beats(estimates[other], estimates[at]));
    const front = left.filter((at) => !isBeaten(at));
    // Likely better is no order: a circle of three would leave nobody.
    const taken = front.length > 0 ? front : left;
    fronts.push(taken);
    left = left.filter((at) => !taken.includes(at));
  }
  return fronts;
}

function beats(a: Estimate | undefined, b: Estimate | undefined): boolean {
  if (!a || !b) return false;
  let better = false;
  for (const [at, mean] of a.means.entries()) {
    const odds = oddsOfMore(mean, a.deviations[at] ?? 0, b.means[at] ?? 0, b.deviations[at] ?? 0);
    if (odds < 1 - CONFIDENCE) return false;
    if (odds > CONFIDENCE) better = true;
  }
  return better;
}

/** How likely the first of two uncertain numbers is the larger; one half for twins. */
function oddsOfMore(a: number, aDeviation: number, b: number, bDeviation: number): number {
  const spread = Math.hypot(aDeviation, bDeviation);
  if (spread === 0) return a === b ? 0.5 : a > b ? 1 : 0;
  return normalUpTo((a - b) / spread);
}
