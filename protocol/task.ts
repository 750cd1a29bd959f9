import { z } from "zod";
import { TASK_CLAIMS_MAX } from "./claim.ts";

export const TITLE_CHARS_MAX = 200;
export const TEXT_CHARS_MAX = 8_000;

/** How anyone can tell, without asking the author, that the work is done (E1). */
export const SuccessCondition = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("command"), command: z.string().min(1).max(500) }),
  z.strictObject({ kind: z.literal("file"), path: z.string().min(1).max(300) }),
]);
export type SuccessCondition = z.infer<typeof SuccessCondition>;

export const Output = z.enum(["code", "report", "research"]);
export type Output = z.infer<typeof Output>;

/** What a task says about itself; never changed by the one who works on it. */
export const TaskSpec = z.strictObject({
  /** As people write it, `META-009`; the stream's id is made from it. */
  name: z.string().min(1).max(80),
  title: z.string().min(1).max(TITLE_CHARS_MAX),
  text: z.string().max(TEXT_CHARS_MAX),
  repo: z.string(),
  category: z.string().min(1).max(40),
  /** 1 is most urgent, 5 least. */
  priority: z.int().min(1).max(5),
  output: Output,
  success: z.array(SuccessCondition).max(10),
  /** What has to hold as well and no command shows: a reviewer reads for it. */
  claims: z.array(z.string().min(1).max(300)).max(TASK_CLAIMS_MAX).optional(),
  /** Globs of the paths it may touch; empty means the whole repository. */
  scope: z.array(z.string().max(300)).max(50),
  tags: z.array(z.string().max(40)).max(20),
  /** A worker or model that the director asked for (P1 keeps it, D9). */
  model: z.string().max(100).nullable(),
  dependsOn: z.array(z.string()).max(20),
  /** Files that the task means to shrink or remove; the truncation guard lets these through. */
  drops: z.array(z.string().max(300)).max(50),
  parent: z.string().nullable(),
  /** 0 for the director's own tasks; a follow-up is one deeper than its parent. */
  depth: z.int().nonnegative(),
  source: z.enum(["director", "backlog-file", "follow-up", "split", "guest"]),
});
export type TaskSpec = z.infer<typeof TaskSpec>;

export const ParkReason = z.enum([
  "no-success-condition",
  "vague",
  "irreversible",
  "missing-credentials",
  "no-repository",
]);
export type ParkReason = z.infer<typeof ParkReason>;

export const ReleaseReason = z.enum(["lost", "deferred", "conflict", "failed", "cancelled"]);
export type ReleaseReason = z.infer<typeof ReleaseReason>;

const generation = z.int().positive();
const epoch = z.int().positive();
/** The leader who did it, so that an older one does nothing to the task after it (fencing). */
const doneInEpoch = epoch.optional();

/** What may happen to a task. Past tense; the dots are NATS subject tokens. */
export const TaskEvent = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("task.proposed"), spec: TaskSpec }),
  z.strictObject({ type: z.literal("task.amended"), spec: TaskSpec }),
  z.strictObject({
    type: z.literal("task.admitted"),
    by: z.string(),
    evidence: z.array(z.string()),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.parked"),
    reason: ParkReason,
    question: z.string().min(1).max(500),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.refused"),
    reason: z.enum(["already-done", "duplicate", "not-allowed"]),
    evidence: z.array(z.string()).min(1),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.split"),
    children: z.array(z.string()).min(2).max(8),
    reason: z.string(),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.claimed"),
    agent: z.string(),
    generation,
    epoch,
    leaseMs: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal("task.released"),
    generation,
    reason: ReleaseReason,
    /** Not to be claimed before this time (a limit's reset); null: at once. */
    untilMs: z.int().nullable(),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.returned"),
    generation,
    flag: z.literal("needs-improvement"),
    critique: z.string().min(1).max(2_000),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("task.completed"),
    generation: generation.nullable(),
    outcome: z.enum(["merged", "in-review", "branch", "filed", "children"]),
  }),
  z.strictObject({ type: z.literal("task.abandoned"), reason: z.string().min(1) }),
  /** The director wants it after all: what was refused or given up may be claimed again. */
  z.strictObject({
    type: z.literal("task.reopened"),
    by: z.string().min(1),
    /** Whoever forgot a closed task learns it anew. */
    spec: TaskSpec,
    /** Of its latest claim; 0 where it was never claimed. */
    generation: z.int().nonnegative(),
    /** What the next try is told. */
    critique: z.string().max(2_000).optional(),
    /** Where a forge sent it back: how often that was, with this time. */
    round: z.int().positive().optional(),
  }),
]);
export type TaskEvent = z.infer<typeof TaskEvent>;

export type TaskCommand =
  | { type: "task.propose"; spec: TaskSpec; followUpDepthMax: number }
  | { type: "task.amend"; spec: TaskSpec }
  /** Admission by a leader carries its epoch; by the director it has none. */
  | { type: "task.admit"; by: string; evidence: string[]; epoch?: number }
  | { type: "task.park"; reason: ParkReason; question: string; epoch?: number }
  | {
      type: "task.refuse";
      reason: "already-done" | "duplicate" | "not-allowed";
      evidence: string[];
      epoch?: number;
    }
  | { type: "task.split"; epoch: number; generation: number; children: string[]; reason: string }
  | { type: "task.claim"; agent: string; epoch: number; leaseMs: number; nowMs: number }
  | {
      type: "task.release";
      epoch: number;
      generation: number;
      reason: ReleaseReason;
      untilMs: number | null;
      /** Releases that count as a try are capped; "deferred", "lost" and "conflict" cost none. */
      triesMax: number;
    }
  | { type: "task.return"; epoch: number; generation: number; critique: string; triesMax: number }
  | {
      type: "task.complete";
      epoch: number;
      /** Null completes a split parent whose children are all done. */
      generation: number | null;
      outcome: "merged" | "in-review" | "branch" | "filed" | "children";
    }
  | { type: "task.abandon"; epoch: number | null; reason: string }
  /**
   * Without a critique only what was refused or given up; with one also what a review sent back. A
   * forge may do that so many times: `roundsMax`.
   */
  | { type: "task.reopen"; by: string; critique?: string; roundsMax?: number };
