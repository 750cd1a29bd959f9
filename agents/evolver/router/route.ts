import type { Genes } from "@nightshift/protocol/genome";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Random } from "../../ports.ts";
import type { Situation } from "./features.ts";
import type { Router } from "./router.ts";

/** What the router needs to know of a bid. */
export type RoutedBid = {
  agent: string;
  model: string;
  tier: "local" | "free" | "small" | "large";
  priceMicroUsd: number;
};

/** A genome that an attempt may work by. */
export type RoutedGenome = { id: string; genes: Genes };

type Routing = {
  /** The bid that is chosen, by its place in the list, and the genome to work by. */
  index: number;
  genome: RoutedGenome;
  /** The probability of that choice of both, above 0, at most 1. */
  propensity: number;
  /** What the router makes of each bid with the genome that suits it best: points of ten. */
  merits: number[];
  reason: "pinned" | "forced" | "auction" | "fallback";
};

/** Draws among which one decides: the propensity is exact in steps of half a percent. */
export const PROPENSITY_DRAWS = 200;

/** Points that a tier starts ahead because of what it costs: the cascade of D9. */
const CASCADE = { local: 1.4, free: 1.1, small: 0.5, large: 0 } as const;
const STRENGTH = { local: 0, free: 1, small: 2, large: 3 } as const;
/** How much price matters, by priority: an urgent task buys quality. */
const THRIFT = [1, 0.25, 0.6, 1, 1, 1] as const;
/** Points that ten times the price costs. */
const DEAR_POINTS = 0.15;
/** What a point of a score is worth in fitness: .06 of it, and what it does for a merge (D16). */
const FITNESS_A_POINT = 0.072;
const STRONGEST = /^(?:architecture|complex[-_]research)$/;

/**
 * Chooses among bids and genomes (step 4, F9): a P1 task keeps the model it names, architecture gets
 * the strongest tier, and else Thompson sampling decides by what the router believes, with the
 * cascade from local to large on top: a dear model must have shown that it is worth it.
 * @param asked.contextTokensMax Context that the task gets at most.
 * @param asked.random Null makes the choice the best by belief, without exploring.
 * @throws Error (a bug) when there is no bid or no genome.
 */
export function route(asked: {
  bids: readonly RoutedBid[];
  genomes: readonly RoutedGenome[];
  spec: Pick<TaskSpec, "priority" | "tags" | "model">;
  situation: Situation;
  contextTokensMax: number;
  router: Pick<Router, "choose" | "predict">;
  random: Random | null;
}): Routing {
  const { bids, spec, situation, router, random } = asked;
  if (bids.length === 0) throw new Error("nobody bid: there is nothing to choose from");
  const options = optionsOf(asked);
  const values = options.map((option) => router.predict(situation, option).fitness + option.bonus);
  const valueOf = (at: number) =>
    Math.max(...options.flatMap(({ bid }, place) => (bid === at ? (values[place] ?? 0) : [])));
  const merits = bids.map((_, at) => Math.round(valueOf(at) * 10_000) / 1_000);
  const settled = (among: readonly number[], reason: Routing["reason"]): Routing => {
    const index = best(among, merits, bids);
    const own = options.flatMap((option, place) =>
      option.bid === index ? [{ option, place }] : [],
    );
    const first = own.reduce((a, b) => ((values[b.place] ?? 0) > (values[a.place] ?? 0) ? b : a));
    return { index, genome: first.option.genome, propensity: 1, merits, reason };
  };
  const pinned = spec.priority === 1 ? named(bids, spec.model) : [];
  if (pinned.length > 0) return settled(pinned, "pinned");
  if ([situation.category, ...spec.tags].some((word) => STRONGEST.test(word))) {
    return settled(strongest(bids), "forced");
  }
  if (random === null) return settled(indexes(bids), "fallback");
  const choice = router.choose(situation, options, { draws: PROPENSITY_DRAWS, random });
  const chosen = options[choice.index];
  if (!chosen) throw new Error("the router chose an option that is not there");
  const { bid: index, genome } = chosen;
  return { index, genome, propensity: choice.propensity, merits, reason: "auction" };
}

type RoutedOption = {
  bid: number;
  genome: RoutedGenome;
  model: string;
  genes: Genes;
  contextTokensMax: number;
  bonus: number;
};

/** Every bid with every genome that may work with its model; with any of them where none may. */
function optionsOf({
  bids,
  genomes,
  spec,
  contextTokensMax,
}: Pick<
  Parameters<typeof route>[0],
  "bids" | "genomes" | "spec" | "contextTokensMax"
>): RoutedOption[] {
  const options = bids.flatMap((bid, at) => {
    const bonus = bonusOf(bid, bids, spec.priority);
    return fittingGenomes(bid.model, genomes).map((genome) => ({
      bid: at,
      genome,
      model: bid.model,
      genes: genome.genes,
      contextTokensMax,
      bonus,
    }));
  });
  if (options.length === 0) throw new Error("there is no genome to work by");
  return options;
}

/** The genomes that a model may work by; all of them where none names it or leaves it open. */
export function fittingGenomes(
  model: string,
  genomes: readonly RoutedGenome[],
): readonly RoutedGenome[] {
  const fitting = genomes.filter(({ genes }) => genes.model === null || genes.model === model);
  return fitting.length > 0 ? fitting : genomes;
}

/** What a bid is worth for its price, in fitness. */
export function bonusOf(
  bid: Pick<RoutedBid, "tier" | "priceMicroUsd">,
  bids: readonly Pick<RoutedBid, "priceMicroUsd">[],
  priority: number,
): number {
  const cheapest = Math.min(...bids.map(({ priceMicroUsd }) => priceMicroUsd));
  // Micro-dollars, so that a free bid does not make every other one infinitely dear.
  const dearer = Math.log10((bid.priceMicroUsd + 1_000) / (cheapest + 1_000));
  const points = (THRIFT[priority] ?? 1) * (CASCADE[bid.tier] - DEAR_POINTS * dearer);
  return points * FITNESS_A_POINT;
}

function strongest(bids: readonly RoutedBid[]): number[] {
  const strength = Math.max(...bids.map(({ tier }) => STRENGTH[tier]));
  return indexes(bids).filter((at) => STRENGTH[bids[at]?.tier ?? "local"] === strength);
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
