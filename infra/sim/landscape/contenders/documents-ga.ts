import { geneSpace, type GeneSpace } from "@nightshift/agents/evolver/genome/gene-space";
import { survivors, winner } from "@nightshift/agents/evolver/pareto/nsga2";
import { children, drawn, type Variation } from "@nightshift/agents/evolver/pareto/variation";
import type { Random } from "@nightshift/agents/ports";
import type { Deed, Observed } from "../landscape.ts";
import { THRIFT_TOKENS } from "../landscape.ts";
import { MODELS } from "../models.ts";
import type { Contender } from "./contender.ts";

const POPULATION = 20;
const OFFSPRING_MAX = 20;
const TOURNAMENT = 3;
const ELITE = 2;
const SEED_SHARE = 0.2;
const HALL_MIN = 7;
const RETIRED_SHARE = 1 / 3;
const VARIATION: Variation = {
  crossover: 0.9,
  crossoverIndex: 20,
  mutation: 0.15,
  mutationIndex: 20,
  rare: 0.02,
};

type Individual = {
  genes: Float64Array;
  n: number;
  /** Quality, thrift, merges: sums over n. */
  sums: [number, number, number];
};

/**
 * The documents' evolution as they tell it (D28 to D31): a population of genomes by NSGA-II on three
 * objectives, one generation a day, the bottom third retired, seeds from the hall of fame. It has no
 * idea of a task's kind and takes a score for what it says.
 */
export function documentsContender(): Contender {
  const space = geneSpace(MODELS.map(({ name }) => name));
  let population: Individual[] | null = null;
  const playing = new Map<string, Individual>();
  return {
    name: "the documents' GA",
    choose(task, random) {
      population ??= Array.from({ length: POPULATION }, () => born(space, random));
      const one = population[Math.floor(random.next() * population.length)];
      if (!one) throw new Error("an empty population");
      playing.set(task.id, one);
      return deedOf(space, one);
    },
    learn(task, _deed, observed) {
      const one = playing.get(task.id);
      playing.delete(task.id);
      if (one) add(one, observed);
    },
    endDay(_day, random) {
      if (population) population = nextPopulation(population, space, random);
    },
  };
}

function nextPopulation(population: readonly Individual[], space: GeneSpace, random: Random) {
  const told = population.filter(({ n }) => n > 0);
  if (told.length < TOURNAMENT) return [...population];
  const byPoint = new Map(told.map((one) => [one.genes, one]));
  const points = told.map((one) => ({ genes: one.genes, objectives: costsOf(one), violation: 0 }));
  const order = survivors(points, points.length);
  const ordered = order.points.flatMap(({ genes }) => byPoint.get(genes) ?? []);
  const kept = ordered.slice(0, Math.max(ELITE, Math.ceil(ordered.length * (1 - RETIRED_SHARE))));
  const hall = ordered.filter(({ n, sums }) => (10 * sums[0]) / n >= HALL_MIN);
  const next = [...kept];
  const room = Math.min(POPULATION - next.length, OFFSPRING_MAX);
  for (let place = 0; place < room; place++) {
    const fromHall =
      random.next() < SEED_SHARE ? hall[Math.floor(random.next() * hall.length)] : undefined;
    const [first, second] = [fromHall, null].map(
      (parent) => parent ?? ordered[winner(order, TOURNAMENT, random)],
    );
    if (!first || !second) continue;
    const [child] = children([first.genes, second.genes], space.kinds, VARIATION, random);
    next.push({ genes: child, n: 0, sums: [0, 0, 0] });
  }
  return next;
}

/** All minimised. */
function costsOf({ n, sums }: Individual): Float64Array {
  return Float64Array.from(sums, (sum) => -sum / n);
}

function add(one: Individual, { score, outputTokens, merged }: Observed): void {
  one.n += 1;
  one.sums[0] += score / 10;
  one.sums[1] += Math.max(0, 1 - outputTokens / THRIFT_TOKENS);
  one.sums[2] += merged ? 1 : 0;
}

function born(space: GeneSpace, random: Random): Individual {
  const genes = Float64Array.from(space.kinds, (kind) => drawn(kind, random));
  return { genes, n: 0, sums: [0, 0, 0] };
}

function deedOf(space: GeneSpace, { genes }: Individual): Deed {
  const decoded = space.decode(genes);
  return { ...decoded, model: decoded.model ?? "sonnet" };
}
