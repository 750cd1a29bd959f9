import { z } from "zod";

/** Claims that one task may make (I8). */
export const TASK_CLAIMS_MAX = 5;
export const CLAIM_CHARS_MAX = 600;
const QUOTE_CHARS_MAX = 300;

/** What no command shows: a condition that a task puts in words, or a check that stayed open. */
export const Claim = z.strictObject({
  text: z.string().min(1).max(CLAIM_CHARS_MAX),
  source: z.enum(["task", "check"]),
});
export type Claim = z.infer<typeof Claim>;

/** What a reviewer said of the claims it was asked about; its word, not yet held against the work. */
export const Review = z.strictObject({
  model: z.string(),
  family: z.string(),
  answers: z
    .array(
      z.strictObject({
        claim: Claim.shape.text,
        answer: z.enum(["met", "not-met", "cannot-tell"]),
        /** A line of the work, word for word; empty where there is none. */
        quote: z.string().max(QUOTE_CHARS_MAX),
        why: z.string().max(400),
      }),
    )
    .max(20),
});
export type Review = z.infer<typeof Review>;

/** What became of each claim: it can hold work back for a person, and let nothing through. */
export const Reviewed = z.strictObject({
  /** Null where no usable answer came. */
  model: z.string().nullable(),
  family: z.string().nullable(),
  checks: z
    .array(
      z.strictObject({
        ...Claim.shape,
        outcome: z.enum(["pass", "fail", "unverifiable"]),
        quote: z.string().max(QUOTE_CHARS_MAX),
        detail: z.string().max(600),
      }),
    )
    .min(1)
    .max(20),
});
export type Reviewed = z.infer<typeof Reviewed>;
