import { NOISE } from "../router/lessons.ts";
import type { Prediction } from "../router/router.ts";
import type { Estimate } from "../pareto/noisy.ts";

/** What a genome itself has shown: means over n attempts, each from 0 to 1. */
export type Record = {
  n: number;
  fitness: number;
  quality: number;
  thrift: number;
  merged: number;
};

/** Quality, thrift and merges, and the one number that ranks inside a front. */
export type Standing = Estimate & { fitness: number; fitnessDeviation: number };

/** How far a genome may depart from what its genes are believed to make of it. */
const OWN_WAYS = 0.02;
/** How uncertain one attempt is in each objective: 1.5 points, its tokens, a merge or none. */
const NOISES = { quality: 0.15, thrift: 0.1, merged: 0.45 } as const;

/** What is thought of a genome: what its genes predict, and its own record as far as it goes. */
export function standingOf(prediction: Prediction, record: Record): Standing {
  const ratio = (noise: number) => noise / NOISE;
  const both = (predicted: number, own: number, noise: number) =>
    joined(
      { mean: predicted, deviation: Math.hypot(prediction.deviation, OWN_WAYS) * ratio(noise) },
      { mean: own, deviation: noise / Math.sqrt(record.n) },
    );
  const quality = both(prediction.quality, record.quality, NOISES.quality);
  const thrift = both(prediction.thrift, record.thrift, NOISES.thrift);
  const merged = both(prediction.merged, record.merged, NOISES.merged);
  const fitness = both(prediction.fitness, record.fitness, NOISE);
  return {
    means: [quality.mean, thrift.mean, merged.mean],
    deviations: [quality.deviation, thrift.deviation, merged.deviation],
    fitness: fitness.mean,
    fitnessDeviation: fitness.deviation,
  };
}

type Guess = { mean: number; deviation: number };

/** Two guesses at one number, each by how sure it is; an endlessly unsure one says nothing. */
function joined(a: Guess, b: Guess): Guess {
  if (!Number.isFinite(b.deviation)) return a;
  const [aWeight, bWeight] = [a.deviation ** -2, b.deviation ** -2];
  const mean = (a.mean * aWeight + b.mean * bWeight) / (aWeight + bWeight);
  return { mean, deviation: (aWeight + bWeight) ** -0.5 };
}
