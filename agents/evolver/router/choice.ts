import type { Random } from "../../ports.ts";
import { valueOf, type Belief, type Feature } from "./belief.ts";

/** What one of several options is made of, and what it is worth beside its fitness (its price). */
type Weighed = { features: readonly Feature[]; bonus: number };

/** One who believes: what each option is to it, and how likely it is the one to ask. */
export type Believer = { belief: Belief; options: readonly Weighed[]; weight: number };

export type Choice = {
  index: number;
  /** The probability of this choice; exact, given the draws it was made among. */
  propensity: number;
  /** Of every option; they add up to one. */
  propensities: number[];
};

/**
 * Thompson sampling: the best option by coefficients as they might be. Of several draws one decides,
 * each as likely; so the share of draws in which an option was best is exactly its probability.
 * @param believers Each draw asks one of them, by weight; the weights add up to one.
 * @param how.boldness 1 draws as unsure as the belief is, 0 takes what is believed to be best.
 * @param how.draws 1 costs the least where no probability is wanted: then it is told as 1.
 * @throws Error (a bug) where there is no option.
 */
export function choose(
  believers: readonly Believer[],
  how: { boldness: number; draws: number; random: Random },
): Choice {
  const count = believers[0]?.options.length ?? 0;
  if (count === 0) throw new Error("nothing to choose from");
  const wins = Array.from({ length: count }, () => 0);
  const means = believers.map(({ belief, options }) =>
    options.map(({ features, bonus }) => belief.meanOf(features) + bonus),
  );
  const samplers = believers.map(({ belief, options }) =>
    belief.sampler(options.map(({ features }) => features)),
  );
  const decides = Math.floor(how.random.next() * how.draws);
  let index = 0;
  for (let draw = 0; draw < how.draws; draw++) {
    const asked = askedOf(believers, how.random);
    const believer = believers[asked];
    const sample = samplers[asked]?.(how.random);
    if (!believer || !sample) continue;
    const best = bestOf(sample, believer.options, means[asked] ?? [], how.boldness);
    wins[best] = (wins[best] ?? 0) + 1;
    if (draw === decides) index = best;
  }
  const propensities = wins.map((won) => won / how.draws);
  return { index, propensity: propensities[index] ?? 0, propensities };
}

function askedOf(believers: readonly Believer[], random: Random): number {
  let left = random.next();
  for (const [at, { weight }] of believers.entries()) {
    left -= weight;
    if (left < 0) return at;
  }
  return believers.length - 1;
}

function bestOf(
  sample: Float64Array,
  options: readonly Weighed[],
  means: readonly number[],
  boldness: number,
): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [at, { features, bonus }] of options.entries()) {
    const drawn = valueOf(features, sample) + bonus;
    const value = boldness * drawn + (1 - boldness) * (means[at] ?? 0);
    if (value <= highest) continue;
    highest = value;
    best = at;
  }
  return best;
}
