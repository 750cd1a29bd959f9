import { hypervolume } from "@nightshift/agents/evolver/pareto/hypervolume";
import {
  firstGeneration,
  nextGeneration,
  type Problem,
} from "@nightshift/agents/evolver/pareto/nsga2";
import { CANONICAL_VARIATION } from "@nightshift/agents/evolver/pareto/variation";
import { seededDraws } from "@nightshift/agents/evolver/draws";
import { DTLZ2, ZDT } from "./problems.ts";

export const PROBLEMS = { ...ZDT, DTLZ2 } as const;
export type ProblemName = keyof typeof PROBLEMS;

/** The least that a median of runs must reach. */
export const LEAST: Readonly<Record<ProblemName, number>> = {
  ZDT1: 0.868,
  ZDT2: 0.534,
  ZDT3: 1.326,
  DTLZ2: 0.69,
};

const POPULATION = 100;
const GENERATIONS = 250;
const REFERENCE = 1.1;
const CANONICAL = { variation: CANONICAL_VARIATION, tournament: 2 };

/**
 * The hypervolume that canonical NSGA-II reaches in one run: population 100, 250 generations, up to
 * 1.1 in every objective as it stands, not normalised.
 */
export function volumeOf(name: ProblemName, seed: number): number {
  const problem: Problem = PROBLEMS[name];
  const random = seededDraws(seed * 7_919);
  let ranked = firstGeneration(problem, POPULATION, random);
  for (let at = 0; at < GENERATIONS; at++) {
    ranked = nextGeneration(ranked, problem, CANONICAL, random);
  }
  const reference = name === "DTLZ2" ? [REFERENCE, REFERENCE, REFERENCE] : [REFERENCE, REFERENCE];
  return hypervolume(
    ranked.points.map(({ objectives }) => objectives),
    reference,
  );
}

/** A population of 1,000 on three objectives, and the step to its next generation. */
export function largeGeneration(): () => void {
  const random = seededDraws(5);
  let ranked = firstGeneration(DTLZ2, 1_000, random);
  return () => {
    ranked = nextGeneration(ranked, DTLZ2, CANONICAL, random);
  };
}
