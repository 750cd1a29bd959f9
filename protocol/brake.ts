import { z } from "zod";

const mean = z.number().min(0).max(10);

/** The quality brake of one scope: everything, or one model in one category. */
export const BrakeEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("brake.engaged"),
    scope: z.string(),
    mean,
    scores: z.array(z.number()).min(1),
  }),
  z.strictObject({
    type: z.literal("brake.canary-started"),
    size: z.int().positive(),
    untilMs: z.int(),
  }),
  z.strictObject({ type: z.literal("brake.released"), by: z.string(), mean: mean.nullable() }),
  z.strictObject({ type: z.literal("brake.latched"), mean }),
]);
export type BrakeEvent = z.infer<typeof BrakeEvent>;

export type BrakeCommand =
  | {
      type: "brake.engage";
      scope: string;
      /** The latest scores, oldest first; a failed attempt counts 1, a limit does not count. */
      scores: number[];
      threshold: number;
      window: number;
    }
  | { type: "brake.start-canary"; size: number; untilMs: number }
  | { type: "brake.judge-canary"; scores: number[]; threshold: number }
  | { type: "brake.release"; by: string }
  /** Takes a person's release back: it holds again, as it did. */
  | { type: "brake.reinstate" };
