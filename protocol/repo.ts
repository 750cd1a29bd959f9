import { z } from "zod";
import { MergePolicy } from "./attempt.ts";

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
const epoch = z.int().positive();
/** The leader who did it, so that an older one does nothing to the repository after it (fencing). */
const doneInEpoch = epoch.optional();

/** Attempts that may land together beside the first. */
const COMPANIONS_MAX = 50;

/** An attempt that lands with another one, and the merge that is its own part of it. */
const Companion = z.strictObject({ attempt: z.string(), branch: z.string(), commit });
export type Companion = z.infer<typeof Companion>;

/** What may happen to a repository that Night Shift works on. */
export const RepoEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("repo.registered"),
    name: z.string().min(1),
    path: z.string().min(1),
    target: z.string().min(1),
    testCommand: z.string().min(1),
    policy: MergePolicy,
  }),
  /** A new leader took over: whatever an older one still wants here is refused from now on. */
  z.strictObject({ type: z.literal("repo.fenced"), epoch }),
  z.strictObject({
    type: z.literal("repo.locked"),
    task: z.string(),
    epoch,
    /** Declared paths; empty means the whole repository (F23). */
    scope: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal("repo.unlocked"),
    task: z.string(),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("repo.branch-published"),
    attempt: z.string(),
    branch: z.string(),
    commit,
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("repo.merge-intended"),
    attempt: z.string(),
    branch: z.string(),
    target: z.string(),
    old: commit,
    new: commit,
    testsPassed: z.int().nonnegative(),
    /** The runner counts no tests, its command ended with 0: `testsPassed` then says nothing. */
    testsUncounted: z.literal(true).optional(),
    approvedBy: z.string(),
    epoch,
    /** What lands with it: all of them were tested as one tree, and the target moves once. */
    others: z.array(Companion).max(COMPANIONS_MAX).optional(),
    /** The merge of this attempt alone, where `new` is that of several. */
    commit: commit.optional(),
  }),
  z.strictObject({
    type: z.literal("repo.merged"),
    attempt: z.string(),
    target: z.string(),
    old: commit,
    new: commit,
    epoch: doneInEpoch,
    /** The merge of this attempt alone, where `new` is that of several. */
    commit: commit.optional(),
  }),
  z.strictObject({
    type: z.literal("repo.merge-failed"),
    attempt: z.string(),
    reason: z.enum(["conflict", "regression", "moved"]),
    detail: z.string().max(2_000),
    epoch: doneInEpoch,
  }),
  z.strictObject({
    type: z.literal("repo.reverted"),
    attempt: z.string(),
    target: z.string(),
    commit,
    revert: commit,
    reason: z.string(),
    epoch: doneInEpoch,
  }),
]);
export type RepoEvent = z.infer<typeof RepoEvent>;

/** What verifier and gate said of an attempt. */
type MergeEvidence = {
  verdict: "pass" | "fail" | "unverifiable";
  decision: "accepted" | "rejected" | "escalated";
};

export type RepoCommand =
  | {
      type: "repo.register";
      name: string;
      path: string;
      target: string;
      testCommand: string;
      policy: MergePolicy;
    }
  | { type: "repo.fence"; epoch: number }
  | {
      type: "repo.lock";
      task: string;
      epoch: number;
      scope: string[];
      parallelMax: number;
      overlap: boolean;
    }
  | { type: "repo.unlock"; task: string; epoch: number }
  | { type: "repo.publish-branch"; attempt: string; branch: string; commit: string; epoch: number }
  | {
      type: "repo.intend-merge";
      attempt: string;
      branch: string;
      target: string;
      old: string;
      new: string;
      epoch: number;
      /** The evidence without which nothing reaches a target branch (I4). */
      verdict: MergeEvidence["verdict"];
      decision: MergeEvidence["decision"];
      /** `gate` when the gate alone let it through, else the director who approved. */
      approvedBy: string;
      /** Of a command that ended with 0; null where its runner does not count. */
      mergedTests: {
        passed: number | null;
        failed: number | null;
        /** Whether the target as it is passes without a count; matters where nothing was counted. */
        neverCounts: boolean;
      };
      /** What lands with it, each with evidence of its own. */
      others?: readonly (Companion & MergeEvidence)[];
      commit?: string;
    }
  | { type: "repo.confirm-merge"; attempt: string; epoch: number }
  | {
      type: "repo.fail-merge";
      attempt: string;
      epoch: number;
      reason: "conflict" | "regression" | "moved";
      detail: string;
    }
  | {
      type: "repo.revert";
      attempt: string;
      epoch: number;
      target: string;
      commit: string;
      revert: string;
      reason: string;
    };
