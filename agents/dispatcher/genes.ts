import { genomes } from "@nightshift/projections/genomes";
import type { Genes } from "@nightshift/protocol/genome";
import { nameId } from "@nightshift/protocol/ids";
import type { Settings } from "@nightshift/protocol/settings";
import type { TaskSpec } from "@nightshift/protocol/task";
import { settingsOf, type Night } from "./night.ts";

/** The parameters an attempt of a category works with: a neutral genome until evolution has bred. */
export async function genesFor(
  night: Night,
  category: string,
): Promise<{ id: string; genes: Genes }> {
  const settings = settingsOf(night);
  const known = [...night.ports.views.view(genomes)].filter(
    ([, genome]) => genome.category === category && !genome.retired,
  );
  const [best] = known.sort(
    ([, a], [, b]) => b.evaluations.meanFitness - a.evaluations.meanFitness,
  );
  // What the system allows in general holds for every genome too.
  if (best) {
    const [id, { genes }] = best;
    return { id, genes: { ...genes, outputTokensMax: settings.outputTokensMax } };
  }
  const id = nameId(`${category} neutral`);
  const genes: Genes = {
    model: null,
    outputTokensMax: settings.outputTokensMax,
    promptStyle: "plain",
    contextDepth: 1,
    continuationsMax: settings.continuationsMax,
    scope: "normal",
  };
  await night.ports.board.handle("genome", id, {
    type: "genome.seed",
    category,
    genes,
    island: "generalists",
  });
  return { id, genes };
}

/** How much context a task may get: more only where breadth is the point (D18). */
export function contextTokensFor({ category, tags }: TaskSpec, settings: Settings): number {
  const wide = category === "architecture" || tags.includes("architecture");
  return wide ? settings.contextTokensLarge : settings.contextTokensMedium;
}
