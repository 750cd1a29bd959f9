import type { Output } from "@nightshift/protocol/task";
import { z } from "zod";

/** What a score means, shown by example; the judge measures against these (C21, D27). */
const Anchor = z.strictObject({
  score: z.union([z.literal(9), z.literal(6), z.literal(3)]),
  example: z.string().min(1).max(2_000),
  because: z.string().min(1).max(500),
});

/** What is judged one by one, with a quote for each, and what 9, 6 and 3 look like. */
const Rubric = z.strictObject({
  criteria: z.array(z.string().min(1).max(300)).min(1).max(10),
  anchors: z
    .array(Anchor)
    .refine((anchors) => new Set(anchors.map(({ score }) => score)).size === 3, "needs 9, 6 and 3"),
});

/** `anchors.yaml`: a rubric for each kind of output, and the version that every score names. */
export const Rubrics = z.strictObject({
  version: z.string().min(1).max(40),
  code: Rubric,
  report: Rubric,
  research: Rubric,
} satisfies Record<Output | "version", z.ZodType>);
export type Rubrics = z.infer<typeof Rubrics>;
