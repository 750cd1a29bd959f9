import { z } from "zod";

export const GUIDANCE_CHARS_MAX = 500;

/** What the next prompt of a category should heed; one stream a category. */
export const GuidanceEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("guidance.given"),
    category: z.string(),
    text: z.string().min(1).max(GUIDANCE_CHARS_MAX),
    by: z.string(),
    expiresAtMs: z.int(),
  }),
  z.strictObject({
    type: z.literal("guidance.reflected"),
    category: z.string(),
    attempt: z.string(),
    text: z.string().min(1).max(GUIDANCE_CHARS_MAX),
    score: z.number().min(0).max(10),
  }),
  /** No prompt heeds it from now on. */
  z.strictObject({
    type: z.literal("guidance.withdrawn"),
    category: z.string(),
    text: z.string().min(1).max(GUIDANCE_CHARS_MAX),
    /** Whose lesson it was; null for what the director gave. */
    attempt: z.string().nullable(),
    by: z.string(),
  }),
]);
export type GuidanceEvent = z.infer<typeof GuidanceEvent>;

export type GuidanceCommand =
  | { type: "guidance.give"; category: string; text: string; by: string; expiresAtMs: number }
  | { type: "guidance.reflect"; category: string; attempt: string; text: string; score: number }
  | {
      type: "guidance.withdraw";
      category: string;
      text: string;
      attempt: string | null;
      by: string;
    };
