import { z } from "zod";

/** One A2A delegation. A completed call never moves an attempt by itself. */
export const CallEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("call.sent"),
    from: z.string(),
    to: z.string(),
    skill: z.string(),
    task: z.string(),
    attempt: z.string().nullable(),
    request: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ type: z.literal("call.working"), note: z.string().max(300) }),
  z.strictObject({
    type: z.literal("call.finished"),
    state: z.enum(["completed", "failed", "canceled", "rejected"]),
    answer: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    detail: z.string().max(1_000),
    durationMs: z.int().nonnegative(),
  }),
]);
export type CallEvent = z.infer<typeof CallEvent>;

export type CallCommand =
  | {
      type: "call.send";
      from: string;
      to: string;
      skill: string;
      task: string;
      attempt: string | null;
      request: string;
    }
  | { type: "call.work"; note: string }
  | {
      type: "call.finish";
      state: "completed" | "failed" | "canceled" | "rejected";
      answer: string | null;
      detail: string;
      durationMs: number;
    };
