import { z } from "zod";
import { Assessed } from "./assessment.ts";
import {
  Check,
  CostKind,
  Executed,
  FailureKind,
  FileChange,
  GateRules,
  Hit,
  Prompted,
  Usage,
  Verified,
} from "./attempt.ts";
import { Claim, Review } from "./claim.ts";
import { EvolveInput, EvolveOutput } from "./evolution.ts";
import { Genes } from "./genome.ts";
import { Reach } from "./reach.ts";
import { ParkReason, SuccessCondition, TaskSpec } from "./task.ts";

/** A repository as agents see it: where it is, how it is tested, never how to write to it. */
export const RepoRef = z.strictObject({
  id: z.string(),
  path: z.string(),
  target: z.string(),
  testCommand: z.string(),
  /** Prepares the environment before work, e.g. `npm ci`; null where nothing is needed. */
  prepareCommand: z.string().nullable(),
  sealed: z.array(z.string()),
  sandbox: z.enum(["required", "off"]),
});
export type RepoRef = z.infer<typeof RepoRef>;

/** What a model call cost. */
export const Spend = z.strictObject({
  model: z.string(),
  family: z.string(),
  usage: Usage,
  costMicroUsd: z.int().nonnegative(),
  costKind: CostKind,
  /** Bodies of the calls that it paid for, those without a usable answer included (G11). */
  transcripts: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(50)
    .optional(),
});
export type Spend = z.infer<typeof Spend>;

/** How a model's own count of tokens follows from the tokenizer's: perToken × count + overhead. */
export const TokenScale = z.strictObject({
  perToken: z.number().min(0.3).max(3),
  overheadTokens: z.number().min(-1_000).max(5_000),
});
export type TokenScale = z.infer<typeof TokenScale>;

/** Bodies of what a worker did before it failed or ran into a limit (E6); absent for none. */
const transcripts = z
  .array(z.string().regex(/^[0-9a-f]{64}$/))
  .max(50)
  .optional();

const task = { task: z.string(), spec: TaskSpec };
const attempt = { ...task, attempt: z.string(), generation: z.int().positive(), repo: RepoRef };
const commit = z.string();

/** Ends that are not answers: a limit defers (I7), a failure has a name. */
const LimitMet = z.strictObject({
  account: z.string(),
  resetsAtMs: z.int().nullable(),
  /** Absent: a limit of the account's. `network`: nobody could be reached. */
  why: z.literal("network").optional(),
});
/** Accounts that an answer can say were at their limit. */
export const LIMITS_TOLD_MAX = 10;
const limit = LimitMet.extend({
  status: z.literal("limit"),
  spend: Spend.nullable(),
  transcripts,
});
const failed = z.strictObject({
  status: z.literal("failed"),
  kind: FailureKind,
  detail: z.string().max(2_000),
  spend: Spend.nullable(),
  transcripts,
});
/** Input and output of every skill that agents ask of one another. */
export const skills = {
  /** Planner: may this task be worked on at all? (DESIGN step 0) */
  admit: {
    input: z.strictObject({
      ...task,
      repo: RepoRef,
      base: commit,
      /** Other tasks in the backlog or ledger, to find duplicates. */
      known: z.array(z.strictObject({ task: z.string(), title: z.string(), status: z.string() })),
    }),
    output: z.discriminatedUnion("decision", [
      z.strictObject({ decision: z.literal("admit"), evidence: z.array(z.string()) }),
      z.strictObject({
        decision: z.literal("park"),
        reason: ParkReason,
        question: z.string(),
      }),
      z.strictObject({
        decision: z.literal("refuse"),
        reason: z.enum(["already-done", "duplicate"]),
        evidence: z.array(z.string()).min(1),
      }),
    ]),
  },
  /** Planner: how much output will it take, and is it one piece? (step 3) */
  plan: {
    input: z.strictObject({
      ...attempt,
      base: commit,
      splitOverTokens: z.int().positive(),
      critique: z.string().nullable(),
      /** What was learned of the modules it is about, a line each (B24). */
      knowledge: z.array(z.string().max(400)).max(10).optional(),
    }),
    output: z.discriminatedUnion("status", [
      z.strictObject({
        status: z.literal("planned"),
        estimateTokens: z.int().nonnegative(),
        note: z.string().max(1_000),
        /** Empty where the task stays whole. */
        parts: z
          .array(
            z.strictObject({
              title: z.string(),
              text: z.string(),
              success: z.array(SuccessCondition),
              scope: z.array(z.string()),
            }),
          )
          .max(8),
        spend: Spend.nullable(),
      }),
      limit,
      failed,
    ]),
  },
  /** Anyone: what would you ask for this, and for how long? An empty list declines. (step 4) */
  bid: {
    input: z.strictObject({
      ...task,
      attempt: z.string().nullable(),
      skill: z.enum(["implement", "plan", "assess"]),
      /** Tokens that will at most go in and out. */
      inputTokens: z.int().nonnegative(),
      outputTokens: z.int().nonnegative(),
    }),
    output: z.strictObject({
      bids: z
        .array(
          z.strictObject({
            model: z.string(),
            family: z.string(),
            account: z.string(),
            tier: z.enum(["local", "free", "small", "large"]),
            priceMicroUsd: z.int().nonnegative(),
            etaMs: z.int().nonnegative(),
          }),
        )
        .max(20),
    }),
  },
  /** Implementer: do it, in a clone of your own. (step 5) */
  implement: {
    input: z.strictObject({
      ...attempt,
      base: commit,
      model: z.string(),
      genes: Genes,
      guidance: z.array(z.string()),
      reflections: z.array(z.string()),
      /** What was learned of the modules it is about, a line each (B24). */
      knowledge: z.array(z.string().max(400)).max(10).optional(),
      critique: z.string().nullable(),
      limits: z.strictObject({
        wallMs: z.int().positive(),
        silenceMs: z.int().positive(),
        contextTokens: z.int().positive(),
        outputTokens: z.int().positive(),
      }),
      /** Learned of the model; absent while nothing is known, and for guests. */
      tokenScale: TokenScale.optional(),
    }),
    output: z.discriminatedUnion("status", [
      z.strictObject({
        status: z.literal("executed"),
        prompted: Prompted,
        executed: Executed,
      }),
      limit,
      failed,
    ]),
  },
  /** Verifier, never the implementer: what can be shown? (step 6) */
  verify: {
    input: z.strictObject({
      ...attempt,
      base: commit,
      /** Null for a report. */
      commit: commit.nullable(),
      report: z.string().nullable(),
      author: z.string(),
      files: z.array(FileChange),
      rules: GateRules,
      truncationDropShare: z.number(),
      /** Why the worker stopped, where that is known: one who was cut off left ends loose. */
      stopReason: z.enum(["finished", "truncated", "unknown"]).optional(),
    }),
    output: Verified,
  },
  /** Assessor, never the implementer: how good is it? (step 7) */
  assess: {
    input: z.strictObject({
      ...attempt,
      author: z.string(),
      authorFamily: z.string(),
      stopReason: z.enum(["finished", "truncated", "unknown"]),
      files: z.array(FileChange),
      diff: z.string().nullable(),
      report: z.string().nullable(),
      verdict: z.enum(["pass", "fail", "unverifiable"]),
      checks: z.array(Check),
      hits: z.array(Hit),
      reach: Reach.optional(),
      lint: Verified.shape.lint,
      /** What no command shows, for a review; absent where there is nothing of the kind. */
      claims: z.array(Claim).max(20).optional(),
    }),
    output: z.discriminatedUnion("status", [
      z.strictObject({
        status: z.literal("assessed"),
        /** Its own words; how far they can be trusted is for others to say. */
        assessed: Assessed.omit({
          blend: true,
          reviewed: true,
          calibrated: true,
          interval: true,
          drift: true,
        }),
        /** Absent where nothing was asked, or no usable answer came. */
        review: Review.optional(),
        /** Accounts that were asked and said no, although another gave its answer (I7). */
        limits: z.array(LimitMet).max(LIMITS_TOLD_MAX).optional(),
        spend: Spend,
      }),
      limit,
      failed,
    ]),
  },
  /** Evolver: what should change, and why? (step 10) */
  evolve: { input: EvolveInput, output: EvolveOutput },
  /** Dispatcher: someone proposes a task; the house decides what becomes of it. */
  propose: {
    input: z.strictObject({ spec: TaskSpec }),
    output: z.strictObject({ task: z.string(), status: z.string() }),
  },
} as const;

export const SkillName = z.enum([
  "admit",
  "plan",
  "bid",
  "implement",
  "verify",
  "assess",
  "evolve",
  "propose",
]);
export type SkillName = z.infer<typeof SkillName>;
export type SkillInput<S extends SkillName> = z.infer<(typeof skills)[S]["input"]>;
export type SkillOutput<S extends SkillName> = z.infer<(typeof skills)[S]["output"]>;

/** What an agent says of itself to Night Shift; the A2A card is made from it. */
export const NightCard = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  description: z.string().min(1).max(500),
  version: z.string().max(40),
  skills: z.array(SkillName).min(1),
});
export type NightCard = z.infer<typeof NightCard>;
