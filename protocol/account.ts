import { z } from "zod";

/** A subscription or an API key, with the windows its provider grants. */
export const AccountEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("account.registered"),
    name: z.string().min(1),
    provider: z.string(),
    kind: z.enum(["subscription", "api", "local"]),
  }),
  z.strictObject({
    type: z.literal("account.window-observed"),
    window: z.string(),
    usedPercent: z.number().min(0),
    resetsAtMs: z.int().nullable(),
  }),
  z.strictObject({
    type: z.literal("account.limit-hit"),
    attempt: z.string(),
    /** As the provider's structured field told it; null where it told none. */
    resetsAtMs: z.int().nullable(),
  }),
  z.strictObject({
    type: z.literal("account.held"),
    untilMs: z.int(),
    reason: z.enum(["limit", "sign-in", "director"]),
    epoch: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal("account.reopened"),
    /** The leader who did it, so that an older one does nothing to the account after it. */
    epoch: z.int().positive().optional(),
  }),
]);
export type AccountEvent = z.infer<typeof AccountEvent>;

export type AccountCommand =
  | {
      type: "account.register";
      name: string;
      provider: string;
      kind: "subscription" | "api" | "local";
    }
  | {
      type: "account.observe-window";
      window: string;
      usedPercent: number;
      resetsAtMs: number | null;
    }
  | {
      type: "account.hit-limit";
      attempt: string;
      resetsAtMs: number | null;
      epoch: number;
      nowMs: number;
      /** Waited after the reset, because clocks differ. */
      marginMs: number;
      /** Held this long where the provider told no reset. */
      unknownResetMs: number;
      /** No hold is longer, whatever a provider says. */
      holdMaxMs: number;
    }
  | { type: "account.hold"; untilMs: number; reason: "sign-in" | "director"; epoch: number }
  | {
      type: "account.reopen";
      nowMs: number;
      epoch: number;
      /** The director may open it before its time. */
      by?: "director";
    };
