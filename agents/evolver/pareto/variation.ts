import type { Random } from "../../ports.ts";

/** What a gene may be. A category has no order; an integer has, and moves by steps. */
export type GeneKind =
  | { kind: "real"; low: number; high: number }
  | { kind: "integer"; low: number; high: number }
  | { kind: "category"; size: number }
  | { kind: "switch" };

/** How children differ from their parents. Probabilities from 0 to 1; the indexes of SBX and mutation. */
export type Variation = {
  /** That two parents mix at all; each gene then mixes with one half. */
  crossover: number;
  crossoverIndex: number;
  /** Of each gene; null is one gene on average. */
  mutation: number | null;
  mutationIndex: number;
  /** Of each gene, to be drawn anew from its whole range. */
  rare: number;
};

/** Deb's own parameters, which the published figures were reached with. */
export const CANONICAL_VARIATION: Variation = {
  crossover: 0.9,
  crossoverIndex: 20,
  mutation: null,
  mutationIndex: 20,
  rare: 0,
};

/** Any value of a gene, each as likely. */
export function drawn(gene: GeneKind, random: Random): number {
  switch (gene.kind) {
    case "real":
      return gene.low + random.next() * (gene.high - gene.low);
    case "integer":
      return gene.low + Math.floor(random.next() * (gene.high - gene.low + 1));
    case "category":
      return Math.floor(random.next() * gene.size);
    case "switch":
      return random.next() < 0.5 ? 0 : 1;
  }
}

/** Two children of two parents, mixed and mutated; neither is a mere copy of one of them. */
export function children(
  [first, second]: readonly [Float64Array, Float64Array],
  genes: readonly GeneKind[],
  variation: Variation,
  random: Random,
): [Float64Array, Float64Array] {
  const [one, two] = [Float64Array.from(first), Float64Array.from(second)];
  if (random.next() < variation.crossover) cross(one, two, genes, variation.crossoverIndex, random);
  for (const child of [one, two]) {
    mutate(child, genes, variation, random);
    if (!same(child, first) && !same(child, second)) continue;
    // A copy tells nothing new: one of its genes moves.
    const at = Math.floor(random.next() * genes.length);
    const gene = genes[at];
    if (gene) child[at] = moved(child[at] ?? 0, gene, variation.mutationIndex, random);
  }
  return [one, two];
}

function cross(
  one: Float64Array,
  two: Float64Array,
  genes: readonly GeneKind[],
  index: number,
  random: Random,
): void {
  for (const [at, gene] of genes.entries()) {
    if (random.next() >= 0.5) continue;
    const [a, b] = [one[at] ?? 0, two[at] ?? 0];
    const [left, right] =
      gene.kind === "real" || gene.kind === "integer" ? blended(a, b, gene, index, random) : [b, a];
    one[at] = left;
    two[at] = right;
  }
}

/** Simulated binary crossover within bounds (Deb and Agrawal 1995). */
function blended(
  a: number,
  b: number,
  { kind, low, high }: Extract<GeneKind, { low: number }>,
  index: number,
  random: Random,
): [number, number] {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large - small < 1e-14) return [a, b];
  const draw = random.next();
  const spread = (room: number) => {
    const beta = 1 + (2 * room) / (large - small);
    const alpha = 2 - beta ** -(index + 1);
    const raised = draw <= 1 / alpha ? draw * alpha : 1 / (2 - draw * alpha);
    return raised ** (1 / (index + 1));
  };
  const fit = (value: number) => {
    const inside = Math.min(high, Math.max(low, value));
    return kind === "integer" ? Math.round(inside) : inside;
  };
  const lower = fit(0.5 * (small + large - spread(small - low) * (large - small)));
  const upper = fit(0.5 * (small + large + spread(high - large) * (large - small)));
  return random.next() < 0.5 ? [lower, upper] : [upper, lower];
}

/** Moves each gene with the probability of a mutation, and rarely draws one anew. */
function mutate(
  child: Float64Array,
  genes: readonly GeneKind[],
  { mutation, mutationIndex, rare }: Variation,
  random: Random,
): void {
  const likely = mutation ?? 1 / genes.length;
  for (const [at, gene] of genes.entries()) {
    if (random.next() < likely) child[at] = moved(child[at] ?? 0, gene, mutationIndex, random);
    if (rare > 0 && random.next() < rare) child[at] = drawn(gene, random);
  }
}

/** A step for a gene that has an order, another value for one that has none. */
function moved(value: number, gene: GeneKind, index: number, random: Random): number {
  switch (gene.kind) {
    case "real":
      return polynomial(value, gene, index, random);
    case "integer": {
      const step = random.next() < 0.5 ? -1 : 1;
      const inside = value + step >= gene.low && value + step <= gene.high;
      return Math.min(gene.high, Math.max(gene.low, inside ? value + step : value - step));
    }
    case "category": {
      if (gene.size < 2) return value;
      return (value + 1 + Math.floor(random.next() * (gene.size - 1))) % gene.size;
    }
    case "switch":
      return 1 - value;
  }
}

/** Polynomial mutation within bounds (Deb 2001). */
function polynomial(
  value: number,
  { low, high }: { low: number; high: number },
  index: number,
  random: Random,
): number {
  const range = high - low;
  if (range <= 0) return value;
  const draw = random.next();
  const power = 1 / (index + 1);
  const below = draw < 0.5;
  const room = 1 - (below ? value - low : high - value) / range;
  const raised = below
    ? 2 * draw + (1 - 2 * draw) * room ** (index + 1)
    : 2 * (1 - draw) + 2 * (draw - 0.5) * room ** (index + 1);
  const step = below ? raised ** power - 1 : 1 - raised ** power;
  return Math.min(high, Math.max(low, value + step * range));
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, at) => value === b[at]);
}
