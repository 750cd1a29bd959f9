import * as fc from "fast-check";
import { expect, test } from "vitest";
import { crowdingOf } from "./crowding.ts";
import { frontsOf } from "./fronts.ts";
import { hypervolume } from "./hypervolume.ts";
import { noisyFronts } from "./noisy.ts";
import { dominates, type Point } from "./point.ts";

const point = (objectives: number[], violation = 0): Point => {
  const genes = Float64Array.of(0);
  return { genes, objectives: Float64Array.from(objectives), violation };
};
const anyPoints = (objectives: number) =>
  fc.array(
    fc
      .tuple(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }),
        fc.constantFrom(0, 0, 0, 1, 2),
      )
      .map(([values, violation]) => point(values, violation)),
    { maxLength: 40 },
  );

/** Front by front, by the definition: what nobody left dominates. */
function byDefinition(points: readonly Point[]): number[][] {
  const fronts: number[][] = [];
  let left = points.map((_, at) => at);
  while (left.length > 0) {
    const at = (place: number) => points[place] ?? point([]);
    const front = left.filter((one) => !left.some((other) => dominates(at(other), at(one))));
    fronts.push(front);
    left = left.filter((one) => !front.includes(one));
  }
  return fronts;
}

test.each([1, 2, 3])("the sort is the definition's, with %i objectives and constraints", (m) => {
  fc.assert(
    fc.property(anyPoints(m), (points) => {
      const sorted = (fronts: number[][]) => fronts.map((front) => front.toSorted((a, b) => a - b));
      expect(sorted(frontsOf(points))).toEqual(sorted(byDefinition(points)));
    }),
    { numRuns: 500 },
  );
});

test("what keeps the constraints comes before what breaks them, however good that is", () => {
  const points = [point([9, 9]), point([0, 0], 1), point([0, 0], 0.5)];
  expect(frontsOf(points)).toEqual([[0], [2], [1]]);
});

test("the ends of a front have endless room, the others what their neighbours leave", () => {
  const points = [point([0, 10]), point([1, 6]), point([4, 4]), point([10, 0])];
  const room = crowdingOf(points, [0, 1, 2, 3]);
  expect(room[0]).toBe(Number.POSITIVE_INFINITY);
  expect(room[3]).toBe(Number.POSITIVE_INFINITY);
  expect(room[1]).toBeCloseTo(0.4 + 0.6);
  expect(room[2]).toBeCloseTo(0.9 + 0.6);
});

test("a hypervolume is the volume of what is dominated, in two and three dimensions", () => {
  expect(hypervolume([[0.5, 0.5]], [1, 1])).toBeCloseTo(0.25);
  const stairs = [
    [0, 0.5],
    [0.5, 0],
  ];
  expect(hypervolume(stairs, [1, 1])).toBeCloseTo(0.75);
  expect(hypervolume([[0.5, 0.5, 0.5]], [1, 1, 1])).toBeCloseTo(0.125);
  const two = [
    [0, 0.5, 0.5],
    [0.5, 0, 0],
  ];
  // A quarter and a half, less the eighth that both have.
  expect(hypervolume(two, [1, 1, 1])).toBeCloseTo(0.25 + 0.5 - 0.125);
  expect(hypervolume([[2, 0]], [1, 1])).toBe(0);
});

test("one lucky score moves nobody; many of them do", () => {
  const at = (mean: number, deviation: number) => ({ means: [mean], deviations: [deviation] });
  expect(noisyFronts([at(0.7, 0.15), at(0.6, 0.03)])).toEqual([[0, 1]]);
  expect(noisyFronts([at(0.7, 0.02), at(0.6, 0.02)])).toEqual([[0], [1]]);
});

test("better in one objective and worse in another is no order", () => {
  const sure = (...means: number[]) => ({ means, deviations: means.map(() => 0.01) });
  expect(noisyFronts([sure(0.9, 0.1), sure(0.1, 0.9), sure(0.05, 0.05)])).toEqual([[0, 1], [2]]);
});
