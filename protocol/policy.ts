import { z } from "zod";
import { SettingKey } from "./settings.ts";

const value = z.union([z.number(), z.boolean()]);

/** A directed change of one parameter of the system (C18); one stream a change. */
export const PolicyEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("policy.proposed"),
    key: SettingKey,
    from: value,
    to: value,
    signal: z.string(),
    rationale: z.string().min(1).max(1_000),
    /** Ids of the events that the rationale rests on (I9). */
    evidence: z.array(z.string()).min(1).max(200),
  }),
  z.strictObject({
    type: z.literal("policy.tried"),
    share: z.number().gt(0).max(1),
    tasksMax: z.int().positive(),
  }),
  z.strictObject({ type: z.literal("policy.adopted"), rationale: z.string() }),
  z.strictObject({ type: z.literal("policy.rolled-back"), rationale: z.string() }),
]);
export type PolicyEvent = z.infer<typeof PolicyEvent>;

export type PolicyCommand =
  | {
      type: "policy.propose";
      key: SettingKey;
      from: number | boolean;
      to: number | boolean;
      signal: string;
      rationale: string;
      evidence: string[];
    }
  | { type: "policy.try"; share: number; tasksMax: number }
  | { type: "policy.adopt"; rationale: string }
  | { type: "policy.roll-back"; rationale: string };
