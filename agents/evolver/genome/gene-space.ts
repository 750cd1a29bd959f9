import { Genes } from "@nightshift/protocol/genome";
import { geneTable } from "@nightshift/protocol/settings";
import type { GeneKind } from "../pareto/variation.ts";

/** Genes as numbers that can be mixed and mutated, and back. */
export type GeneSpace = {
  kinds: readonly GeneKind[];
  encode(genes: Genes): Float64Array;
  decode(values: Float64Array): Genes;
};

/** @param models Who may do the work; a genome may also leave that open. */
export function geneSpace(models: readonly string[]): GeneSpace {
  const { outputTokensMax, contextDepth, continuationsMax, promptStyle, scope } = geneTable;
  const steps = ({ min, max, step }: { min: number; max: number; step: number }) => {
    return { kind: "integer" as const, low: min / step, high: max / step };
  };
  return {
    kinds: [
      { kind: "category", size: models.length + 1 },
      steps(outputTokensMax),
      { kind: "category", size: promptStyle.values.length },
      steps(contextDepth),
      steps(continuationsMax),
      { kind: "integer", low: 0, high: scope.values.length - 1 },
    ],
    encode: (genes) =>
      Float64Array.of(
        // A model that is gone leaves the choice open.
        genes.model === null ? 0 : models.indexOf(genes.model) + 1,
        Math.round(genes.outputTokensMax / outputTokensMax.step),
        promptStyle.values.indexOf(genes.promptStyle),
        genes.contextDepth,
        genes.continuationsMax,
        scope.values.indexOf(genes.scope),
      ),
    decode: ([model = 0, output = 8, style = 0, depth = 0, continuations = 0, wide = 1]) =>
      Genes.parse({
        model: models[model - 1] ?? null,
        outputTokensMax: output * outputTokensMax.step,
        promptStyle: promptStyle.values[style],
        contextDepth: depth,
        continuationsMax: continuations,
        scope: scope.values[wide],
      }),
  };
}
