import type { Island } from "@nightshift/protocol/genome";
import type { Settings } from "@nightshift/protocol/settings";
import type { Variation } from "../pareto/variation.ts";

/** How an island lives (D31): exploiters refine, generalists search, explorers try the new. */
export type IslandWays = {
  variation: Variation;
  /** Deviations by which the unknown counts as better than it is believed to be. */
  optimism: number;
};

export const ISLANDS: readonly Island[] = ["exploiters", "generalists", "explorers"];

/** How far an island's mutation departs from the documents' rates, and what it makes of the unknown. */
const TEMPERS: Readonly<Record<Island, { mutation: number; rare: number; optimism: number }>> = {
  exploiters: { mutation: 0.5, rare: 0.5, optimism: 0 },
  generalists: { mutation: 1, rare: 1, optimism: 0.5 },
  explorers: { mutation: 3, rare: 5, optimism: 1.5 },
};

export function waysOf(
  island: Island,
  settings: Pick<Settings, "evolutionMutation" | "evolutionRareMutation">,
): IslandWays {
  const { mutation, rare, optimism } = TEMPERS[island];
  return {
    optimism,
    variation: {
      crossover: 0.9,
      crossoverIndex: 20,
      mutation: Math.min(1, settings.evolutionMutation * mutation),
      mutationIndex: 20,
      rare: Math.min(1, settings.evolutionRareMutation * rare),
    },
  };
}

/** Where the best of an island goes next. */
export function neighbourOf(island: Island): Island {
  return ISLANDS[(ISLANDS.indexOf(island) + 1) % ISLANDS.length] ?? "generalists";
}
