import { genomes } from "@nightshift/projections/genomes";
import { NEUTRAL_GENES, type Genes } from "@nightshift/protocol/genome";
import { nameId } from "@nightshift/protocol/ids";
import type { Settings } from "@nightshift/protocol/settings";
import type { TaskSpec } from "@nightshift/protocol/task";
import { allowed } from "../../evolver/genome/allowed.ts";
import type { RoutedGenome } from "../../evolver/router/route.ts";
import type { Night } from "../night.ts";

/**
 * What attempts of a category may work by: the genomes that live, and the neutral one, which always
 * does; each within what the settings allow.
 */
export async function genomesFor(
  night: Night,
  category: string,
  settings: Settings,
): Promise<RoutedGenome[]> {
  const living = [...night.ports.views.view(genomes)]
    .filter(([, genome]) => genome.category === category && !genome.retired)
    .map(([id, { genes }]) => ({ id, genes: allowed(genes, settings) }));
  const id = nameId(`${category} neutral`);
  if (living.some((genome) => genome.id === id)) return living;
  await night.ports.board.handle("genome", id, {
    type: "genome.seed",
    category,
    genes: NEUTRAL_GENES,
    island: "generalists",
  });
  return [{ id, genes: allowed(NEUTRAL_GENES, settings) }, ...living];
}

/** What an attempt was awarded to be made with, whoever has retired since. */
export async function genesOf(night: Night, genome: string, settings: Settings): Promise<Genes> {
  const { state } = await night.ports.board.load("genome", genome);
  return allowed(state.origin?.genes ?? NEUTRAL_GENES, settings);
}

/** How much context a task may get: more only where breadth is the point (D18). */
export function contextTokensFor({ category, tags }: TaskSpec, settings: Settings): number {
  const wide = category === "architecture" || tags.includes("architecture");
  return wide ? settings.contextTokensLarge : settings.contextTokensMedium;
}
