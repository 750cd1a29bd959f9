import { z } from "zod";
import type { Settings } from "./settings.ts";

/** Scores of one scope that are kept, and heard at once. */
export const BRAKE_SCORES_MAX = 100;

const mean = z.number().min(0).max(10);

/** The quality brake of one scope: everything, or one model in one category. */
export const BrakeEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("brake.engaged"),
    scope: z.string(),
    mean,
    scores: z.array(z.number()).min(1),
    /** What spoke: the mean of the last scores, or a sum of shortfalls; absent is the mean. */
    rule: z.enum(["mean", "cusum"]).optional(),
    /** The sum of shortfalls in deviations; absent where the mean spoke. */
    shortfall: z.number().optional(),
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

/** What scores are held against: the usual one, their usual deviation, and what is let pass. */
export type Yardstick = {
  /** The score that is usual here, 0 to 10. */
  reference: number;
  /** Usual distance from it, in points. */
  deviation: number;
  /** Shortfall of each score that is let pass, in deviations. */
  slack: number;
};

/** What a shortfall is measured by, each inside the bounds of its setting. */
export type BrakeThresholds = Pick<
  Settings,
  | "brakeWindowTasks"
  | "brakeReference"
  | "brakeReferenceTasks"
  | "brakeDeviation"
  | "brakeSlack"
  | "brakeShortfallMax"
>;

export type BrakeCommand =
  | {
      type: "brake.engage";
      scope: string;
      /** The latest scores, oldest first; a failed attempt counts 1, a limit does not count. */
      scores: number[];
      threshold: number;
      window: number;
    }
  | {
      type: "brake.alarm";
      scope: string;
      /** Since its release at most, oldest first. */
      scores: number[];
      /** All scores of the scope that ever counted, these among them. */
      record: { n: number; sum: number };
      thresholds: BrakeThresholds;
    }
  | { type: "brake.start-canary"; size: number; untilMs: number }
  | { type: "brake.judge-canary"; scores: number[]; threshold: number }
  | { type: "brake.release"; by: string }
  /** Takes a person's release back: it holds again, as it did. */
  | { type: "brake.reinstate" };
