import { z } from "zod";
import { Assessed } from "./assessment.ts";
import { TASK_CLAIMS_MAX } from "./claim.ts";
import { Reach } from "./reach.ts";
import { Linted } from "./linted.ts";
import { Output } from "./task.ts";

export const Usage = z.strictObject({
  inputTokens: z.int().nonnegative(),
  cachedTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

/** `unknown` is charged in full: the reservation itself. */
export const CostKind = z.enum(["billed", "estimated", "subscription", "unknown"]);
export type CostKind = z.infer<typeof CostKind>;

export const MergePolicy = z.enum(["never", "pull-request", "when-green"]);
export type MergePolicy = z.infer<typeof MergePolicy>;

/** The failure taxonomy: why an attempt ended with nothing to integrate. */
export const FailureKind = z.enum([
  "hang",
  "timeout",
  "crash",
  "sign-in",
  "no-change",
  "unusable-answer",
  "loop",
  "sandbox",
  "lost",
  "cancelled",
  "rejected",
  "conflict",
  "regression",
]);
export type FailureKind = z.infer<typeof FailureKind>;

export const FileChange = z.strictObject({
  path: z.string(),
  status: z.enum(["added", "modified", "deleted", "renamed"]),
  addedLines: z.int().nonnegative(),
  removedLines: z.int().nonnegative(),
  /** Lines of the file before the change. */
  baseLines: z.int().nonnegative(),
});
export type FileChange = z.infer<typeof FileChange>;

export const Check = z.strictObject({
  name: z.string(),
  kind: z.enum(["tests", "success", "sealed", "scope", "constitution", "truncation", "secret"]),
  outcome: z.enum(["pass", "fail", "unverifiable"]),
  detail: z.string().max(2_000),
});
export type Check = z.infer<typeof Check>;

/** A rule of the constitution that a diff broke. */
export const Hit = z.strictObject({
  rule: z.string(),
  file: z.string(),
  line: z.int().nonnegative(),
  excerpt: z.string().max(200),
});
export type Hit = z.infer<typeof Hit>;

export const GateCode = z.enum([
  "green",
  "low-score",
  "truncated",
  "constitution",
  "sealed",
  "tests",
  "success",
  "truncation-guard",
  "scope",
  "secret",
  "unverifiable",
  "policy-never",
  "policy-review",
  "self-improvement",
  "same-family",
  "not-sandboxed",
  "uncertain",
  "review",
]);
export type GateCode = z.infer<typeof GateCode>;

/** What the gate holds against an attempt, fixed when it starts: no task can move it (I5). */
export const GateRules = z.strictObject({
  scoreMin: z.number(),
  truncationPenalty: z.number(),
  evidenceCap: z.number(),
  policy: MergePolicy,
  sealed: z.array(z.string()),
  /** `off` is the director's word for this repository; else work from outside a sandbox waits. */
  sandbox: z.enum(["required", "off"]),
});
export type GateRules = z.infer<typeof GateRules>;

const score = z.number().min(0).max(10);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

/** What an implementer was asked. */
export const Prompted = z.strictObject({
  by: z.string(),
  model: z.string(),
  blob: sha256,
  contextTokens: z.int().nonnegative(),
  capTokens: z.int().positive(),
  /**
   * Tokens by the tokenizer alone, where one call of a model answers the prompt: what the model
   * reports of that call can then be held against it. Absent where it cannot.
   */
  rawTokens: z.int().nonnegative().optional(),
});
export type Prompted = z.infer<typeof Prompted>;

/** What came back, and what it cost. */
export const Executed = z.strictObject({
  by: z.string(),
  model: z.string(),
  family: z.string(),
  usage: Usage,
  costMicroUsd: z.int().nonnegative(),
  costKind: CostKind,
  stopReason: z.enum(["finished", "truncated", "unknown"]),
  /** Null for a report. */
  commit: commit.nullable(),
  files: z.array(FileChange),
  diff: sha256.nullable(),
  transcript: sha256,
  /** Of calls before the last, where an answer was asked for again. */
  earlier: z.array(sha256).max(10).optional(),
  report: sha256.nullable(),
  durationMs: z.int().nonnegative(),
  sandboxed: z.boolean(),
});
export type Executed = z.infer<typeof Executed>;

/** What could be shown, by someone who is not the author. */
export const Verified = z.strictObject({
  by: z.string(),
  verdict: z.enum(["pass", "fail", "unverifiable"]),
  checks: z.array(Check),
  hits: z.array(Hit),
  /** Absent where no line of source changed, nothing was run, or nobody asked. */
  reach: Reach.optional(),
  /** Absent where nothing that linters read was changed, or no linter was asked. */
  lint: Linted.optional(),
});
export type Verified = z.infer<typeof Verified>;

/** One try at a task. */
export const AttemptEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("attempt.started"),
    task: z.string(),
    generation: z.int().positive(),
    repo: z.string(),
    base: commit,
    category: z.string(),
    output: Output,
    rules: GateRules,
    /** Claims that its task makes in words, told apart by their text; absent where it makes none. */
    claims: z.int().positive().max(TASK_CLAIMS_MAX).optional(),
  }),
  z.strictObject({
    type: z.literal("attempt.planned"),
    by: z.string(),
    estimateTokens: z.int().nonnegative(),
    parts: z.int().nonnegative(),
    note: z.string().max(1_000),
  }),
  z.strictObject({
    type: z.literal("attempt.announced"),
    skill: z.string(),
    worstTokens: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal("attempt.bid"),
    agent: z.string(),
    model: z.string(),
    priceMicroUsd: z.int().nonnegative(),
    etaMs: z.int().nonnegative(),
    /** What the bidder's track record makes of it; not its own confidence. */
    merit: z.number(),
  }),
  z.strictObject({
    type: z.literal("attempt.awarded"),
    agent: z.string(),
    model: z.string(),
    account: z.string(),
    genome: z.string(),
    /** Probability with which the router made this choice, for off-policy estimates. */
    propensity: z.number().gt(0).max(1),
    reason: z.enum(["pinned", "forced", "auction", "fallback"]),
    /** Events of the lessons that its prompt ends with, and of those left out by chance (F14). */
    lessons: z
      .strictObject({ shown: z.array(z.string()).max(20), withheld: z.array(z.string()).max(20) })
      .optional(),
  }),
  z.strictObject({ type: z.literal("attempt.prompted"), ...Prompted.shape }),
  z.strictObject({ type: z.literal("attempt.executed"), ...Executed.shape }),
  z.strictObject({ type: z.literal("attempt.verified"), ...Verified.shape }),
  z.strictObject({ type: z.literal("attempt.assessed"), ...Assessed.shape }),
  z.strictObject({
    type: z.literal("attempt.gated"),
    decision: z.enum(["accepted", "rejected", "escalated"]),
    score,
    reasons: z.array(z.strictObject({ code: GateCode, text: z.string() })).min(1),
  }),
  z.strictObject({
    type: z.literal("attempt.integrated"),
    how: z.enum(["merged", "in-review", "branch", "filed"]),
    commit: commit.nullable(),
    /** Branch of code, path under the results folder of a report. */
    where: z.string(),
  }),
  z.strictObject({
    type: z.literal("attempt.failed"),
    kind: FailureKind,
    detail: z.string().max(2_000),
    /** What its worker did until then, its commands among it (E6); absent where nothing was told. */
    transcripts: z.array(sha256).max(50).optional(),
  }),
  z.strictObject({
    type: z.literal("attempt.deferred"),
    account: z.string(),
    untilMs: z.int(),
    /** True where no other account could take the task before then. */
    mustWait: z.boolean(),
  }),
  z.strictObject({
    type: z.literal("attempt.flagged"),
    kind: z.literal("safety"),
    rule: GateCode,
    detail: z.string().max(2_000),
  }),
  /** What a person makes of it, on the judge's own scale: what judges are calibrated by. */
  z.strictObject({
    type: z.literal("attempt.graded"),
    by: z.string().min(1),
    score: z.number().min(1).max(10),
    note: z.string().max(2_000),
  }),
]);
export type AttemptEvent = z.infer<typeof AttemptEvent>;

type Of<T extends AttemptEvent["type"]> = Omit<Extract<AttemptEvent, { type: T }>, "type">;

/** Every command names the generation it belongs to; an older one is refused (fencing). */
export type AttemptCommand = { generation: number } & (
  | ({ type: "attempt.start" } & Of<"attempt.started">)
  | ({ type: "attempt.plan" } & Of<"attempt.planned">)
  | ({ type: "attempt.announce" } & Of<"attempt.announced">)
  | ({ type: "attempt.bid" } & Of<"attempt.bid">)
  | ({ type: "attempt.award" } & Of<"attempt.awarded">)
  | ({ type: "attempt.prompt" } & Of<"attempt.prompted">)
  | ({ type: "attempt.execute" } & Of<"attempt.executed">)
  | ({ type: "attempt.verify" } & Of<"attempt.verified">)
  | {
      type: "attempt.assess";
      by: string;
      family: string;
      heuristic: number;
      judge: number;
      critique: string;
      evidence: string;
      rubric: string;
      followUps?: Assessed["followUps"];
      calibrated?: Assessed["calibrated"];
      drift?: Assessed["drift"];
      reviewed?: Assessed["reviewed"];
      /** Weight of the judge in the blend, .60 (B6, C17). */
      judgeWeight: number;
    }
  | { type: "attempt.gate" }
  | ({ type: "attempt.grade" } & Of<"attempt.graded">)
  | ({
      type: "attempt.integrate";
      /** The director who let an escalated attempt be merged. */
      approvedBy?: string;
    } & Of<"attempt.integrated">)
  | ({ type: "attempt.fail" } & Of<"attempt.failed">)
  | ({ type: "attempt.defer" } & Of<"attempt.deferred">)
);
