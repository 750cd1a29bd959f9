import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seededDraws } from "../draws.ts";
import { CANONICAL_VARIATION, children, drawn, type GeneKind } from "./variation.ts";

const KINDS: readonly GeneKind[] = [
  { kind: "real", low: -1, high: 2 },
  { kind: "integer", low: 0, high: 5 },
  { kind: "category", size: 4 },
  { kind: "switch" },
];

function isInside(value: number, gene: GeneKind): boolean {
  switch (gene.kind) {
    case "real":
      return value >= gene.low && value <= gene.high;
    case "integer":
      return Number.isInteger(value) && value >= gene.low && value <= gene.high;
    case "category":
      return Number.isInteger(value) && value >= 0 && value < gene.size;
    case "switch":
      return value === 0 || value === 1;
  }
}

test("children stay inside their bounds, whole where they are to be, and copy no parent", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, rate) => {
      const random = seededDraws(seed);
      const parent = () => Float64Array.from(KINDS, (gene) => drawn(gene, random));
      const variation = { ...CANONICAL_VARIATION, mutation: rate, rare: rate / 10 };
      const pair = [parent(), parent()] as const;
      for (const child of children(pair, KINDS, variation, random)) {
        for (const [at, gene] of KINDS.entries()) {
          expect(isInside(child[at] ?? Number.NaN, gene)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("without mixing and mutation a child still differs from its parents in a gene", () => {
  const random = seededDraws(1);
  const parent = Float64Array.from(KINDS, (gene) => drawn(gene, random));
  const still = { ...CANONICAL_VARIATION, crossover: 0, mutation: 0 };
  for (let round = 0; round < 50; round++) {
    for (const child of children([parent, parent], KINDS, still, random)) {
      expect([...child]).not.toEqual([...parent]);
    }
  }
});

test("an integer moves by one step, a category to another value", () => {
  const random = seededDraws(2);
  const parent = Float64Array.of(0.5, 3, 1, 0);
  const one = { ...CANONICAL_VARIATION, crossover: 0, mutation: 1 };
  const [child] = children([parent, parent], KINDS, one, random);
  expect(Math.abs((child[1] ?? 0) - 3)).toBe(1);
  expect(child[2]).not.toBe(1);
  expect(child[3]).toBe(1);
});
