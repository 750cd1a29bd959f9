import type { Random } from "../../ports.ts";
import { normal } from "../draws.ts";

/** A feature of a choice by its place in a belief, and how strongly it is there. */
export type Feature = { at: number; value: number };

/** What is believed of a coefficient before anything is seen. */
export type Prior = {
  /** Of each output, in the belief's order. */
  means: readonly number[];
  /** Standard deviation for the first output; for another as much more as its noise is more. */
  deviation: number;
};

/** Features that one belief may know: its covariance holds the square of this. */
const FEATURES_MAX = 512;
const FIRST_CAPACITY = 64;

/**
 * What an outcome is believed to be made of: a linear model with normal errors, learned one
 * observation at a time. Several outputs of one observation share what is known of its features.
 * Coefficients that were never seen keep their prior; new ones may come at any time.
 */
export class Belief {
  readonly #priorOf: (name: string) => Prior;
  readonly #noise: number;
  readonly #places = new Map<string, number>();
  readonly #prior: Prior[] = [];
  #capacity = FIRST_CAPACITY;
  #means: Float64Array[];
  #covariance = new Float64Array(FIRST_CAPACITY ** 2);
  /** Observations so far. */
  seen = 0;

  /** @param given.noise Standard deviation of the first output around what its features say. */
  constructor(given: { priorOf: (name: string) => Prior; noise: number; outputs: number }) {
    this.#priorOf = given.priorOf;
    this.#noise = given.noise;
    this.#means = Array.from({ length: given.outputs }, () => new Float64Array(FIRST_CAPACITY));
  }

  get size(): number {
    return this.#prior.length;
  }

  /** The place of a feature; one that is not known yet gets one. @throws Error beyond 512. */
  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const at = this.#prior.length;
    if (at >= FEATURES_MAX) throw new Error(`more than ${FEATURES_MAX} features`);
    if (at >= this.#capacity) this.#grow();
    const prior = this.#priorOf(name);
    this.#places.set(name, at);
    this.#prior.push(prior);
    for (const [output, mean] of this.#means.entries()) mean[at] = prior.means[output] ?? 0;
    this.#covariance[at * this.#capacity + at] = prior.deviation ** 2;
    return at;
  }

  meanOf(features: readonly Feature[], output = 0): number {
    const mean = this.#means[output];
    return mean ? valueOf(features, mean) : 0;
  }

  /** How unsure the mean of the first output is; the noise of an observation is not in it. */
  deviationOf(features: readonly Feature[]): number {
    let variance = 0;
    for (const a of features) {
      for (const b of features) {
        variance += a.value * b.value * (this.#covariance[a.at * this.#capacity + b.at] ?? 0);
      }
    }
    return Math.sqrt(Math.max(0, variance));
  }

  /**
   * Learns one observation.
   * @returns by how many standard deviations its first output was off, and the logarithm of how
   * likely it was (natural, a constant apart).
   */
  observe(
    features: readonly Feature[],
    values: readonly number[],
  ): { off: number; logLikelihood: number } {
    const covariance = this.#covariance;
    const [size, capacity] = [this.#prior.length, this.#capacity];
    const pull = new Float64Array(size);
    for (const { at, value: strength } of features) {
      // The covariance is the same both ways: a row is nearer than a column.
      const start = at * capacity;
      for (let row = 0; row < size; row++) {
        pull[row] = (pull[row] ?? 0) + (covariance[start + row] ?? 0) * strength;
      }
    }
    const spread = Math.max(0, valueOf(features, pull)) + this.#noise ** 2;
    const off = values.map((value, output) => value - this.meanOf(features, output));
    for (let row = 0; row < size; row++) {
      const gain = (pull[row] ?? 0) / spread;
      if (gain === 0) continue;
      for (const [output, mean] of this.#means.entries()) {
        mean[row] = (mean[row] ?? 0) + gain * (off[output] ?? 0);
      }
      const start = row * capacity;
      for (let column = 0; column < size; column++) {
        covariance[start + column] = (covariance[start + column] ?? 0) - gain * (pull[column] ?? 0);
      }
    }
    this.seen += 1;
    const first = (off[0] ?? 0) / Math.sqrt(spread);
    return { off: first, logLikelihood: -0.5 * (first ** 2 + Math.log(spread)) };
  }

  /**
   * Becomes less sure of some features: their variance grows by a share of the prior's, never beyond
   * the prior. What was learned is kept until something newer speaks.
   */
  forget(share: number, isMeant: (name: string) => boolean = () => true): void {
    for (const [name, at] of this.#places) {
      const prior = this.#prior[at];
      if (!prior || !isMeant(name)) continue;
      const most = prior.deviation ** 2;
      const diagonal = at * this.#capacity + at;
      const now = this.#covariance[diagonal] ?? 0;
      if (now < most) this.#covariance[diagonal] = Math.min(most, now + share * most);
    }
  }

  /**
   * Coefficients of the first output as they might be, by what is believed of them; only of the
   * features asked for, all others are 0. Each call of what is returned is another draw.
   */
  sampler(features: Iterable<readonly Feature[]>): (random: Random) => Float64Array {
    const places = [...new Set(Array.from(features, (some) => some.map(({ at }) => at)).flat())];
    const root = rootOf(places, (row, column) => this.#covariance[row * this.#capacity + column]);
    const count = places.length;
    const drawn = new Float64Array(count);
    const sample = new Float64Array(this.size);
    return (random) => {
      for (let at = 0; at < count; at++) drawn[at] = normal(random);
      for (const [row, place] of places.entries()) {
        let sum = this.#means[0]?.[place] ?? 0;
        for (let at = 0; at <= row; at++) sum += (root[row * count + at] ?? 0) * (drawn[at] ?? 0);
        sample[place] = sum;
      }
      return sample;
    };
  }

  #grow(): void {
    const [before, capacity] = [this.#capacity, this.#capacity * 2];
    const covariance = new Float64Array(capacity ** 2);
    for (let row = 0; row < before; row++) {
      const line = this.#covariance.subarray(row * before, (row + 1) * before);
      covariance.set(line, row * capacity);
    }
    this.#capacity = capacity;
    this.#means = this.#means.map((mean) => {
      const longer = new Float64Array(capacity);
      longer.set(mean);
      return longer;
    });
    this.#covariance = covariance;
  }
}

/** What features come to with some coefficients. */
export function valueOf(features: readonly Feature[], coefficients: Float64Array): number {
  let sum = 0;
  for (const { at, value } of features) sum += value * (coefficients[at] ?? 0);
  return sum;
}

/** The lower triangle whose square is the covariance (Cholesky); what is known exactly stays put. */
function rootOf(
  places: readonly number[],
  covariance: (row: number, column: number) => number | undefined,
): Float64Array {
  const size = places.length;
  const root = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = covariance(places[row] ?? 0, places[column] ?? 0) ?? 0;
      for (let at = 0; at < column; at++) {
        sum -= (root[row * size + at] ?? 0) * (root[column * size + at] ?? 0);
      }
      if (row === column) root[row * size + row] = sum > 1e-15 ? Math.sqrt(sum) : 0;
      else {
        const diagonal = root[column * size + column] ?? 0;
        root[row * size + column] = diagonal === 0 ? 0 : sum / diagonal;
      }
    }
  }
  return root;
}
