import type { Random } from "../../ports.ts";
import { normal } from "../draws.ts";
import { Belief, type Feature } from "../router/belief.ts";
import { featuresOf } from "../router/features.ts";
import { lessonOf, NOISE } from "../router/lessons.ts";
import { mean } from "../statistics.ts";
import type { Decision, Policy } from "./decision.ts";

/** What a policy would have come to, and how sure that is. */
export type Estimate = {
  /** Fitness a task, 0 to 1. */
  value: number;
  /** Nine times of ten the truth lies between these. */
  low: number;
  high: number;
  decisions: number;
  /** How many decisions of its own the log is worth for this policy: few where it did other things. */
  effective: number;
};

/** Parts of the log that are each foreseen from all others. */
const FOLDS = 5;
/**
 * How firmly the model holds to the documents' lessons. A log of choices that learn is too gloomy:
 * what began unluckily was left, and its record never mended. A firm start makes up for that.
 */
const LESSON_WEIGHT = 2;
/** How far a straight line may be off where no decision of the log corrects it, in fitness. */
const MISFIT = 0.003;
/** No decision counts for more than so many: rare luck would drown the rest. */
const WEIGHT_MAX = 8;
const RESAMPLES = 400;

/**
 * The value of a policy on the decisions of another, doubly robust: a model foresees every option,
 * and what really came out corrects it where both policies meet, by how likely each was to choose
 * it. Each part of the log is foreseen by a model that has not seen it. The interval tells both what
 * another draw of tasks and luck, and what another model that fits as well, would make of it.
 * @throws RangeError with fewer than two decisions.
 */
export function doublyRobust(
  decisions: readonly Decision[],
  policy: Policy,
  random: Random,
): Estimate {
  if (decisions.length < 2) throw new RangeError("an estimate needs two decisions at least");
  const models = modelsOf(decisions);
  const whole = learned(decisions);
  /** How much of each coefficient is in the estimate, once what came out has corrected it. */
  const open = new Map<number, number>();
  const weights: number[] = [];
  const terms = decisions.map((decision, at) => {
    const shares = policy(decision);
    if (shares === null) {
      weights.push(1);
      return decision.reward;
    }
    const model = models[at % FOLDS] ?? whole;
    const foreseen = decision.options.map((option) =>
      model.meanOf(placed(model, decision, option)),
    );
    const expected = foreseen.reduce((sum, value, place) => sum + value * (shares[place] ?? 0), 0);
    const weight = Math.min(WEIGHT_MAX, (shares[decision.chosen] ?? 0) / decision.propensity);
    weights.push(weight);
    for (const [place, option] of decision.options.entries()) {
      const share = (shares[place] ?? 0) - (place === decision.chosen ? weight : 0);
      if (share === 0) continue;
      for (const { at: feature, value } of placed(whole, decision, option)) {
        open.set(feature, (open.get(feature) ?? 0) + (share * value) / decisions.length);
      }
    }
    return expected + weight * (decision.reward - (foreseen[decision.chosen] ?? 0));
  });
  const unsure = whole.deviationOf(Array.from(open, ([at, value]) => ({ at, value })));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const squares = weights.reduce((all, weight) => all + weight ** 2, 0);
  const effective = squares === 0 ? 0 : sum ** 2 / squares;
  const reached = Math.min(1, effective / decisions.length);
  const { low, high } = interval(terms, Math.hypot(unsure, MISFIT * (1 - reached)), random);
  return { value: mean(terms), low, high, decisions: decisions.length, effective };
}

/** What the log's own policy came to. @throws RangeError with fewer than two decisions. */
export function asItWas(decisions: readonly Decision[], random: Random): Estimate {
  return doublyRobust(decisions, () => null, random);
}

/** For each part of the log what all other parts teach. */
function modelsOf(decisions: readonly Decision[]): Belief[] {
  return Array.from({ length: FOLDS }, (_, fold) =>
    learned(decisions.filter((_decision, at) => at % FOLDS !== fold)),
  );
}

/** What decisions teach someone who knows the documents' lessons. */
function learned(decisions: readonly Decision[]): Belief {
  const priorOf = (name: string) => lessonOf(name, LESSON_WEIGHT);
  const belief = new Belief({ priorOf, noise: NOISE, outputs: 1 });
  for (const decision of decisions) {
    const option = decision.options[decision.chosen];
    if (option) belief.observe(placed(belief, decision, option), [decision.reward]);
  }
  return belief;
}

function placed(
  belief: Belief,
  { situation }: Decision,
  option: Decision["options"][number],
): Feature[] {
  return featuresOf(situation, option).map(([name, value]) => ({ at: belief.place(name), value }));
}

/** Where the mean lies in nine of ten worlds drawn from this one (bootstrap), each with a model of its own. */
function interval(
  terms: readonly number[],
  unsure: number,
  random: Random,
): { low: number; high: number } {
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let at = 0; at < terms.length; at++) {
      sum += terms[Math.floor(random.next() * terms.length)] ?? 0;
    }
    return sum / terms.length + unsure * normal(random);
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? 0;
  return { low: at(0.05), high: at(0.95) };
}
