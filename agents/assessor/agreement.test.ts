import { expect, test } from "vitest";
import fc from "fast-check";
import { agreement, intervalAlpha, weightedKappa, type GradedPair } from "./agreement.ts";

const pairsOf = (judges: readonly number[], humans: readonly number[]): GradedPair[] =>
  judges.map((judge, at) => ({ judge, human: humans[at] ?? 0 }));
const score = fc.integer({ min: 1, max: 10 });
const pairs = fc.array(fc.record({ judge: score, human: score }), { minLength: 2, maxLength: 40 });

test("the same scores agree in everything, and there is no bias", () => {
  const same = agreement(pairsOf([3, 5, 8], [3, 5, 8]));
  expect(same).toEqual({ n: 3, exact: 1, withinOne: 1, bias: 0, kappa: 1, alpha: 1 });
});

test("a judge that adds two points to all is told by its bias, whatever else agrees", () => {
  const kind = agreement(pairsOf([5, 6, 7, 8], [3, 4, 5, 6]));
  expect(kind).toMatchObject({ exact: 0, withinOne: 0, bias: 2 });
  expect(kind?.kappa).toBeLessThan(0.6);
});

test("kappa is that of the confusion table, worked out by hand", () => {
  // Seen: (0 + 1 + 0 + 4) / 4. Expected, over all 16 pairs of (1, 2, 3, 5) with (1, 3, 3, 3): 3.
  const told = weightedKappa(pairsOf([1, 2, 3, 5], [1, 3, 3, 3]));
  expect(told).toBeCloseTo(1 - 1.25 / 3, 12);
});

test("alpha is that of Krippendorff's own formula over coincidences", () =>
  fc.assert(
    fc.property(pairs, (given) => {
      const values = given.flatMap(({ judge, human }) => [judge, human]);
      let [seen, expected] = [0, 0];
      for (const { judge, human } of given) seen += (2 * (judge - human) ** 2) / values.length;
      for (const [at, one] of values.entries())
        for (const [other, two] of values.entries())
          if (at !== other) expected += (one - two) ** 2 / (values.length * (values.length - 1));
      const alpha = intervalAlpha(given);
      if (expected === 0) expect(alpha).toBeNull();
      else expect(alpha).toBeCloseTo(1 - seen / expected, 9);
    }),
  ));

test("where nobody's scores vary neither says anything, and nothing cannot be compared", () => {
  expect(agreement(pairsOf([5, 5], [5, 5]))).toMatchObject({ exact: 1, kappa: null, alpha: null });
  expect(agreement([])).toBeNull();
});

test("who always says the opposite agrees least, and nobody agrees less", () => {
  const opposite = agreement(pairsOf([1, 10, 1, 10], [10, 1, 10, 1]));
  expect(opposite).toMatchObject({ exact: 0, withinOne: 0, bias: 0, kappa: -1 });
  expect(opposite?.alpha).toBeCloseTo(-1 + 1 / 4, 12);
  fc.assert(
    fc.property(pairs, (given) => {
      const told = agreement(given);
      expect(told?.exact).toBeLessThanOrEqual(told?.withinOne ?? 0);
      expect(told?.kappa ?? 0).toBeGreaterThanOrEqual(-1 - 1e-9);
      expect(told?.alpha ?? 0).toBeGreaterThanOrEqual(-1 + 1 / given.length - 1e-9);
    }),
  );
});
