import { z } from "zod";

/** A period of work; people call it a night. All of a director's shifts are one stream. */
export const ShiftEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("shift.started"),
    number: z.int().positive(),
    untilMs: z.int().nullable(),
    timeZone: z.string(),
    sandbox: z.string(),
  }),
  z.strictObject({
    type: z.literal("shift.leader-elected"),
    leader: z.string().min(1),
    epoch: z.int().positive(),
    /** A sign of life, which the lease of the leader counts from. */
    atMs: z.int(),
  }),
  z.strictObject({
    type: z.literal("shift.cycle-started"),
    cycle: z.int().positive(),
    epoch: z.int().positive(),
    /** A sign of life, which the lease of the leader counts from. */
    atMs: z.int(),
  }),
  z.strictObject({
    type: z.literal("shift.paused"),
    reason: z.string().min(1),
    untilMs: z.int().nullable(),
  }),
  z.strictObject({ type: z.literal("shift.resumed") }),
  z.strictObject({
    type: z.literal("shift.sealed"),
    root: z.string().regex(/^[0-9a-f]{64}$/),
    streams: z.int().nonnegative(),
    upTo: z.string(),
  }),
  z.strictObject({ type: z.literal("shift.ended"), reason: z.string().min(1) }),
]);
export type ShiftEvent = z.infer<typeof ShiftEvent>;

/** Whether the process that led last is still there, as far as the one asking can tell. */
export type Incumbent = "none" | "alive" | "gone" | "unknown";

export type ShiftCommand =
  | {
      type: "shift.start";
      leader: string;
      untilMs: number | null;
      timeZone: string;
      sandbox: string;
    }
  | {
      type: "shift.elect";
      leader: string;
      incumbent: Incumbent;
      /** The epoch `incumbent` speaks of; of any later one nothing is known. */
      observedEpoch?: number;
      nowMs: number;
      /** An incumbent whose fate is unknown leads until its last sign of life is this old. */
      leaseMs: number;
    }
  | { type: "shift.start-cycle"; epoch: number; nowMs: number }
  | { type: "shift.pause"; epoch: number; reason: string; untilMs: number | null }
  | { type: "shift.resume"; epoch: number }
  | { type: "shift.seal"; epoch: number; root: string; streams: number; upTo: string }
  | { type: "shift.end"; epoch: number; reason: string };
