import { z } from "zod";
import { Reviewed } from "./claim.ts";

const score = z.number().min(0).max(10);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Follow-ups of one task, whatever asks for them (F15). */
export const FOLLOW_UPS_MAX = 3;

/** How good it is, by someone who is not the author. */
export const Assessed = z.strictObject({
  by: z.string(),
  family: z.string(),
  heuristic: score,
  judge: score,
  blend: score,
  critique: z.string().max(2_000),
  evidence: sha256,
  /** Version of criteria, anchors, heuristics and prompt together. */
  rubric: z.string(),
  /** What the judge would do next; it becomes a task only where the gates of follow-ups let it. */
  followUps: z
    .array(z.strictObject({ title: z.string().min(1).max(200), text: z.string().max(1_000) }))
    .max(FOLLOW_UPS_MAX)
    .optional(),
  /** What people make of such a score of this judge; absent while too few graded it. */
  calibrated: z.strictObject({ score, low: score, high: score, version: z.string() }).optional(),
  /** Between these lies the blend, as far as the judge can be trusted; absent as `calibrated` is. */
  interval: z.strictObject({ low: score, high: score }).optional(),
  /** Told where it shows that judge and heuristics have drifted apart: how far, in deviations. */
  drift: z.strictObject({ level: z.number() }).optional(),
  /** What no command shows, as a reviewer read it; absent where commands showed everything. */
  reviewed: Reviewed.optional(),
});
export type Assessed = z.infer<typeof Assessed>;
