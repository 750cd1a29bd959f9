import { z } from "zod";

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

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
  z.strictObject({ type: z.literal("review.approved"), by: z.string() }),
  z.strictObject({
    type: z.literal("review.rejected"),
    by: z.string(),
    why: z.string().max(2_000),
  }),
  z.strictObject({
    type: z.literal("review.commented"),
    by: z.string(),
    text: z.string().max(2_000),
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
  | { type: "review.approve"; by: string }
  | { type: "review.reject"; by: string; why: string }
  | { type: "review.comment"; by: string; text: string }
  | { type: "review.note-edit"; commit: string }
  | { type: "review.note-merge"; commit: string }
  | { type: "review.note-revert"; commit: string }
  | { type: "review.ignore"; afterMs: number }
  /** Takes a rejection, or an approval that merged nothing, back: it waits again. */
  | { type: "review.reopen" };
