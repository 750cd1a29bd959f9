import type { TaskSpec } from "@nightshift/protocol/task";
import type { Random } from "../ports.ts";

/** What the router needs to know of a bid. */
export type RoutedBid = {
  agent: string;
  model: string;
  tier: "local" | "free" | "small" | "large";
  priceMicroUsd: number;
};

/** What is known of a model in a category; scores from 0 to 10. */
export type TrackRecord = { n: number; meanScore: number };

type Routing = {
  /** The bid that is chosen, by its place in the list. */
  index: number;
  /** The probability of that choice, above 0, at most 1. */
  propensity: number;
  /** What the router makes of each bid, in points of a score, cheapness counted in. */
  merits: number[];
  reason: "pinned" | "forced" | "auction" | "fallback";
};

/** Draws by which the propensity is estimated; what never wins is still not impossible. */
const PROPENSITY_DRAWS = 200;
export const PROPENSITY_MIN = 0.01;

/** What is believed before anything is known: 6.8, as after two tasks; the noise of a score. */
const PRIOR = { mean: 6.8, weight: 2, deviation: 1.6 };
/** Points that a tier starts ahead because of what it costs: the cascade of D9. */
const CASCADE = { local: 1.4, free: 1.1, small: 0.5, large: 0 } as const;
const STRENGTH = { local: 0, free: 1, small: 2, large: 3 } as const;
/** How much price matters, by priority: an urgent task buys quality. */
const THRIFT = [1, 0.25, 0.6, 1, 1, 1] as const;
/** Points that ten times the price costs. */
const DEAR_POINTS = 0.15;
const STRONGEST = /^(?:architecture|complex[-_]research)$/;

/**
 * Chooses among bids (step 4, F9): a P1 task keeps the model it names, architecture gets the
 * strongest tier, and else the track record decides by Thompson sampling, with the cascade from
 * local to large as the prior: a dear model must have shown that it is worth it.
 * @param record What is known of a model in a category, or null.
 * @param random Null makes the choice the best merit, without exploring.
 * @throws Error (a bug) when there is no bid.
 */
export function route(asked: {
  bids: readonly RoutedBid[];
  spec: Pick<TaskSpec, "category" | "priority" | "tags" | "model">;
  record: (category: string, model: string) => TrackRecord | null;
  random: Random | null;
}): Routing {
  const { bids, spec, record, random } = asked;
  if (bids.length === 0) throw new Error("nobody bid: there is nothing to choose from");
  const beliefs = bids.map((bid) => beliefOf(bid, bids, spec, record(spec.category, bid.model)));
  const merits = beliefs.map(({ mean }) => Math.round(mean * 1_000) / 1_000);
  const pinned = spec.priority === 1 ? named(bids, spec.model) : [];
  if (pinned.length > 0) {
    return { index: best(pinned, merits, bids), propensity: 1, merits, reason: "pinned" };
  }
  if ([spec.category, ...spec.tags].some((word) => STRONGEST.test(word))) {
    const strength = Math.max(...bids.map(({ tier }) => STRENGTH[tier]));
    const strongest = indexes(bids).filter(
      (at) => STRENGTH[bids[at]?.tier ?? "local"] === strength,
    );
    return { index: best(strongest, merits, bids), propensity: 1, merits, reason: "forced" };
  }
  if (random === null) {
    return { index: best(indexes(bids), merits, bids), propensity: 1, merits, reason: "fallback" };
  }
  const index = draw(beliefs, random);
  let wins = 1;
  for (let at = 0; at < PROPENSITY_DRAWS; at++) if (draw(beliefs, random) === index) wins += 1;
  const share = wins / (PROPENSITY_DRAWS + 1);
  return { index, propensity: Math.max(PROPENSITY_MIN, share), merits, reason: "auction" };
}

type Belief = { mean: number; deviation: number };

/** The posterior of a model's mean score, with what its price is worth put on top. */
function beliefOf(
  bid: RoutedBid,
  bids: readonly RoutedBid[],
  { priority }: Pick<TaskSpec, "priority">,
  record: TrackRecord | null,
): Belief {
  const n = record?.n ?? 0;
  const sum = PRIOR.mean * PRIOR.weight + (record?.meanScore ?? 0) * n;
  const thrift = THRIFT[priority] ?? 1;
  const cheapest = Math.min(...bids.map(({ priceMicroUsd }) => priceMicroUsd));
  // Micro-dollars, so that a free bid does not make every other one infinitely dear.
  const dearer = Math.log10((bid.priceMicroUsd + 1_000) / (cheapest + 1_000));
  return {
    mean: sum / (PRIOR.weight + n) + thrift * (CASCADE[bid.tier] - DEAR_POINTS * dearer),
    deviation: PRIOR.deviation / Math.sqrt(PRIOR.weight + n),
  };
}

function draw(beliefs: readonly Belief[], random: Random): number {
  let index = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [at, { mean, deviation }] of beliefs.entries()) {
    const sample = mean + deviation * normal(random);
    if (sample <= highest) continue;
    highest = sample;
    index = at;
  }
  return index;
}

/** A standard normal number (Box and Muller). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function named(bids: readonly RoutedBid[], model: string | null): number[] {
  if (model === null) return [];
  return indexes(bids).filter((at) => bids[at]?.model === model || bids[at]?.agent === model);
}

function indexes(bids: readonly RoutedBid[]): number[] {
  return bids.map((_, at) => at);
}

/** The highest merit; then the lower price, then the earlier bid. */
function best(
  among: readonly number[],
  merits: readonly number[],
  bids: readonly RoutedBid[],
): number {
  const price = (at: number) => bids[at]?.priceMicroUsd ?? 0;
  const merit = (at: number) => merits[at] ?? 0;
  const [first = 0] = [...among].sort(
    (a, b) => merit(b) - merit(a) || price(a) - price(b) || a - b,
  );
  return first;
}
