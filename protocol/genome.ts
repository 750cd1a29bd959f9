import { z } from "zod";

/** The parameters of an attempt (D30). */
export const Genes = z.strictObject({
  model: z.string().nullable(),
  outputTokensMax: z.int().min(1_000).max(32_000),
  promptStyle: z.enum(["plain", "stepwise", "test-first"]),
  contextDepth: z.int().min(0).max(3),
  continuationsMax: z.int().min(0).max(2),
  scope: z.enum(["narrow", "normal", "wide"]),
});
export type Genes = z.infer<typeof Genes>;

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
