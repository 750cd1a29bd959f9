import { z } from "zod";

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
/** Words of reviewers, as the forge names them, that it ties to no commit: they are heard once. */
const heard = z.array(z.string().max(100)).max(100).optional();

/** What waits for the director, and what the director said. One stream an attempt. */
export const ReviewEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("review.requested"),
    task: z.string(),
    attempt: z.string(),
    repo: z.string(),
    branch: z.string(),
    commit,
    score: z.number().min(0).max(10),
    why: z.string().max(1_000),
  }),
  z.strictObject({ type: z.literal("review.approved"), by: z.string(), heard }),
  z.strictObject({
    type: z.literal("review.rejected"),
    by: z.string(),
    why: z.string().max(2_000),
  }),
  z.strictObject({
    type: z.literal("review.commented"),
    by: z.string(),
    text: z.string().max(2_000),
    /** As the forge names it, so that it is told once. */
    ref: z.string().max(100).optional(),
    /** `src/a.ts:12`, where it is about a line. */
    on: z.string().max(300).optional(),
  }),
  /** About to push the branch and ask for a review at the forge; after a crash one looks first. */
  z.strictObject({ type: z.literal("review.publish-intended"), forge: z.string(), commit }),
  z.strictObject({
    type: z.literal("review.published"),
    forge: z.string(),
    /** The number that the forge gave it. */
    number: z.int().positive(),
    url: z.string().max(500),
    commit,
  }),
  /** What the forge's own checks made of a commit of it. */
  z.strictObject({
    type: z.literal("review.checked"),
    commit,
    outcome: z.enum(["passed", "failed"]),
    failures: z.array(z.string().max(300)).max(20),
  }),
  /** It goes back to the backlog with what the forge said; the next attempt takes its place. */
  z.strictObject({
    type: z.literal("review.sent-back"),
    round: z.int().positive(),
    why: z.string().max(2_000),
    heard,
  }),
  /** What was merged at the forge broke its target; a request that takes it back is open there. */
  z.strictObject({
    type: z.literal("review.revert-requested"),
    commit,
    number: z.int().positive(),
    url: z.string().max(500),
    why: z.string().max(2_000),
  }),
  z.strictObject({ type: z.literal("review.edited-before-merge"), commit }),
  z.strictObject({ type: z.literal("review.merged"), commit }),
  z.strictObject({ type: z.literal("review.reverted"), commit }),
  z.strictObject({ type: z.literal("review.ignored"), afterMs: z.int().positive() }),
]);
export type ReviewEvent = z.infer<typeof ReviewEvent>;

export type ReviewCommand =
  | {
      type: "review.request";
      task: string;
      attempt: string;
      repo: string;
      branch: string;
      commit: string;
      score: number;
      why: string;
    }
  | { type: "review.approve"; by: string; heard?: string[] }
  | { type: "review.reject"; by: string; why: string }
  | { type: "review.comment"; by: string; text: string; ref?: string; on?: string }
  | { type: "review.intend-publish"; forge: string; commit: string }
  | { type: "review.confirm-publish"; forge: string; number: number; url: string; commit: string }
  | { type: "review.note-checks"; commit: string; outcome: "passed" | "failed"; failures: string[] }
  | { type: "review.send-back"; round: number; why: string; heard?: string[] }
  | { type: "review.note-revert-request"; commit: string; number: number; url: string; why: string }
  | { type: "review.note-edit"; commit: string }
  | { type: "review.note-merge"; commit: string }
  | { type: "review.note-revert"; commit: string }
  | { type: "review.ignore"; afterMs: number }
  /** Takes a rejection, or an approval that merged nothing, back: it waits again. */
  | { type: "review.reopen" };
