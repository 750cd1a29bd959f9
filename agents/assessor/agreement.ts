/** A judge's score and a person's of the same work, 0 to 10 each. */
export type GradedPair = { judge: number; human: number };

/** How well a judge agrees with people; agreement alone hides a judge that flatters (science). */
export type Agreement = {
  n: number;
  /** Share of scores that are the same, rounded to whole points. */
  exact: number;
  /** Share of scores that are at most one point apart. */
  withinOne: number;
  /** What the judge gives more than people do, on average; below zero it is too strict. */
  bias: number;
  /** Cohen's kappa with quadratic weights over whole points; null where nobody's scores vary. */
  kappa: number | null;
  /** Krippendorff's alpha for interval data; null where nobody's scores vary. */
  alpha: number | null;
};

/** @returns null where there is nothing to compare. */
export function agreement(pairs: readonly GradedPair[]): Agreement | null {
  const n = pairs.length;
  if (n === 0) return null;
  const share = (is: (pair: GradedPair) => boolean) => pairs.filter(is).length / n;
  return {
    n,
    exact: share(({ judge, human }) => Math.round(judge) === Math.round(human)),
    withinOne: share(({ judge, human }) => Math.abs(judge - human) <= 1),
    bias: pairs.reduce((sum, { judge, human }) => sum + judge - human, 0) / n,
    kappa: weightedKappa(pairs),
    alpha: intervalAlpha(pairs),
  };
}

/**
 * 1 less the squared distances seen over those of two raters who know nothing of each other. The
 * expected ones follow from the margins alone, so no table of all pairs of points is needed.
 */
export function weightedKappa(pairs: readonly GradedPair[]): number | null {
  const whole = pairs.map(({ judge, human }) => [Math.round(judge), Math.round(human)] as const);
  const seen = whole.reduce((sum, [judge, human]) => sum + (judge - human) ** 2, 0);
  let expected = 0;
  for (const [judge] of whole) for (const [, human] of whole) expected += (judge - human) ** 2;
  return expected === 0 ? null : 1 - (seen * whole.length) / expected;
}

/** 1 less the squared distances within works over those among all scores, whoever gave them. */
export function intervalAlpha(pairs: readonly GradedPair[]): number | null {
  const all = pairs.flatMap(({ judge, human }) => [judge, human]);
  const seen = pairs.reduce((sum, { judge, human }) => sum + 2 * (judge - human) ** 2, 0);
  const mean = all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length);
  // The squared distances of all ordered pairs of n values are 2n times their squares.
  const expected = 2 * all.length * all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (expected === 0) return null;
  return 1 - seen / all.length / (expected / (all.length * (all.length - 1)));
}
