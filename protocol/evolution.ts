import { z } from "zod";
import { Genes, Island } from "./genome.ts";
import { Output } from "./task.ts";

/** Attempts, genomes and trials that one question to an evolver may hold. */
const OUTCOMES_MAX = 500;
const GENOMES_MAX = 600;
const TRIALS_MAX = 20;
const NAMES_MAX = 100;

/** One judged attempt, as the evolver looks at it. */
const Outcome = z.strictObject({
  attempt: z.string(),
  category: z.string(),
  output: Output,
  estimateTokens: z.int().positive().nullable(),
  model: z.string(),
  genome: z.string(),
  genes: Genes.nullable(),
  score: z.number().min(0).max(10).nullable(),
  truncated: z.boolean(),
  continued: z.boolean(),
  contextTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  outputBudget: z.int().positive(),
  /** Null while it waits for the director. */
  merged: z.boolean().nullable(),
  /** A person changed it before it was merged. */
  edited: z.boolean().optional(),
  propensity: z.number().gt(0).max(1),
  beganMs: z.int(),
  atMs: z.int(),
  /** The event that tells it. */
  evidence: z.string(),
});

/** A change of a setting that is being tried on a share of the attempts. */
const Trial = z.strictObject({
  policy: z.string(),
  key: z.string(),
  from: z.number(),
  to: z.number(),
  share: z.number().gt(0).max(1),
  tasksMax: z.int().positive(),
  sinceMs: z.int(),
});

/** What an evolver is told. */
export const EvolveInput = z.strictObject({
  settings: z.record(z.string(), z.number()),
  weights: z.record(z.string(), z.number()),
  /** By category, the group that the slow loop weighs against others; itself where it has none. */
  groups: z.record(z.string(), z.string()).default({}),
  outcomes: z.array(Outcome).max(OUTCOMES_MAX),
  openKeys: z.array(z.string()),
  trials: z.array(Trial).max(TRIALS_MAX).default([]),
  /** Since when a setting is what it is, where it was changed: milliseconds since 1970. */
  sinceMs: z.record(z.string(), z.int()).default({}),
  /** The genomes that live. */
  genomes: z
    .array(
      z.strictObject({
        id: z.string(),
        category: z.string(),
        genes: Genes,
        island: Island,
        inducted: z.boolean(),
      }),
    )
    .max(GENOMES_MAX)
    .default([]),
  /** Categories whose turn it is to breed. */
  breeding: z.array(z.string()).max(NAMES_MAX).default([]),
  /** Who may do work, by name. */
  models: z.array(z.string()).max(NAMES_MAX).default([]),
  /** When each loop last moved the weights; null where it never did. */
  movedAtMs: z
    .strictObject({
      fast: z.int().nullable(),
      medium: z.int().nullable(),
      slow: z.int().nullable(),
    })
    .default({ fast: null, medium: null, slow: null }),
  nowMs: z.int(),
  /** All chance in the answer follows from it. */
  seed: z.int().nonnegative().default(0),
});

/** What an evolver proposes; the deciders say what becomes of it. */
export const EvolveOutput = z.strictObject({
  proposals: z.array(
    z.strictObject({
      key: z.string(),
      from: z.number(),
      to: z.number(),
      signal: z.string(),
      rationale: z.string(),
      evidence: z.array(z.string()),
    }),
  ),
  /** What the trials came to so far; one that goes on is not named. */
  verdicts: z
    .array(
      z.strictObject({
        policy: z.string(),
        verdict: z.enum(["adopt", "roll-back"]),
        rationale: z.string(),
      }),
    )
    .default([]),
  generations: z
    .array(
      z.strictObject({
        category: z.string(),
        born: z.array(
          z.strictObject({
            genes: Genes,
            island: Island,
            parents: z.array(z.string()).max(2),
            rationale: z.string(),
          }),
        ),
        retired: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
        inducted: z.array(z.string()),
      }),
    )
    .default([]),
  weights: z.record(z.string(), z.number()).nullable(),
  weightsLoop: z.enum(["fast", "medium", "slow"]).default("fast"),
  weightsRationale: z.string(),
  weightsEvidence: z.array(z.string()),
});
