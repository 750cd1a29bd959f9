import { z } from "zod";
import { geneTable } from "./settings.ts";

const { outputTokensMax, promptStyle, contextDepth, continuationsMax, scope } = geneTable;

/** The parameters of an attempt (D30). A null model works with whoever bids. */
export const Genes = z.strictObject({
  model: z.string().nullable(),
  outputTokensMax: z.int().min(outputTokensMax.min).max(outputTokensMax.max),
  promptStyle: z.enum(promptStyle.values),
  contextDepth: z.int().min(contextDepth.min).max(contextDepth.max),
  continuationsMax: z.int().min(continuationsMax.min).max(continuationsMax.max),
  scope: z.enum(scope.values),
});
export type Genes = z.infer<typeof Genes>;

/** Genes that prefer nothing. */
export const NEUTRAL_GENES: Readonly<Genes> = {
  model: geneTable.model.neutral,
  outputTokensMax: outputTokensMax.neutral,
  promptStyle: promptStyle.neutral,
  contextDepth: contextDepth.neutral,
  continuationsMax: continuationsMax.neutral,
  scope: scope.neutral,
};

export const Island = z.enum(["exploiters", "generalists", "explorers"]);
export type Island = z.infer<typeof Island>;

export const GenomeEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("genome.seeded"),
    category: z.string(),
    genes: Genes,
    island: Island,
  }),
  z.strictObject({
    type: z.literal("genome.bred"),
    category: z.string(),
    genes: Genes,
    island: Island,
    parents: z.array(z.string()).min(1).max(2),
  }),
  z.strictObject({
    type: z.literal("genome.mutated"),
    category: z.string(),
    genes: Genes,
    island: Island,
    parent: z.string(),
    rationale: z.string().min(1),
  }),
  z.strictObject({
    type: z.literal("genome.evaluated"),
    attempt: z.string(),
    quality: z.number().min(0).max(1),
    tokenEfficiency: z.number().min(0).max(1),
    merged: z.boolean(),
    fitness: z.number().min(0).max(1),
  }),
  z.strictObject({ type: z.literal("genome.inducted"), mean: z.number() }),
  z.strictObject({ type: z.literal("genome.retired"), reason: z.string() }),
]);
export type GenomeEvent = z.infer<typeof GenomeEvent>;

export type GenomeCommand =
  | { type: "genome.seed"; category: string; genes: Genes; island: Island }
  | { type: "genome.breed"; category: string; genes: Genes; island: Island; parents: string[] }
  | {
      type: "genome.mutate";
      category: string;
      genes: Genes;
      island: Island;
      parent: string;
      rationale: string;
    }
  | {
      type: "genome.evaluate";
      attempt: string;
      /** The blended score, 0 to 10. */
      score: number;
      /** Output tokens used and the budget they had. */
      tokens: number;
      tokensBudget: number;
      merged: boolean;
    }
  | { type: "genome.induct"; hallMin: number }
  | { type: "genome.retire"; reason: string };
